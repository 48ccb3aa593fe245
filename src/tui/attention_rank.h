// SPDX-License-Identifier: MIT

// How urgent a row is among others of its level: by what hangs on it, how far it is beyond its
// threshold, and its age.
#ifndef TUI_ATTENTION_RANK_H
#define TUI_ATTENTION_RANK_H

#include "conf/profile.h"
#include "table/table.h"

// The bounds that a profile's thresholds set to a probe's columns.
struct attention_bounds {
    struct attention_bound {
        bool known, above;
        double warn, crit; // NaN: none
    } * columns;           // owned; one a column of the schema
};

void attention_bounds_init(struct attention_bounds *bounds, const struct schema *schema,
                           const struct profile *profile);
void attention_bounds_dispose(struct attention_bounds *bounds);

// The greater, the sooner a person should look. About 0 (nothing hangs on it, acknowledged) to 40;
// what says nothing of itself has ATTENTION_RANK_UNKNOWN.
#define ATTENTION_RANK_UNKNOWN 5.0
double attention_rank(const struct attention_bounds *bounds, const struct table *table, size_t row);

#endif
