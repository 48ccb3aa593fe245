// SPDX-License-Identifier: MIT

// Everything that is known of one row, or of one host.
#ifndef TUI_DETAIL_H
#define TUI_DETAIL_H

#include <stdbool.h>
#include <stddef.h>

struct console;
struct viewer;

void detail_open_row(struct console *console); // under the cursor of the pane
void detail_open_host(struct console *console, size_t host);

// Finds a viewer's row again in the newest tables; what it was last stays when it is gone.
bool detail_find_row(struct console *console, struct viewer *viewer);

#endif
