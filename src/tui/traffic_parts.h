// SPDX-License-Identifier: MIT

// What a host's SIP packets of the last ten seconds are made of, the most first.
#ifndef TUI_TRAFFIC_PARTS_H
#define TUI_TRAFFIC_PARTS_H

#include "table/table.h"

enum { TRAFFIC_PARTS_MAX = 11 };

struct traffic_part {
    const char *word; // "OPTIONS", "responses"
    double pps;
};

// Those of the sip table that are not nothing; NULL: none. Together they are its pps.
size_t traffic_parts(const struct table *sip, struct traffic_part out[TRAFFIC_PARTS_MAX]);

// "OPTIONS 389.2  responses 371.0  others 3.1" in at most so many columns: what has no room is
// added up as others. Appends; returns the columns used, 0: not even the first has room.
int traffic_parts_print(const struct traffic_part *parts, size_t count, int cols, struct str *out);

#endif
