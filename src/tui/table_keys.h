// SPDX-License-Identifier: MIT

// Commands on the table or the text that has the keyboard.
#ifndef TUI_TABLE_KEYS_H
#define TUI_TABLE_KEYS_H

#include "tui/command.h"

enum next table_keys_move(struct console *console, int argument);   // rows or lines
enum next table_keys_page(struct console *console, int argument);   // pages
enum next table_keys_end(struct console *console, int argument);    // 0 first, 1 last
enum next table_keys_column(struct console *console, int argument); // columns
enum next table_keys_totals(struct console *console, int argument);
enum next table_keys_numbers(struct console *console, int argument);
enum next table_keys_sort(struct console *console, int argument);
enum next table_keys_filter_cell(struct console *console,
                                 int argument); // 1 with, 0 without its value
// The column under the cursor: to the left (-1) or right, narrower (-1) or wider.
enum next table_keys_move_column(struct console *console, int argument);
enum next table_keys_widen(struct console *console, int argument);

#endif
