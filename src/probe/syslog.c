// SPDX-License-Identifier: MIT

// What the product's operators and the product itself did.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const char *const severities[] = {N_("information"), N_("general"), N_("warning"),
                                         N_("error"), NULL};

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "time",
        .title = N_("Time"),
        .unit = "",
        .help = N_("When it was recorded."),
        .kind = KIND_TIME,
    },
    {
        .name = "type",
        .title = N_("Type"),
        .unit = "",
        .help = N_("The product's type (Error, General, Information): its number, unless [map "
                   "syslog_type] of the profile names it."),
        .kind = KIND_TEXT,
        .words = true,
        .priority = 3,
        .width = 6,
    },
    {
        .name = "severity",
        .title = N_("Severity"),
        .unit = "",
        .help = N_("warning for failed logins; else by type, where [map syslog_severity] of the "
                   "profile names it; unknown otherwise."),
        .kind = KIND_TEXT,
        .words = true,
        .priority = 5,
        .width = 11,
        .ranks = severities,
    },
    {
        .name = "user",
        .title = N_("User"),
        .unit = "",
        .help = N_("Who did it."),
        .kind = KIND_TEXT,
        .width = 12,
    },
    {
        .name = "source_ip",
        .title = N_("From"),
        .unit = "",
        .help = N_("The first address that the line names; unknown where it names none."),
        .kind = KIND_ADDRESS,
        .priority = 1,
    },
    {
        .name = "event",
        .title = N_("Event"),
        .unit = "",
        .help = N_("The product's number of the event, unless [map syslog_event] of the profile "
                   "names it."),
        .kind = KIND_TEXT,
        .priority = 4,
        .width = 6,
    },
    {
        .name = "detail",
        .title = N_("Detail"),
        .unit = "",
        .help = N_("What the product wrote: its template and what it put in."),
        .kind = KIND_TEXT,
        .unbounded = true,
        .width = 40,
    },
    {
        .name = "note",
        .title = N_("Note"),
        .unit = "",
        .help =
            N_("failed login; brute force in the newest line of an address from which ten or more "
               "failed within a day."),
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 25,
    },
    {
        .name = "failures",
        .title = N_("Failures"),
        .unit = "",
        .help = N_("Failed logins from this address within a day, in the newest of their lines."),
        .kind = KIND_INT,
        .priority = 2,
        .width = 8,
    },
    {
        .name = "failed_login",
        .title = N_("Failed"),
        .unit = "",
        .help = N_("Whether the line reads like a failed login."),
        .kind = KIND_BOOL,
        .priority = 7,
        .width = 6,
    },
    {
        .name = "age_s",
        .title = N_("Age"),
        .unit = "",
        .help = N_("Time since then."),
        .kind = KIND_DURATION_S,
        .priority = 6,
        .ticks = 1,
    },
    {
        .name = "log_id",
        .title = N_("Id"),
        .unit = "",
        .help = N_("The line's number."),
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
    .title = N_("System log"),
    .purpose =
        N_("What the product's operators and the product itself did, and logins that failed."),
    .default_sort = "-time",
    .pane = true,
    .empty = N_("nothing was logged within seven days"),
    .groups = groups,
};
