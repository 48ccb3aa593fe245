// SPDX-License-Identifier: MIT

// Parameters of the softswitch and of its management server that matter.
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "name",
        .title = "Parameter",
        .unit = "",
        .help = "The parameter's name, as the product calls it.",
        .kind = KIND_TEXT,
        .key = true,
        .width = 32,
    },
    {
        .name = "value",
        .title = "Set",
        .unit = "",
        .help = "What the host has set; unknown: not set, the default holds.",
        .kind = KIND_TEXT,
        .width = 10,
    },
    {
        .name = "default_value",
        .title = "Default",
        .unit = "",
        .help = "The product's default; unknown where no source tells it.",
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 10,
    },
    {
        .name = "recommended",
        .title = "Recommended",
        .unit = "",
        .help = "What is recommended; unknown: as the site needs.",
        .kind = KIND_TEXT,
        .width = 11,
    },
    {
        .name = "note",
        .title = "Note",
        .unit = "",
        .help = "not as recommended, or changed (differs from the default); empty when neither.",
        .kind = KIND_TEXT,
        .width = 18,
    },
    {
        .name = "meaning",
        .title = "Meaning",
        .unit = "",
        .help = "What it does.",
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 2,
        .width = 30,
    },
    {
        .name = "unit",
        .title = "Unit",
        .unit = "",
        .help = "Of the values.",
        .kind = KIND_TEXT,
        .priority = 4,
        .width = 6,
    },
    {
        .name = "effective",
        .title = "Holds",
        .unit = "",
        .help = "What holds: the set value, else the default.",
        .kind = KIND_TEXT,
        .priority = 5,
        .width = 10,
    },
    {
        .name = "differs",
        .title = "Differs",
        .unit = "",
        .help = "Whether what holds is not what is recommended.",
        .kind = KIND_BOOL,
        .priority = 6,
        .width = 7,
    },
    {
        .name = "is_default",
        .title = "As default",
        .unit = "",
        .help = "Whether what holds is the default.",
        .kind = KIND_BOOL,
        .priority = 7,
        .width = 10,
    },
    {
        .name = "object_id",
        .title = "Object",
        .unit = "",
        .help = "The product's number of the object that it is set for; several nodes may each "
                "have theirs.",
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
    .title = "Parameters",
    .purpose = "Parameters that matter: what is set, what the product's default is, and what is "
               "recommended.",
    .default_sort = "-differs,name",
    .pane = true,
    .empty = "no parameter is watched",
    .groups = groups,
};
