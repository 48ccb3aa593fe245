// SPDX-License-Identifier: MIT

// Joins the configuration, the gateway tables, the gateways online and the firewall's trusted
// chains.
#include "probe/flood_peers.h"

#include <stdio.h>
#include <string.h>

#include "base/lang.h"
#include "link/link.h"
#include "probe/firewall_columns.h"
#include "probe/slice.h"

#define PEERS_PROBE    "sip_peers"
#define ONLINE_PROBE   "gateway_online"
#define FIREWALL_PROBE "firewall"

static const struct table *latest(struct reading *reading, const char *probe)
{
    return reading->latest != NULL ? reading->latest(reading, probe, 0, NULL) : NULL;
}

static void add_self(struct reading *reading, struct verdict_peers *out)
{
    struct link_status status;
    struct network network = {.prefix = 128};

    // A capture on Ethernet does not tell which packets the host itself sent.
    link_get_status(reading->link, &status);
    if (address_parse_endpoint(status.peer, &network.base, NULL))
        peers_add(out, KNOWN_SELF, &network, "");
}

// NULL when unknown.
static const struct cell *known_cell(const struct table *table, size_t row, const char *column)
{
    int col = schema_find(table_schema(table), column);
    const struct cell *cell = col < 0 ? NULL : table_cell(table, row, (size_t)col);

    return cell != NULL && cell->known ? cell : NULL;
}

// Gateways of a table: its column `name` and the addresses in its column `addresses`.
static bool add_gateways(struct reading *reading, const char *probe, const char *name,
                         const char *addresses, struct verdict_peers *out)
{
    const struct table *table = latest(reading, probe);

    for (size_t row = 0; table != NULL && row < table_rows(table); row++) {
        const struct cell *gateway = known_cell(table, row, name);
        const struct cell *list = known_cell(table, row, addresses);
        char words[64];
        if (list == NULL)
            continue;
        snprintf(words, sizeof words, _("gateway %s"), gateway != NULL ? gateway->as.text : "?");
        peers_add_list(out, KNOWN_GATEWAY, (struct address_list){list->as.text, list->len}, words);
    }
    table_unref(table);
    return table != NULL;
}

static bool names_chain(const char *chains, const struct cell *chain)
{
    const char *item;
    size_t len;

    while (capture_next_item(&chains, " ,", &item, &len))
        if (chain->known && chain->len == len && memcmp(chain->as.text, item, len) == 0)
            return true;
    return false;
}

// The source of "-A CHAIN -s 203.0.113.10/32 … -j ACCEPT"; empty for another rule.
static struct slice accepted_source(const struct cell *rule)
{
    struct slice rest = {rule->as.text, rule->len}, word, before = {"", 0}, source = {"", 0};
    bool accepts = false;

    while ((word = slice_take_word(&rest)).len > 0) {
        if (slice_is(word, "!"))
            return (struct slice){"", 0};
        if (slice_is(before, "-s"))
            source = word;
        accepts = accepts || (slice_is(before, "-j") && slice_is(word, "ACCEPT"));
        before = word;
    }
    return accepts ? source : (struct slice){"", 0};
}

static void add_accepted(struct reading *reading, const char *chains, struct verdict_peers *out)
{
    const struct table *table = latest(reading, FIREWALL_PROBE);

    for (size_t row = 0; table != NULL && row < table_rows(table); row++) {
        const struct cell *chain = table_cell(table, row, FIREWALL_CHAIN);
        const struct cell *rule = table_cell(table, row, FIREWALL_RULE);
        char words[64];
        if (!rule->known || !names_chain(chains, chain))
            continue;
        struct slice source = accepted_source(rule);
        if (source.len == 0)
            continue;
        snprintf(words, sizeof words, _("accepted by chain %.*s"), (int)chain->len, chain->as.text);
        peers_add_list(out, KNOWN_ACCEPTED, (struct address_list){source.text, source.len}, words);
    }
    table_unref(table);
}

void flood_peers_gather(struct reading *reading, const struct capture_settings *settings,
                        struct verdict_peers *out)
{
    const struct network_list *trusted = &reading->host->trusted;

    *out = (struct verdict_peers){0};
    add_self(reading, out);
    for (size_t i = 0; i < trusted->count; i++)
        peers_add(out, KNOWN_TRUSTED, &trusted->items[i], _("trusted by the configuration"));
    bool configured = add_gateways(reading, PEERS_PROBE, "name", "addresses", out);
    bool online = add_gateways(reading, ONLINE_PROBE, "gateway", "ip", out);
    add_accepted(reading, settings->trusted_chains, out);
    peers_seal(out);
    if (!configured && !online && profile_probe(reading->profile, PEERS_PROBE) != NULL)
        reading_note(reading, "the host's gateways could not be read: they look like strangers");
    if (out->unread > 0)
        reading_note(
            reading,
            out->unread > 1
                ? N_("%s and others are no addresses that can be known: they look like strangers")
                : N_("%s is no address that can be known: it looks like a stranger"),
            out->first_unread);
}
