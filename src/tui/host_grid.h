// SPDX-License-Identifier: MIT

// Many hosts as tiles, several a line: name, and calls now or what keeps the host from being live.
// UI thread only.
#ifndef TUI_HOST_GRID_H
#define TUI_HOST_GRID_H

#include "tui/table_view.h"

// From this many on a list of hosts would leave no room for anything else.
#define HOST_GRID_FROM 16

// hosts: a view of host_table_schema.
int host_grid_columns(struct table_view *hosts, int width);
int host_grid_lines(struct table_view *hosts, int width);
// Index of the host at a place of an area where the grid was drawn; -1: there is none.
long host_grid_at(struct table_view *hosts, struct area area, int row, int col);
// Scrolls to the cursor's tile.
void host_grid_draw(struct table_view *hosts, struct area area, bool has_focus);

#endif
