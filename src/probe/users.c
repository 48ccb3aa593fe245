// SPDX-License-Identifier: MIT

// Who is logged in to the management client.
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "user",
        .title = "User",
        .unit = "",
        .help = "The login name; the user's number where the name is not known.",
        .kind = KIND_TEXT,
        .key = true,
        .width = 14,
    },
    {
        .name = "source_ip",
        .title = "From",
        .unit = "",
        .help = "The address that the session comes from.",
        .kind = KIND_ADDRESS,
        .key = true,
    },
    {
        .name = "since",
        .title = "Since",
        .unit = "",
        .help = "When the session began.",
        .kind = KIND_TIME,
    },
    {
        .name = "note",
        .title = "Note",
        .unit = "",
        .help =
            "off-hours (began between 22:00 and 6:00), new address (of this user, since the "
            "console was started), several sessions, several addresses, locked user, expired user, "
            "open for days (or left over by a crash); empty when there is nothing to say.",
        .kind = KIND_TEXT,
        .unbounded = true,
        .width = 24,
    },
    {
        .name = "for_s",
        .title = "For",
        .unit = "",
        .help = "How long the session has lasted.",
        .kind = KIND_DURATION_S,
        .priority = 1,
        .ticks = 1,
    },
    {
        .name = "name",
        .title = "Name",
        .unit = "",
        .help = "The user's display name.",
        .kind = KIND_TEXT,
        .priority = 2,
        .width = 18,
    },
    {
        .name = "sessions",
        .title = "Sessions",
        .unit = "",
        .help = "Sessions of this user now.",
        .kind = KIND_INT,
        .priority = 3,
        .width = 8,
    },
    {
        .name = "addresses",
        .title = "Addresses",
        .unit = "",
        .help = "Different addresses among them.",
        .kind = KIND_INT,
        .priority = 4,
        .width = 9,
    },
    {
        .name = "hour",
        .title = "Hour",
        .unit = "",
        .help = "The hour in which the session began, by the clock of the database's host.",
        .kind = KIND_INT,
        .priority = 6,
        .width = 4,
    },
    {
        .name = "address_is_new",
        .title = "New",
        .unit = "",
        .help = "Whether this user was first met at this address within the last day; unknown for "
                "what was there when the console was started.",
        .kind = KIND_BOOL,
        .priority = 6,
        .width = 3,
    },
    {
        .name = "locked",
        .title = "Locked",
        .unit = "",
        .help = "Whether the user is locked.",
        .kind = KIND_BOOL,
        .priority = 6,
        .width = 6,
    },
    {
        .name = "expired_s",
        .title = "Expired",
        .unit = "",
        .help = "Time since the user expired; unknown while valid.",
        .kind = KIND_DURATION_S,
        .priority = 7,
    },
    {
        .name = "session_id",
        .title = "Id",
        .unit = "",
        .help = "The session's number.",
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
    .title = "Users",
    .purpose = "Who is logged in to the product's management client, and from where.",
    .default_sort = "-since",
    .pane = true,
    .empty = "nobody is logged in",
    .groups = groups,
};
