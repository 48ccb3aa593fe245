// SPDX-License-Identifier: MIT

// The peers that the tables of gateways and calls name.
#include <string.h>

#include "action/facts.h"

// "192.0.2.10-192.0.2.20" and a port are the longest.
#define WORD_MAX (2 * ADDRESS_TEXT_MAX)

static const char *cell_text(const struct table *table, size_t row, int column)
{
    const struct cell *cell = column < 0 ? NULL : table_cell(table, row, (size_t)column);
    return cell != NULL && cell->known ? cell->as.text : NULL;
}

// The last address of a network.
static struct address last_of(const struct network *network)
{
    struct address last = network->base;
    for (int bit = network->prefix; bit < 128; bit++)
        last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    return last;
}

// The widest network that begins with this address and goes no further than the last.
static struct network widest(const struct address *first, const struct address *last)
{
    struct network network = {*first, 128};
    while (network.prefix > 0) {
        int bit = network.prefix - 1;
        struct network wider = {*first, (uint8_t)bit};
        struct address end = last_of(&wider);
        if ((first->bytes[bit / 8] & (0x80 >> bit % 8)) != 0 || address_compare(&end, last) > 0)
            break;
        network = wider;
    }
    return network;
}

// False when it was the last address there is.
static bool next_after(const struct network *network, struct address *out)
{
    *out = last_of(network);
    for (size_t i = sizeof out->bytes; i-- > 0;)
        if (++out->bytes[i] != 0)
            return true;
    return false;
}

static bool add_range(struct host_facts *facts, struct address first, const struct address *last,
                      enum peer_kind kind, const char *name)
{
    if (address_is_v4(&first) != address_is_v4(last) || address_compare(&first, last) > 0)
        return false;
    for (bool more = true; more && address_compare(&first, last) <= 0;) {
        struct network network = widest(&first, last);
        facts_add_peer(facts, &network, kind, name, 0);
        more = next_after(&network, &first);
    }
    return true;
}

// An address, one with a port, a network, a range.
static bool add_word(struct host_facts *facts, char *word, enum peer_kind kind, const char *name)
{
    struct network network = {.prefix = 128};
    struct address last;
    if (network_parse(word, &network) || address_parse_endpoint(word, &network.base, NULL)) {
        facts_add_peer(facts, &network, kind, name, 0);
        return true;
    }
    char *dash = strchr(word, '-');
    if (dash == NULL)
        return false;
    *dash = '\0';
    bool read = address_parse(word, &network.base) && address_parse_endpoint(dash + 1, &last, NULL);
    *dash = '-';
    return read && add_range(facts, network.base, &last, kind, name);
}

// "203.0.113.10, 203.0.113.20:5060". What cannot be read makes the fact FAILED.
static void add_list(struct host_facts *facts, const char *list, enum peer_kind kind,
                     const char *name)
{
    static const char between[] = ", ;|\t\r\n";
    for (const char *at = list + strspn(list, between); *at != '\0'; at += strspn(at, between)) {
        size_t len = strcspn(at, between);
        char word[WORD_MAX] = "";
        if (len < sizeof word)
            memcpy(word, at, len);
        if (!add_word(facts, word, kind, name))
            facts->peer_facts[kind] = (struct fact){
                FACT_FAILED, facts_text(facts, "'%.*s' of the gateway %.40s is no address",
                                        (int)(len < 40 ? len : 40), at, name)};
        at += len;
    }
}

void facts_take_gateways(struct host_facts *facts, const struct table *table)
{
    const struct schema *schema = table_schema(table);
    struct fact *fact = &facts->peer_facts[PEER_GATEWAY];
    int name = schema_find(schema, "gateway"), ip = schema_find(schema, "ip"),
        all = schema_find(schema, "addresses");
    bool known = table_rows(table) == 0;
    *fact = (struct fact){FACT_KNOWN, ""};
    for (size_t row = 0; row < table_rows(table); row++) {
        const char *gateway = cell_text(table, row, name);
        const char *addresses = cell_text(table, row, all), *live = cell_text(table, row, ip);
        known = known || addresses != NULL;
        if (addresses != NULL)
            add_list(facts, addresses, PEER_GATEWAY, gateway != NULL ? gateway : "?");
        if (live != NULL)
            add_list(facts, live, PEER_GATEWAY, gateway != NULL ? gateway : "?");
    }
    if (!known)
        *fact = (struct fact){FACT_FAILED, "the gateway tables were not read"};
}

static bool add_call(struct host_facts *facts, const char *text)
{
    struct network network = {.prefix = 128};
    if (!address_parse_endpoint(text, &network.base, NULL))
        return false;
    for (size_t i = 0; i < facts->peer_count; i++) {
        struct peer *peer = &facts->peers[i];
        if (peer->kind == PEER_CALL && address_compare(&peer->network.base, &network.base) == 0) {
            peer->calls++;
            return true;
        }
    }
    facts_add_peer(facts, &network, PEER_CALL, "", 1);
    return true;
}

void facts_take_calls(struct host_facts *facts, const struct table *table)
{
    const struct schema *schema = table_schema(table);
    int columns[] = {schema_find(schema, "caller_ip"), schema_find(schema, "callee_ip")};
    size_t unread = 0;
    for (size_t row = 0; row < table_rows(table); row++) {
        size_t found = 0, strange = 0;
        for (size_t i = 0; i < 2; i++) {
            const char *text = cell_text(table, row, columns[i]);
            if (text != NULL && add_call(facts, text))
                found++;
            else if (text != NULL)
                strange++;
        }
        // A call that is not routed yet has one side only.
        unread += found == 0 || strange > 0;
    }
    facts->peer_facts[PEER_CALL] =
        unread == 0 ? (struct fact){FACT_KNOWN, ""}
                    : (struct fact){FACT_FAILED,
                                    facts_text(facts, "%zu of %zu calls have no readable address",
                                               unread, table_rows(table))};
}
