// SPDX-License-Identifier: MIT

// Sums and counts over a probe's newest table, by column name. What is not there is unknown, never
// zero.
#ifndef TUI_FIGURES_H
#define TUI_FIGURES_H

#include "tui/model.h"

struct figure {
    bool known;
    double value;
};

// table NULL (never read): unknown.
struct figure figure_rows(const struct table *table);
// Rows whose column equals text.
struct figure figure_count(const struct table *table, const char *column, const char *text);
// The sum of a column; unknown when no cell of it is known.
struct figure figure_sum(const struct table *table, const char *column);
// The same over rows whose where-column equals text.
struct figure figure_sum_where(const struct table *table, const char *column, const char *where,
                               const char *text);
// The row with the worst level; false: no row is worse than LEVEL_OK.
bool figure_worst(const struct table *table, size_t *row, enum level *level);

// The newest table of a probe by name, in its default variant; NULL: none.
const struct table *figure_table(const struct model *model, size_t host, const char *probe);

#endif
