// SPDX-License-Identifier: MIT

// The first column of every probe's table.
#ifndef PROBE_HOST_COLUMN_H
#define PROBE_HOST_COLUMN_H

#include "base/lang.h"
#include "table/table.h"

#define COLUMN_HOST                                                                                \
    {                                                                                              \
        .name = "host", .title = N_("Host"), .unit = "",                                           \
        .help = N_("The host, as the configuration names it."), .kind = KIND_TEXT, .key = true,    \
        .priority = 1, .width = 10                                                                 \
    }

#endif
