// SPDX-License-Identifier: MIT

// What needs a person, worst first: lost hosts, readings that fail, rows beyond their thresholds.
// The order, and what is one row, are those of tui/attention_fold.h.
#ifndef TUI_ATTENTION_H
#define TUI_ATTENTION_H

#include "tui/model.h"

extern const struct schema attention_schema;

// Where a row leads.
struct attention_target {
    size_t host;
    const struct probe *probe; // NULL: the host itself
    uint64_t row;              // table_row_id; 0: the pane as a whole
};

struct attention {
    const struct table *table;        // sealed
    struct attention_target *targets; // parallel to its rows
    size_t count, cap;
    // The same on other hosts: what was folded into a row.
    struct attention_folded {
        size_t row;
        struct attention_target target;
    } * folded;
    size_t folded_count, folded_cap;
    // The first row as a sentence: where and what; NULL: nothing needs a person.
    char *worst;
    double worst_age_s; // NaN: unknown
    enum level worst_level;
    char *worst_advice; // the profile's; NULL: none
};

// Of the chosen hosts. dispose it.
void attention_build(struct attention *attention, const struct model *model);
void attention_dispose(struct attention *attention);

#endif
