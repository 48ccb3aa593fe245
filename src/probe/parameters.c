// SPDX-License-Identifier: MIT

// Parameters of the softswitch and of its management server that matter.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "name",
        .title = N_("Parameter"),
        .unit = "",
        .help = N_("The parameter's name, as the product calls it."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 32,
    },
    {
        .name = "value",
        .title = N_("Set"),
        .unit = "",
        .help = N_("What the host has set; unknown: not set, the default holds."),
        .kind = KIND_TEXT,
        .width = 10,
    },
    {
        .name = "default_value",
        .title = N_("Default"),
        .unit = "",
        .help = N_("The product's default; unknown where no source tells it."),
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 10,
    },
    {
        .name = "recommended",
        .title = N_("Recommended"),
        .unit = "",
        .help = N_("What is recommended; unknown: as the site needs."),
        .kind = KIND_TEXT,
        .width = 11,
    },
    {
        .name = "note",
        .title = N_("Note"),
        .unit = "",
        .help =
            N_("not as recommended, or changed (differs from the default); empty when neither."),
        .kind = KIND_TEXT,
        .words = true,
        .width = 18,
    },
    {
        .name = "meaning",
        .title = N_("Meaning"),
        .unit = "",
        .help = N_("What it does."),
        .kind = KIND_TEXT,
        .words = true,
        .unbounded = true,
        .priority = 2,
        .width = 30,
    },
    {
        .name = "unit",
        .title = N_("Unit"),
        .unit = "",
        .help = N_("Of the values."),
        .kind = KIND_TEXT,
        .words = true,
        .priority = 4,
        .width = 6,
    },
    {
        .name = "effective",
        .title = N_("Holds"),
        .unit = "",
        .help = N_("What holds: the set value, else the default."),
        .kind = KIND_TEXT,
        .priority = 5,
        .width = 10,
    },
    {
        .name = "differs",
        .title = N_("Differs"),
        .unit = "",
        .help = N_("Whether what holds is not what is recommended."),
        .kind = KIND_BOOL,
        .priority = 6,
        .width = 7,
    },
    {
        .name = "is_default",
        .title = N_("As default"),
        .unit = "",
        .help = N_("Whether what holds is the default."),
        .kind = KIND_BOOL,
        .priority = 7,
        .width = 10,
    },
    {
        .name = "object_id",
        .title = N_("Object"),
        .unit = "",
        .help = N_("The product's number of the object that it is set for; several nodes may each "
                   "have theirs."),
        .kind = KIND_INT,
        .key = true,
        .id = true,
        .priority = 7,
        .width = 8,
    },
};

static const char *const groups[] = {"note", NULL};

static const struct schema schema = {
    .name = "parameters",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_parameters = {
    .schema = &schema,
    .title = N_("Parameters"),
    .purpose = N_("Parameters that matter: what is set, what the product's default is, and what is "
                  "recommended."),
    .default_sort = "-differs,name",
    .pane = true,
    .empty = N_("no parameter is watched"),
    .groups = groups,
};
