// SPDX-License-Identifier: MIT

// Who is logged in to the management client.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "user",
        .title = N_("User"),
        .unit = "",
        .help = N_("The login name; the user's number where the name is not known."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 14,
    },
    {
        .name = "source_ip",
        .title = N_("From"),
        .unit = "",
        .help = N_("The address that the session comes from."),
        .kind = KIND_ADDRESS,
        .key = true,
    },
    {
        .name = "since",
        .title = N_("Since"),
        .unit = "",
        .help = N_("When the session began."),
        .kind = KIND_TIME,
    },
    {
        .name = "note",
        .title = N_("Note"),
        .unit = "",
        .help = N_(
            "off-hours (began between 22:00 and 6:00), new address (of this user, since the "
            "console was started), several sessions, several addresses, locked user, expired user, "
            "open for days (or left over by a crash); empty when there is nothing to say."),
        .kind = KIND_TEXT,
        .words = true,
        .unbounded = true,
        .width = 24,
    },
    {
        .name = "for_s",
        .title = N_("For"),
        .unit = "",
        .help = N_("How long the session has lasted."),
        .kind = KIND_DURATION_S,
        .priority = 1,
        .ticks = 1,
    },
    {
        .name = "name",
        .title = N_("Name"),
        .unit = "",
        .help = N_("The user's display name."),
        .kind = KIND_TEXT,
        .priority = 2,
        .width = 18,
    },
    {
        .name = "sessions",
        .title = N_("Sessions"),
        .unit = "",
        .help = N_("Sessions of this user now."),
        .kind = KIND_INT,
        .priority = 3,
        .width = 8,
    },
    {
        .name = "addresses",
        .title = N_("Addresses"),
        .unit = "",
        .help = N_("Different addresses among them."),
        .kind = KIND_INT,
        .priority = 4,
        .width = 9,
    },
    {
        .name = "hour",
        .title = N_("Hour"),
        .unit = "",
        .help = N_("The hour in which the session began, by the clock of the database's host."),
        .kind = KIND_INT,
        .priority = 6,
        .width = 4,
    },
    {
        .name = "address_is_new",
        .title = N_("New"),
        .unit = "",
        .help =
            N_("Whether this user was first met at this address within the last day; unknown for "
               "what was there when the console was started."),
        .kind = KIND_BOOL,
        .priority = 6,
        .width = 3,
    },
    {
        .name = "locked",
        .title = N_("Locked"),
        .unit = "",
        .help = N_("Whether the user is locked."),
        .kind = KIND_BOOL,
        .priority = 6,
        .width = 6,
    },
    {
        .name = "expired_s",
        .title = N_("Expired"),
        .unit = "",
        .help = N_("Time since the user expired; unknown while valid."),
        .kind = KIND_DURATION_S,
        .priority = 7,
    },
    {
        .name = "session_id",
        .title = N_("Id"),
        .unit = "",
        .help = N_("The session's number."),
        .kind = KIND_INT,
        .key = true,
        .id = true,
        .priority = 8,
        .width = 8,
    },
};

static const char *const groups[] = {"user", "source_ip", NULL};

static const struct schema schema = {
    .name = "users",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_users = {
    .schema = &schema,
    .title = N_("Users"),
    .purpose = N_("Who is logged in to the product's management client, and from where."),
    .default_sort = "-since",
    .pane = true,
    .empty = N_("nobody is logged in"),
    .groups = groups,
};
