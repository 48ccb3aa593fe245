// SPDX-License-Identifier: MIT

// What of one reading needs a person: its worst rows as findings, worked out once, since a reading
// does not change.
#ifndef TUI_ATTENTION_ROWS_H
#define TUI_ATTENTION_ROWS_H

#include "tui/attention_fold.h"
#include "tui/attention_rank.h"

struct attention_rows {
    struct findings worst; // in order; hosts and panes are judged by a few of their rows
    size_t total;          // rows that need a person, those of worst included
    struct arena *texts;   // of worst
};

// In place of what was there. host, probe, production: of the findings. total: how many of the
// table's rows are beyond a threshold; none without a table (NULL).
struct attention_reading {
    size_t host;
    const struct probe *probe;
    bool production;
    const struct table *table;
    size_t total;
    const struct attention_scale *scale;
    const struct advice *advice;
};
void attention_rows_take(struct attention_rows *rows, const struct attention_reading *reading);
void attention_rows_dispose(struct attention_rows *rows);

#endif
