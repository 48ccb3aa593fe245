// SPDX-License-Identifier: MIT

// Current alarms of the softswitch.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const char *const severities[] = {N_("info"),  N_("warning"),  N_("minor"),
                                         N_("major"), N_("critical"), NULL};

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "severity",
        .title = N_("Severity"),
        .unit = "",
        .help = N_("How bad the softswitch rates it: critical, major, minor, warning or info."),
        .kind = KIND_TEXT,
        .words = true,
        .width = 8,
        .ranks = severities,
    },
    {
        .name = "type",
        .title = N_("Type"),
        .unit = "",
        .help = N_("What is watched, such as routing gateway ASR or account balance."),
        .kind = KIND_TEXT,
        .words = true,
        .key = true,
        .width = 26,
    },
    {
        .name = "object",
        .title = N_("Object"),
        .unit = "",
        .help = N_("The gateway, account or machine that the alarm is about."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 20,
    },
    {
        .name = "begin",
        .title = N_("Begin"),
        .unit = "",
        .help = N_("When the alarm occurred first."),
        .kind = KIND_TIME,
        .priority = 2,
    },
    {
        .name = "value",
        .title = N_("Value"),
        .unit = "",
        .help = N_("The newest measured value, in the unit of the alarm's type."),
        .kind = KIND_REAL,
        .priority = 2,
        .width = 9,
    },
    {
        .name = "lower",
        .title = N_("Lower"),
        .unit = "",
        .help = N_("The limit below which the alarm is raised; unknown when none is set."),
        .kind = KIND_REAL,
        .priority = 3,
        .width = 9,
    },
    {
        .name = "upper",
        .title = N_("Upper"),
        .unit = "",
        .help = N_("The limit above which the alarm is raised; unknown when none is set."),
        .kind = KIND_REAL,
        .priority = 3,
        .width = 9,
    },
    {
        .name = "information",
        .title = N_("Information"),
        .unit = "",
        .help = N_("What the softswitch or the operators noted with the alarm."),
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 4,
        .width = 24,
    },
    {
        .name = "age_s",
        .title = N_("Age"),
        .unit = "",
        .help = N_("Time since the alarm occurred first, by this machine's clock."),
        .kind = KIND_DURATION_S,
        .priority = 1,
        .ticks = 1,
    },
    {
        .name = "is_acknowledged",
        .title = N_("Ack"),
        .unit = "",
        .help = N_("Whether somebody has confirmed the alarm in the product's client."),
        .kind = KIND_BOOL,
        .priority = 1,
        .width = 3,
    },
    {
        .name = "unit",
        .title = N_("Unit"),
        .unit = "",
        .help = N_("Of value, lower and upper, where the alarm's type settles it."),
        .kind = KIND_TEXT,
        .words = true,
        .priority = 3,
        .width = 4,
    },
    {
        .name = "acknowledged_by",
        .title = N_("Ack by"),
        .unit = "",
        .help = N_("Who confirmed the alarm in the product's client; unknown: nobody."),
        .kind = KIND_TEXT,
        .priority = 5,
        .width = 8,
    },
    {
        .name = "acknowledged",
        .title = N_("Ack at"),
        .unit = "",
        .help = N_("When it was confirmed."),
        .kind = KIND_TIME,
        .priority = 6,
    },
    {
        .name = "alarm_id",
        .title = N_("Id"),
        .unit = "",
        .help = N_("The product's number of this alarm."),
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
    .title = N_("Alarms"),
    .purpose = N_("What the softswitch itself complains of now."),
    .default_sort = "-severity,-begin",
    .pane = true,
    .empty = N_("no alarms"),
};
