// SPDX-License-Identifier: MIT

// Copying from a table to the clipboard of the terminal, by OSC 52.
#ifndef TUI_CLIPBOARD_H
#define TUI_CLIPBOARD_H

#include "tui/command.h"
#include "tui/table_view.h"

enum next clipboard_copy_cell(struct console *console, int argument);
enum next clipboard_copy_rows(struct console *console, int argument); // the marked ones, or one

// Appends a row's cells as machines read them, neutralised, with tabs between; hidden columns not.
void clipboard_add_row(struct table_view *table, const struct row_ref *row, struct str *out);

// Appends bytes as base64.
void clipboard_base64(struct str *out, const void *bytes, size_t len);

#endif
