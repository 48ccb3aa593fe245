// SPDX-License-Identifier: MIT

// The list of panes with what is in them.
#ifndef TUI_PANE_TABLE_H
#define TUI_PANE_TABLE_H

#include "tui/keymap.h"
#include "tui/model.h"

extern const struct schema pane_table_schema;

// A sealed table of the chosen hosts, one row a pane in their order; the caller unrefs it.
const struct table *pane_table_build(const struct model *model, const struct keymap *keymap);
const struct probe *pane_table_probe(size_t row);

// How many rows of a pane are at each level, on the chosen hosts.
void pane_table_count(const struct model *model, const struct probe *probe,
                      size_t counts[LEVEL_CRIT + 1]);

#endif
