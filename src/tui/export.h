// SPDX-License-Identifier: MIT

// What a table shows, written to a file that the operator names.
#ifndef TUI_EXPORT_H
#define TUI_EXPORT_H

#include "tui/command.h"
#include "tui/table_view.h"

enum next export_open(struct console *console, int argument);

// Writes the shown rows in their order, or the marked ones of them when there are any: CSV, JSON or
// text by the ending of the name. The file is new (an old one is never touched), mode 0600, and is
// taken away again when writing fails.
bool export_write(struct table_view *table, const char *path, size_t *rows, struct err *err);

#endif
