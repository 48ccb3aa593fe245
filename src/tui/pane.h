// SPDX-License-Identifier: MIT

// One probe's tables of the chosen hosts, full-screen, with what is known about where they come
// from.
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include "tui/model.h"
#include "tui/table_view.h"

struct pane {
    const struct probe *probe;
    struct table_view *rows;
    size_t variant; // of the schema's, such as the time window
};

struct pane *pane_new(const struct probe *probe);
void pane_free(struct pane *pane);

void pane_update(struct pane *pane, const struct model *model);
// Without the focus the other of two panes has the keyboard.
void pane_draw(struct pane *pane, const struct model *model, struct area area, bool has_focus);
// The next of the schema's variants; false: it has none.
bool pane_next_variant(struct pane *pane);

#endif
