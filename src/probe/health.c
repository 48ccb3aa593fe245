// SPDX-License-Identifier: MIT

// The probe of a server's own figures, each judged against its thresholds.
#include "probe/health_columns.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const char *const states[] = {"ok", "unknown", "warning", "critical", NULL};

static const struct column columns[HEALTH_COLUMNS] = {
    [HEALTH_HOST] = COLUMN_HOST,
    [HEALTH_WHAT] = {.name = "what",
                     .title = "What",
                     .unit = "",
                     .help = "What is measured.",
                     .kind = KIND_TEXT,
                     .key = true,
                     .priority = 0,
                     .width = 26},
    [HEALTH_METRIC] = {.name = "metric",
                       .title = "Metric",
                       .unit = "",
                       .help = "The figure's name in the profile: [health METRIC] sets its limits.",
                       .kind = KIND_TEXT,
                       .priority = 7,
                       .width = 19},
    [HEALTH_OBJECT] = {.name = "object",
                       .title = "Of",
                       .unit = "",
                       .help = "The file system or interface that is measured.",
                       .kind = KIND_TEXT,
                       .key = true,
                       .priority = 1,
                       .width = 14},
    [HEALTH_VALUE] = {.name = "value",
                      .title = "Value",
                      .unit = "",
                      .help = "The figure, in the unit beside it.",
                      .kind = KIND_REAL,
                      .priority = 0,
                      .width = 10},
    [HEALTH_UNIT] = {.name = "unit",
                     .title = "Unit",
                     .unit = "",
                     .help = "The unit of value, warn and crit.",
                     .kind = KIND_TEXT,
                     .priority = 2,
                     .width = 7},
    [HEALTH_WARN] = {.name = "warn",
                     .title = "Warning",
                     .unit = "",
                     .help =
                         "From this figure on the state is warning: [health METRIC] warn of the "
                         "profile.",
                     .kind = KIND_REAL,
                     .priority = 4,
                     .width = 8},
    [HEALTH_CRIT] = {.name = "crit",
                     .title = "Critical",
                     .unit = "",
                     .help = "From this figure on the state is critical: [health METRIC] crit of "
                             "the profile.",
                     .kind = KIND_REAL,
                     .priority = 4,
                     .width = 8},
    [HEALTH_STATE] = {.name = "state",
                      .title = "State",
                      .unit = "",
                      .help = "ok, warning, critical, or unknown: it could not be read.",
                      .kind = KIND_TEXT,
                      .priority = 0,
                      .width = 8,
                      .ranks = states},
    [HEALTH_REASON] =
        {.name = "reason",
         .title = "Reason",
         .unit = "",
         .help = "Why a figure is unknown, or what to know beside it: of kernel messages the "
                 "newest.",
         .kind = KIND_TEXT,
         .unbounded = true,
         .priority = 3,
         .width = 30},
};

static const struct schema schema = {
    .name = "health", .columns = columns, .column_count = HEALTH_COLUMNS};

const struct probe probe_health = {
    .schema = &schema,
    .title = "Health",
    .purpose = "The server itself: processor, memory, disks, network, connection tracking, clock, "
               "kernel messages.",
    .default_sort = "-state",
    .pane = true,
    .empty = "no figures",
};
