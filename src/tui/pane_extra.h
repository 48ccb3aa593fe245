// SPDX-License-Identifier: MIT

// What single panes show beyond their table: a strip above it, a story in a row's details.
#ifndef TUI_PANE_EXTRA_H
#define TUI_PANE_EXTRA_H

#include "tui/model.h"
#include "tui/viewer.h"

struct pane_extra {
    const struct probe *probe;
    // Draws at most area.height lines and returns how many.
    int (*strip)(const struct model *model, struct area area);
    // Adds lines to the details of the viewer's row, before its fields. May be NULL.
    void (*story)(struct console *console, struct viewer *viewer);
};

// NULL: nothing beyond the table.
const struct pane_extra *pane_extra_of(const struct probe *probe);

#endif
