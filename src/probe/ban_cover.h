// SPDX-License-Identifier: MIT

// Which ban keeps an address or a network out, from a table of the probe `bans`: its own, or that
// of a network around it. Pure.
#ifndef PROBE_BAN_COVER_H
#define PROBE_BAN_COVER_H

#include "base/address.h"
#include "table/table.h"

struct ban_span {
    struct network network;
    bool ends;
    double remaining_s; // where it ends, when the table was read; below 0: over, and still there
};

// Zero-initialised is empty.
struct ban_cover {
    struct ban_span *items; // the narrowest networks first, once made
    size_t count, cap;
    size_t end[129]; // by prefix: behind the last item of that prefix …
    bool any[129];   // … where there is one
};

void ban_cover_make(struct ban_cover *cover, const struct table *bans); // NULL: there are none
void ban_cover_dispose(struct ban_cover *cover);

// The narrowest ban that holds the whole network, of equal ones the longest; NULL: it is let in.
const struct ban_span *ban_cover_find(const struct ban_cover *cover, const struct network *network);

// "52 min", "for good", "over": how long it keeps them out still, age_s after the reading.
void ban_span_print(const struct ban_span *span, double age_s, struct str *out);

#endif
