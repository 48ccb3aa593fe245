// SPDX-License-Identifier: MIT

// The probe of the firewall's rules and what they catch.
#include "base/lang.h"
#include "probe/firewall_columns.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const char *const effects[] = {N_("other"), N_("accepts"), N_("jumps"), N_("drops"), NULL};
static const char *const groups[] = {"chain", "target", "table", NULL};
static const char *const families[] = {"ipv4", "ipv6", NULL};

static const struct column columns[FIREWALL_COLUMNS] = {
    [FIREWALL_HOST] = COLUMN_HOST,
    [FIREWALL_FAMILY] = {.name = "family",
                         .title = N_("Family"),
                         .unit = "",
                         .help = N_("ipv4 (iptables) or ipv6 (ip6tables)."),
                         .kind = KIND_TEXT,
                         .key = true,
                         .priority = 5,
                         .width = 6,
                         .ranks = families},
    [FIREWALL_TABLE] = {.name = "table",
                        .title = N_("Table"),
                        .unit = "",
                        .help = N_("filter, nat, mangle, raw or security."),
                        .kind = KIND_TEXT,
                        .key = true,
                        .priority = 6,
                        .width = 8},
    [FIREWALL_CHAIN] = {.name = "chain",
                        .title = N_("Chain"),
                        .unit = "",
                        .help = N_("The chain that holds the rule."),
                        .kind = KIND_TEXT,
                        .key = true,
                        .priority = 0,
                        .width = 18},
    [FIREWALL_NUM] = {.name = "num",
                      .title = "#",
                      .unit = "",
                      .help = N_("The rule's place in its chain, as iptables -D takes it; 0 is the "
                                 "chain's policy."),
                      .kind = KIND_INT,
                      .priority = 3,
                      .width = 5},
    [FIREWALL_PACKETS] = {.name = "packets",
                          .title = N_("Packets"),
                          .unit = "",
                          .help =
                              N_("Packets that the rule has matched since its counter was zero."),
                          .kind = KIND_INT,
                          .total = true,
                          .priority = 2,
                          .width = 12},
    [FIREWALL_BYTES] = {.name = "bytes",
                        .title = N_("Bytes"),
                        .unit = "",
                        .help = N_("Bytes of these packets."),
                        .kind = KIND_BYTES,
                        .total = true,
                        .priority = 5,
                        .width = 9},
    [FIREWALL_PPS] = {.name = "pps",
                      .title = N_("Packets/s"),
                      .unit = "1/s",
                      .help =
                          N_("Packets a second between the last two readings; unknown after the "
                             "counter was set back."),
                      .kind = KIND_REAL,
                      .total = true,
                      .priority = 0,
                      .width = 9},
    [FIREWALL_SHARE] = {.name = "share_pct",
                        .title = N_("Share"),
                        .unit = "%",
                        .help =
                            N_("Packets of the rule / packets of all rules of its chain and its "
                               "policy x 100."),
                        .kind = KIND_PCT,
                        .priority = 2,
                        .width = 6},
    [FIREWALL_REMARK] = {.name = "remark",
                         .title = N_("Remark"),
                         .unit = "",
                         .help =
                             N_("no hits: no packet since its counter was zero; after N: rule N "
                                "of its chain takes every packet that this one could match."),
                         .kind = KIND_TEXT,
                         .words = true,
                         .priority = 1,
                         .width = 8},
    [FIREWALL_TARGET] = {.name = "target",
                         .title = N_("Target"),
                         .unit = "",
                         .help = N_("What is done with a packet that matches (-j or -g)."),
                         .kind = KIND_TEXT,
                         .priority = 0,
                         .width = 14},
    [FIREWALL_MATCH] = {.name = "match",
                        .title = N_("Match"),
                        .unit = "",
                        .help = N_("The rule's conditions and its target's options, as iptables "
                                   "writes them."),
                        .kind = KIND_TEXT,
                        .unbounded = true,
                        .priority = 1,
                        .width = 40},
    [FIREWALL_COMMENT] = {.name = "comment",
                          .title = N_("Comment"),
                          .unit = "",
                          .help = N_("The text of the rule's comment match."),
                          .kind = KIND_TEXT,
                          .priority = 4,
                          .width = 20},
    [FIREWALL_MEMBERS] = {.name = "members",
                          .title = N_("Members"),
                          .unit = "",
                          .help =
                              N_("Addresses that are now in the rule's recent or hashlimit list."),
                          .kind = KIND_INT,
                          .priority = 7,
                          .width = 7},
    [FIREWALL_RULE] = {.name = "rule",
                       .title = N_("Rule"),
                       .unit = "",
                       .help =
                           N_("The whole rule as iptables-save prints it, without its counters."),
                       .kind = KIND_TEXT,
                       .key = true,
                       .priority = 9,
                       .width = 60},
    [FIREWALL_EFFECT] = {.name = "effect",
                         .title = N_("Effect"),
                         .unit = "",
                         .help =
                             N_("drops (DROP, REJECT, TARPIT), jumps to another chain, accepts, or "
                                "other, such as LOG and RETURN."),
                         .kind = KIND_TEXT,
                         .words = true,
                         .priority = 8,
                         .width = 7,
                         .ranks = effects},
};

static const struct schema schema = {
    .name = "firewall", .columns = columns, .column_count = FIREWALL_COLUMNS};

const struct probe probe_firewall = {
    .schema = &schema,
    .title = N_("Firewall"),
    .purpose =
        N_("The rules of iptables and ip6tables with their counters and what they catch now."),
    .default_sort = "-effect,-pps",
    .groups = groups,
    .pane = true,
    .empty = N_("no firewall rules"),
};
