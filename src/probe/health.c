// SPDX-License-Identifier: MIT

// The probe of a server's own figures, each judged against its thresholds.
#include "base/lang.h"
#include "probe/health_columns.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const char *const states[] = {N_("ok"), N_("unknown"), N_("warning"), N_("critical"), NULL};

static const struct column columns[HEALTH_COLUMNS] = {
    [HEALTH_HOST] = COLUMN_HOST,
    [HEALTH_WHAT] = {.name = "what",
                     .title = N_("What"),
                     .unit = "",
                     .help = N_("What is measured."),
                     .kind = KIND_TEXT,
                     .words = true,
                     .key = true,
                     .priority = 0,
                     .width = 26},
    [HEALTH_METRIC] = {.name = "metric",
                       .title = N_("Metric"),
                       .unit = "",
                       .help =
                           N_("The figure's name in the profile: [health METRIC] sets its limits."),
                       .kind = KIND_TEXT,
                       .priority = 7,
                       .width = 19},
    [HEALTH_OBJECT] = {.name = "object",
                       .title = N_("Of"),
                       .unit = "",
                       .help = N_("The file system or interface that is measured."),
                       .kind = KIND_TEXT,
                       .key = true,
                       .priority = 1,
                       .width = 14},
    [HEALTH_VALUE] = {.name = "value",
                      .title = N_("Value"),
                      .unit = "",
                      .help = N_("The figure, in the unit beside it."),
                      .kind = KIND_REAL,
                      .priority = 0,
                      .width = 10},
    [HEALTH_UNIT] = {.name = "unit",
                     .title = N_("Unit"),
                     .unit = "",
                     .help = N_("The unit of value, warn and crit."),
                     .kind = KIND_TEXT,
                     .words = true,
                     .priority = 2,
                     .width = 7},
    [HEALTH_WARN] = {.name = "warn",
                     .title = N_("Warning"),
                     .unit = "",
                     .help =
                         N_("From this figure on the state is warning: [health METRIC] warn of the "
                            "profile."),
                     .kind = KIND_REAL,
                     .priority = 4,
                     .width = 8},
    [HEALTH_CRIT] = {.name = "crit",
                     .title = N_("Critical"),
                     .unit = "",
                     .help =
                         N_("From this figure on the state is critical: [health METRIC] crit of "
                            "the profile."),
                     .kind = KIND_REAL,
                     .priority = 4,
                     .width = 8},
    [HEALTH_STATE] = {.name = "state",
                      .title = N_("State"),
                      .unit = "",
                      .help = N_("ok, warning, critical, or unknown: it could not be read."),
                      .kind = KIND_TEXT,
                      .words = true,
                      .priority = 0,
                      .width = 8,
                      .ranks = states},
    [HEALTH_REASON] =
        {.name = "reason",
         .title = N_("Reason"),
         .unit = "",
         .help = N_("Why a figure is unknown, or what to know beside it: of kernel messages the "
                    "newest."),
         .kind = KIND_TEXT,
         .words = true,
         .unbounded = true,
         .priority = 3,
         .width = 30},
};

static const struct schema schema = {
    .name = "health", .columns = columns, .column_count = HEALTH_COLUMNS};

const struct probe probe_health = {
    .schema = &schema,
    .title = N_("Health"),
    .purpose =
        N_("The server itself: processor, memory, disks, network, connection tracking, clock, "
           "kernel messages."),
    .default_sort = "-state",
    .pane = true,
    .empty = N_("no figures"),
};
