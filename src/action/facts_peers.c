// SPDX-License-Identifier: MIT

// The peers that the tables of gateways and calls name.
#include <string.h>

#include "action/facts.h"
#include "base/address_list.h"
#include "base/lang.h"

static const struct cell *known_cell(const struct table *table, size_t row, int column)
{
    const struct cell *cell = column < 0 ? NULL : table_cell(table, row, (size_t)column);
    return cell != NULL && cell->known ? cell : NULL;
}

static const char *cell_text(const struct table *table, size_t row, int column)
{
    const struct cell *cell = known_cell(table, row, column);
    return cell != NULL ? cell->as.text : NULL;
}

// What cannot be read makes the fact FAILED.
static void add_list(struct host_facts *facts, struct address_list list, enum peer_kind kind,
                     const char *name)
{
    struct address_item item;
    struct network network;
    while (address_list_next(&list, &item)) {
        if (item.kind != ADDRESS_ITEM_RANGE)
            facts->peer_facts[kind] = (struct fact){
                FACT_FAILED,
                facts_text(facts,
                           item.kind == ADDRESS_ITEM_NAME
                               ? _("'%.*s' of the gateway %.40s is a name, whose addresses are not "
                                   "known")
                               : _("'%.*s' of the gateway %.40s is no address"),
                           (int)(item.len < 40 ? item.len : 40), item.text, name)};
        else
            while (address_item_next_network(&item, &network))
                facts_add_peer(facts, &network, kind, name, 0);
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
        const struct cell *lists[] = {known_cell(table, row, all), known_cell(table, row, ip)};
        known = known || lists[0] != NULL;
        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
            if (lists[i] != NULL)
                add_list(facts, (struct address_list){lists[i]->as.text, lists[i]->len},
                         PEER_GATEWAY, gateway != NULL ? gateway : "?");
    }
    if (!known)
        *fact = (struct fact){FACT_FAILED, _("the gateway tables were not read")};
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
        unread == 0
            ? (struct fact){FACT_KNOWN, ""}
            : (struct fact){FACT_FAILED,
                            facts_text(facts, _("%zu of %zu calls have no readable address"),
                                       unread, table_rows(table))};
}
