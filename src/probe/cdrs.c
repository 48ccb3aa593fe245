// SPDX-License-Identifier: MIT

// The probes of call records: whether they arrive, why calls fail, and what looks like fraud.
#include "base/lang.h"
#include "probe/cdrs_columns.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const char *const states[] = {N_("ok"), N_("unknown"), N_("warning"), N_("critical"), NULL};

static const struct column columns[CDRS_COLUMNS] = {
    [CDRS_HOST] = COLUMN_HOST,
    [CDRS_CHECK] = {.name = "check",
                    .title = N_("Check"),
                    .unit = "",
                    .help =
                        N_("The check's name in the profile: [cdr_check NAME] sets its limits."),
                    .kind = KIND_TEXT,
                    .key = true,
                    .priority = 4,
                    .width = 16},
    [CDRS_VALUE] = {.name = "value",
                    .title = N_("Value"),
                    .unit = "",
                    .help = N_("The figure, in the unit beside it."),
                    .kind = KIND_REAL,
                    .width = 9},
    [CDRS_UNIT] = {.name = "unit",
                   .title = N_("Unit"),
                   .unit = "",
                   .help = N_("The unit of value, warn and crit."),
                   .kind = KIND_TEXT,
                   .words = true,
                   .priority = 1,
                   .width = 7},
    [CDRS_WARN] = {.name = "warn",
                   .title = N_("Warning"),
                   .unit = "",
                   .help = N_("From this figure on the state is warning."),
                   .kind = KIND_REAL,
                   .priority = 3,
                   .width = 8},
    [CDRS_CRIT] = {.name = "crit",
                   .title = N_("Critical"),
                   .unit = "",
                   .help = N_("From this figure on the state is critical."),
                   .kind = KIND_REAL,
                   .priority = 3,
                   .width = 8},
    [CDRS_STATE] = {.name = "state",
                    .title = N_("State"),
                    .unit = "",
                    .help = N_("ok, warning, critical, or unknown: it could not be read."),
                    .kind = KIND_TEXT,
                    .words = true,
                    .width = 8,
                    .ranks = states},
    [CDRS_DETAIL] = {.name = "detail",
                     .title = N_("Detail"),
                     .unit = "",
                     .help = N_("What the figure consists of, or why it is unknown."),
                     .kind = KIND_TEXT,
                     .unbounded = true,
                     .priority = 1,
                     .width = 30},
    [CDRS_WHAT] = {.name = "what",
                   .title = N_("What"),
                   .unit = "",
                   .help = N_("What is checked."),
                   .kind = KIND_TEXT,
                   .words = true,
                   .priority = 0,
                   .width = 30},
};

static const struct schema schema = {
    .name = "cdrs", .columns = columns, .column_count = CDRS_COLUMNS};
static const struct schema search_schema = {
    .name = "cdr_search", .columns = columns, .column_count = CDRS_COLUMNS};

static const char *const needs[] = {"gateways", "performance", "cdr_search", NULL};

const struct probe probe_cdrs = {
    .schema = &schema,
    .title = N_("CDRs"),
    .purpose =
        N_("Call records: whether they arrive, why calls fail, and, while the pane is open, calls "
           "that look like fraud."),
    .default_sort = "-state",
    .pane = true,
    .empty = N_("no checks: the profile names none"),
    .needs = needs,
};

const struct probe probe_cdr_search = {
    .schema = &search_schema,
    .title = N_("CDR search"),
    .purpose = N_("What must be looked for among the newest call records."),
    .default_sort = "-state",
    .empty = N_("nothing to look for: the profile names no such check"),
    .on_demand = true,
};
