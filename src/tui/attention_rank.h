// SPDX-License-Identifier: MIT

// How urgent a row is among others of its level: by what hangs on it, how far it is beyond its
// threshold, and its age.
#ifndef TUI_ATTENTION_RANK_H
#define TUI_ATTENTION_RANK_H

#include "conf/profile.h"
#include "table/table.h"

// What the rows of a probe are ranked by, found once: columns by their names (-1: it has none), and
// the bounds that the profile's thresholds set to columns.
#define SCALE_CARRIED 4
#define SCALE_HANDLED 3
struct attention_scale {
    int carried[SCALE_CARRIED], handled[SCALE_HANDLED];
    int value, lower, upper, warn, crit; // where rows have a value of their own and its limits
    int severity, age_s, banned;
    struct attention_bound {
        bool known, above;
        double warn, crit; // NaN: none
    } * bounds;            // owned; one a column of the schema
};

void attention_scale_init(struct attention_scale *scale, const struct schema *schema,
                          const struct profile *profile);
void attention_scale_dispose(struct attention_scale *scale);

// Of a source that is banned what arrives is dropped: it is seen, and no longer urgent.
bool attention_is_banned(const struct attention_scale *scale, const struct table *table,
                         size_t row);

// The greater, the sooner a person should look. About 0 (nothing hangs on it, acknowledged) to 40;
// what says nothing of itself has ATTENTION_RANK_UNKNOWN.
#define ATTENTION_RANK_UNKNOWN 5.0
double attention_rank(const struct attention_scale *scale, const struct table *table, size_t row);

#endif
