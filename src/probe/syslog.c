// SPDX-License-Identifier: MIT

// What the product's operators and the product itself did.
#include "probe/host_column.h"
#include "probe/probe.h"

static const char *const severities[] = {"information", "general", "warning", "error", NULL};

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "time",
        .title = "Time",
        .unit = "",
        .help = "When it was recorded.",
        .kind = KIND_TIME,
    },
    {
        .name = "type",
        .title = "Type",
        .unit = "",
        .help = "The product's type (Error, General, Information): its number, unless [map "
                "syslog_type] of the profile names it.",
        .kind = KIND_TEXT,
        .priority = 3,
        .width = 6,
    },
    {
        .name = "severity",
        .title = "Severity",
        .unit = "",
        .help = "warning for failed logins; else by type, where [map syslog_severity] of the "
                "profile names it; unknown otherwise.",
        .kind = KIND_TEXT,
        .priority = 5,
        .width = 11,
        .ranks = severities,
    },
    {
        .name = "user",
        .title = "User",
        .unit = "",
        .help = "Who did it.",
        .kind = KIND_TEXT,
        .width = 12,
    },
    {
        .name = "source_ip",
        .title = "From",
        .unit = "",
        .help = "The first address that the line names; unknown where it names none.",
        .kind = KIND_ADDRESS,
        .priority = 1,
    },
    {
        .name = "event",
        .title = "Event",
        .unit = "",
        .help = "The product's number of the event, unless [map syslog_event] of the profile "
                "names it.",
        .kind = KIND_TEXT,
        .priority = 4,
        .width = 6,
    },
    {
        .name = "detail",
        .title = "Detail",
        .unit = "",
        .help = "What the product wrote: its template and what it put in.",
        .kind = KIND_TEXT,
        .unbounded = true,
        .width = 40,
    },
    {
        .name = "note",
        .title = "Note",
        .unit = "",
        .help = "failed login; brute force in the newest line of an address from which ten or more "
                "failed within a day.",
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 25,
    },
    {
        .name = "failures",
        .title = "Failures",
        .unit = "",
        .help = "Failed logins from this address within a day, in the newest of their lines.",
        .kind = KIND_INT,
        .priority = 2,
        .width = 8,
    },
    {
        .name = "failed_login",
        .title = "Failed",
        .unit = "",
        .help = "Whether the line reads like a failed login.",
        .kind = KIND_BOOL,
        .priority = 7,
        .width = 6,
    },
    {
        .name = "age_s",
        .title = "Age",
        .unit = "",
        .help = "Time since then.",
        .kind = KIND_DURATION_S,
        .priority = 6,
        .ticks = 1,
    },
    {
        .name = "log_id",
        .title = "Id",
        .unit = "",
        .help = "The line's number.",
        .kind = KIND_INT,
        .key = true,
        .id = true,
        .priority = 8,
        .width = 10,
    },
};

static const char *const groups[] = {"source_ip", "user", "type", NULL};

static const struct schema schema = {
    .name = "syslog",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_syslog = {
    .schema = &schema,
    .title = "System log",
    .purpose = "What the product's operators and the product itself did, and logins that failed.",
    .default_sort = "-time",
    .pane = true,
    .empty = "nothing was logged within seven days",
    .groups = groups,
};
