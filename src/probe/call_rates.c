// SPDX-License-Identifier: MIT

// What calls that are worth a look cost: their accounts' rates for the numbers that they called.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"
#include "probe/rates_columns.h"

static const struct column columns[RATES_COLUMNS] = {
    [RATES_HOST] = COLUMN_HOST,
    [RATES_CALL] = {.name = "call",
                    .title = N_("Call"),
                    .unit = "",
                    .help = N_("The account, a space, and the called number."),
                    .kind = KIND_TEXT,
                    .key = true},
    [RATES_FEE] = {.name = "fee",
                   .title = N_("Fee"),
                   .unit = "",
                   .help =
                       N_("The price of one period, in the account's currency; unknown where the "
                          "account's rates do not say it."),
                   .kind = KIND_REAL},
    [RATES_PERIOD] = {.name = "period_s",
                      .title = N_("Period"),
                      .unit = "",
                      .help = N_("The seconds that are paid for at once."),
                      .kind = KIND_DURATION_S},
};

static const struct schema schema = {
    .name = "call_rates",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_call_rates = {
    .schema = &schema,
    .title = N_("Call rates"),
    .purpose = N_("What calls in progress cost, for the calls pane."),
    .default_sort = "call",
    .empty = N_("no call that is worth a look"),
};
