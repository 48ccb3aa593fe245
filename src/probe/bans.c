// SPDX-License-Identifier: MIT

// The probe of the addresses that are banned on a host.
#include "base/lang.h"
#include "probe/bans_columns.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[BANS_COLUMNS] = {
    [BANS_HOST] = COLUMN_HOST,
    [BANS_ADDRESS] = {.name = "address",
                      .title = N_("Address"),
                      .unit = "",
                      .help = N_("The address or network from which nothing is let in."),
                      .kind = KIND_ADDRESS,
                      .key = true,
                      .priority = 0,
                      .width = 18},
    [BANS_SINCE] = {.name = "since",
                    .title = N_("Since"),
                    .unit = "",
                    .help =
                        N_("When it was banned, by the host's clock; unknown where the back end "
                           "keeps no comment."),
                    .kind = KIND_TIME,
                    .priority = 3,
                    .width = 8},
    [BANS_REMAINING_S] = {.name = "remaining_s",
                          .title = N_("Remaining"),
                          .unit = "",
                          .help = N_("How long it still lasts; none: for good. Below zero on plain "
                                     "iptables: over, and taken away by the host's job or the next "
                                     "console."),
                          .kind = KIND_DURATION_S,
                          .ticks = -1,
                          .priority = 0,
                          .width = 10},
    [BANS_BY] = {.name = "by",
                 .title = N_("By"),
                 .unit = "",
                 .help = N_("The operator who banned it; fail2ban: what its jails hold."),
                 .kind = KIND_TEXT,
                 .priority = 2,
                 .width = 10},
    [BANS_REASON] = {.name = "reason",
                     .title = N_("Reason"),
                     .unit = "",
                     .help = N_("Why, in the words of the operator, shortened to what the back end "
                                "can keep; the audit trail has them whole."),
                     .kind = KIND_TEXT,
                     .unbounded = true,
                     .priority = 4,
                     .width = 24},
    [BANS_BACKEND] = {.name = "backend",
                      .title = N_("Back end"),
                      .unit = "",
                      .help = N_("How it is done: ipset, nftables, iptables or fail2ban."),
                      .kind = KIND_TEXT,
                      .key = true,
                      .priority = 5,
                      .width = 8},
    [BANS_PACKETS] = {.name = "packets",
                      .title = N_("Packets"),
                      .unit = "",
                      .help =
                          N_("Packets dropped since; unknown where the back end does not count."),
                      .kind = KIND_INT,
                      .total = true,
                      .priority = 2,
                      .width = 10},
};

static const struct schema schema = {
    .name = "bans", .columns = columns, .column_count = BANS_COLUMNS};

static const char *const groups[] = {"by", "reason", "backend", NULL};

const struct probe probe_bans = {
    .schema = &schema,
    .title = N_("Bans"),
    .purpose = N_("Addresses that are banned on the hosts: until when, by whom, why, and what it "
                  "stopped."),
    .default_sort = "-since,address",
    .pane = true,
    .empty = N_("nothing is banned"),
    .groups = groups,
};
