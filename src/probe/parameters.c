// SPDX-License-Identifier: MIT

// The hidden probe of the softswitch's own parameters that other probes go by.
#include "probe/probe.h"

static const struct column columns[] = {
    {
        .name = "host",
        .title = "Host",
        .unit = "",
        .help = "The host.",
        .kind = KIND_TEXT,
        .key = true,
    },
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
        .title = "Value",
        .unit = "",
        .help = "Its value; a parameter that is not listed has its default.",
        .kind = KIND_TEXT,
        .width = 12,
    },
};

static const struct schema schema = {
    .name = "parameters",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_parameters = {
    .schema = &schema,
    .title = "Parameters",
    .purpose = "Parameters of the softswitch that differ from their defaults.",
    .default_sort = "name",
    .empty = "all parameters have their defaults",
};
