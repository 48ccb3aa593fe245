// SPDX-License-Identifier: MIT

// Current alarms of the softswitch.
#include "probe/host_column.h"
#include "probe/probe.h"

static const char *const severities[] = {"info", "warning", "minor", "major", "critical", NULL};

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "severity",
        .title = "Severity",
        .unit = "",
        .help = "How bad the softswitch rates it: critical, major, minor, warning or info.",
        .kind = KIND_TEXT,
        .width = 8,
        .ranks = severities,
    },
    {
        .name = "type",
        .title = "Type",
        .unit = "",
        .help = "What is watched, such as routing gateway ASR or account balance.",
        .kind = KIND_TEXT,
        .key = true,
        .width = 26,
    },
    {
        .name = "object",
        .title = "Object",
        .unit = "",
        .help = "The gateway, account or machine that the alarm is about.",
        .kind = KIND_TEXT,
        .key = true,
        .width = 20,
    },
    {
        .name = "begin",
        .title = "Begin",
        .unit = "",
        .help = "When the alarm occurred first.",
        .kind = KIND_TIME,
        .priority = 2,
    },
    {
        .name = "value",
        .title = "Value",
        .unit = "",
        .help = "The newest measured value, in the unit of the alarm's type.",
        .kind = KIND_REAL,
        .priority = 2,
        .width = 9,
    },
    {
        .name = "lower",
        .title = "Lower",
        .unit = "",
        .help = "The limit below which the alarm is raised; unknown when none is set.",
        .kind = KIND_REAL,
        .priority = 3,
        .width = 9,
    },
    {
        .name = "upper",
        .title = "Upper",
        .unit = "",
        .help = "The limit above which the alarm is raised; unknown when none is set.",
        .kind = KIND_REAL,
        .priority = 3,
        .width = 9,
    },
    {
        .name = "information",
        .title = "Information",
        .unit = "",
        .help = "What the softswitch or the operators noted with the alarm.",
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 4,
        .width = 24,
    },
    {
        .name = "age_s",
        .title = "Age",
        .unit = "",
        .help = "Time since the alarm occurred first, by this machine's clock.",
        .kind = KIND_DURATION_S,
        .priority = 1,
        .ticks = 1,
    },
    {
        .name = "is_acknowledged",
        .title = "Ack",
        .unit = "",
        .help = "Whether somebody has confirmed the alarm in the product's client.",
        .kind = KIND_BOOL,
        .priority = 1,
        .width = 3,
    },
    {
        .name = "unit",
        .title = "Unit",
        .unit = "",
        .help = "Of value, lower and upper, where the alarm's type settles it.",
        .kind = KIND_TEXT,
        .priority = 3,
        .width = 4,
    },
    {
        .name = "acknowledged_by",
        .title = "Ack by",
        .unit = "",
        .help = "Who confirmed the alarm in the product's client; unknown: nobody.",
        .kind = KIND_TEXT,
        .priority = 5,
        .width = 8,
    },
    {
        .name = "acknowledged",
        .title = "Ack at",
        .unit = "",
        .help = "When it was confirmed.",
        .kind = KIND_TIME,
        .priority = 6,
    },
    {
        .name = "alarm_id",
        .title = "Id",
        .unit = "",
        .help = "The product's number of this alarm.",
        .kind = KIND_INT,
        .key = true,
        .id = true,
        .priority = 8,
        .width = 10,
    },
};

static const struct schema schema = {
    .name = "alarms",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_alarms = {
    .schema = &schema,
    .title = "Alarms",
    .purpose = "What the softswitch itself complains of now.",
    .default_sort = "-severity,-begin",
    .pane = true,
    .empty = "no alarms",
};
