// SPDX-License-Identifier: MIT

// One probe's tables of the chosen hosts, full-screen, with what is known about where they come
// from.
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include "tui/model.h"
#include "tui/table_view.h"

struct pane {
    const struct probe *probe;
    struct table_view *rows; // what is shown: all or groups
    struct table_view *all;
    struct table_view *groups;            // NULL where the probe has none
    size_t group;                         // place in the probe's groups, from 1; 0: all rows
    const struct table **grouped, **from; // parallel: built, and from what; with references
    size_t grouped_count;
    size_t variant; // of the schema's, such as the time window
};

// sort as sort_parse() takes it, or NULL: the tables' own order. preparer may be NULL; it and
// config must outlive the pane.
struct pane *pane_new(const struct probe *probe, const char *sort, struct preparer *preparer,
                      const struct config *config);
void pane_free(struct pane *pane);

void pane_update(struct pane *pane, const struct model *model);
// Without the focus the other of two panes has the keyboard.
void pane_draw(struct pane *pane, const struct model *model, struct area area, bool has_focus);
// Why there is no row, where the rows would be.
void pane_draw_empty(struct pane *pane, const struct model *model, struct area area);
// Packets that the kernel lost make what a capture counts a lower bound; false: none, or no
// capture.
bool pane_lost_words(const struct pane *pane, const struct model *model, struct str *out);
// "row 1 of 3, 2 marked, 1 new", in place of what out holds.
void pane_count_words(struct pane *pane, struct str *out);
// Counts the rows by the next of the probe's group columns, then shows them all again; false: it
// has none.
bool pane_next_group(struct pane *pane);
// Shows the rows of the group under the cursor; false: groups are not shown.
bool pane_enter_group(struct pane *pane, const struct model *model);
void pane_show_all(struct pane *pane);
// The next of the schema's variants; false: it has none.
bool pane_next_variant(struct pane *pane);

#endif
