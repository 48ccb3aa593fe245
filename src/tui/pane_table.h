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

// How much a pane needs a person on the chosen hosts: by its rows, and by readings that fail.
enum level pane_table_level(const struct model *model, const struct probe *probe);

#endif
