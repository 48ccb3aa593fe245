// SPDX-License-Identifier: MIT

// The addresses that the host lets through before our bans: those of consoles.
#include "action/facts_let_through.h"

#include "base/mem.h"
#include "probe/ban_list.h"

static const char *removal(struct host_facts *facts, const char *tool, const struct ban *ban)
{
    char text[ADDRESS_TEXT_MAX];
    if (tool[0] != 'n')
        return facts_text(facts, "%s -D " BAN_CHAIN " %s", tool, ban->rule);
    network_print(&ban->network, text);
    return facts_text(facts, "nft delete element inet " BAN_TABLE " console%c { %s }",
                      address_is_v4(&ban->network.base) ? '4' : '6', text);
}

static void take(struct host_facts *facts, const char *tool, struct ban_list *list)
{
    int64_t now_s = facts_clock_s(facts, facts->read_wall_ms);
    for (size_t i = 0; i < list->count; i++) {
        const struct ban *ban = &list->items[i];
        int64_t left_s = ban->ends_wall_ms / 1000 - now_s;
        struct let_through *added = mem_push(&facts->let_through, &facts->let_through_count,
                                             &facts->let_through_cap, sizeof *facts->let_through);
        *added = (struct let_through){.network = ban->network,
                                      .tool = tool,
                                      .rule = facts_text(facts, "%s", ban->rule),
                                      .left_s = left_s > 0 ? left_s : 0,
                                      .ends = ban->ends_wall_ms > 0,
                                      .removal = removal(facts, tool, ban)};
    }
    ban_list_dispose(list);
}

void facts_parse_let_through(struct host_facts *facts)
{
    static const char *const tools[] = {"iptables", "ip6tables"};
    struct ban_list list = {0};
    struct slice part;
    int status;
    facts->let_through_count = 0;
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        if (facts_part(facts, tools[i], &part, &status))
            ban_list_iptables_consoles(&list, part);
        take(facts, tools[i], &list);
    }
    if (facts_part(facts, "nft", &part, &status) && status == 0)
        ban_list_nft_consoles(&list, part, facts_clock_s(facts, facts->read_wall_ms));
    take(facts, "nft", &list);
}
