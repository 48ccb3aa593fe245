// SPDX-License-Identifier: MIT

// Everything that is known of one row, or of one host.
#ifndef TUI_DETAIL_H
#define TUI_DETAIL_H

#include <stddef.h>

struct console;

void detail_open_row(struct console *console); // under the cursor of the pane
void detail_open_host(struct console *console, size_t host);

#endif
