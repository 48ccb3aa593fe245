// SPDX-License-Identifier: MIT

// Which columns of a table stand where: the important ones first in line, those that do not fit to
// the right of them.
#ifndef TUI_COLUMN_LAYOUT_H
#define TUI_COLUMN_LAYOUT_H

#include "table/table.h"

struct column_box {
    int column;
    int width;
};

struct column_layout {
    struct column_box *boxes; // what fits in order, then what does not
    size_t count;
    size_t frozen; // of these the first ones stay when the others scroll
    size_t fitting;
    size_t first; // the first one shown after the frozen ones
    int gap;
};

struct column_wish {
    int heading; // columns the heading needs
    int seen;    // columns the widest cell so far needs
    bool absent; // a sparse column that no row in sight has
    // The operator's wishes.
    bool hidden;
    int width; // 0: none
    int place; // among the schema's columns, from 1; 0: the schema's. The first two never move
};

#define COLUMN_WIDTH_MAX 200

// wishes is parallel to the schema's columns. hide_host leaves column 0 out. current (a column's
// index) is scrolled into what is seen. Reuses *layout; dispose it when done.
void column_layout_make(struct column_layout *layout, const struct schema *schema,
                        const struct column_wish *wishes, bool hide_host, int width, int current);
void column_layout_dispose(struct column_layout *layout);

// A column's place among the schema's, from 0.
int column_place(const struct column_wish *wishes, int column);

// The box of a column, or -1.
long column_layout_find(const struct column_layout *layout, int column);

bool column_is_right(const struct column *column); // numbers stand at the right

#endif
