// SPDX-License-Identifier: MIT

// Cells and rows to the terminal's clipboard.
#include "tui/clipboard.h"

#include <stdlib.h>

#include "base/lang.h"
#include "base/text.h"
#include "tui/screen.h"
#include "tui/state.h"
#include "tui/table_marks.h"
#include "tui/table_state.h"

#define COPY_BYTES_MAX 49152 // terminals drop what is longer; some drop all of it

void clipboard_base64(struct str *out, const void *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *in = bytes;
    for (size_t at = 0; at < len; at += 3) {
        size_t left = len - at;
        unsigned group = (unsigned)in[at] << 16 | (left > 1 ? (unsigned)in[at + 1] << 8 : 0) |
                         (left > 2 ? (unsigned)in[at + 2] : 0);
        str_append_char(out, digits[group >> 18]);
        str_append_char(out, digits[group >> 12 & 63]);
        str_append_char(out, left > 1 ? digits[group >> 6 & 63] : '=');
        str_append_char(out, left > 2 ? digits[group & 63] : '=');
    }
}

static void add_cell(const struct column *column, const struct cell *cell, struct str *out)
{
    struct str plain = {0};
    cell_plain(&plain, column, cell);
    char *clean = text_clean_dup(str_text(&plain));
    str_append(out, clean);
    free(clean);
    str_dispose(&plain);
}

void clipboard_add_row(struct table_view *table, const struct row_ref *row, struct str *out)
{
    const struct schema *schema = table_schema(row->table);
    bool first = true;
    for (size_t col = 0; col < schema->column_count; col++) {
        if (table_view_is_hidden(table, col))
            continue;
        str_append(out, first ? "" : "\t");
        add_cell(&schema->columns[col], table_cell(row->table, row->row, col), out);
        first = false;
    }
}

// Hands the text over and says what became of it.
static void copy(struct console *console, const struct str *text, const char *what)
{
    struct str base64 = {0};
    if (text->len > COPY_BYTES_MAX) {
        journal_answer(console->journal, LEVEL_WARN, "",
                       "not copied: %zu bytes are more than terminals take (%d); export to a file",
                       text->len, COPY_BYTES_MAX);
        return;
    }
    clipboard_base64(&base64, str_text(text), text->len);
    if (screen_copy(str_text(&base64)))
        journal_answer(console->journal, LEVEL_INFO, "",
                       "copied %s, %zu bytes, if the terminal allows it (OSC 52)", what, text->len);
    else
        journal_answer(console->journal, LEVEL_WARN, "",
                       "not copied: this terminal has no clipboard; export to a file");
    str_dispose(&base64);
}

enum next clipboard_copy_cell(struct console *console, int argument)
{
    (void)argument;
    struct table_view *table = console_table(console);
    struct row_ref row;
    if (!table_view_current(table, &row))
        return NEXT_PAINT;
    size_t col = (size_t)table_view_column(table);
    const struct column *column = &table_view_schema(table)->columns[col];
    const struct cell *cell = table_cell(row.table, row.row, col);
    struct str text = {0}, what = {0};
    add_cell(column, cell, &text);
    str_appendf(&what, "%s \"%.60s\"", _(column->title), str_text(&text));
    if (cell->known)
        copy(console, &text, str_text(&what));
    else
        journal_answer(console->journal, LEVEL_INFO, "", "nothing to copy: %s is unknown here",
                       _(column->title));
    str_dispose(&text);
    str_dispose(&what);
    return NEXT_PAINT;
}

enum next clipboard_copy_rows(struct console *console, int argument)
{
    (void)argument;
    struct table_view *table = console_table(console);
    struct row_ref row;
    struct str text = {0}, what = {0};
    size_t marked;
    if (!table_view_current(table, &row))
        return NEXT_PAINT;
    table_marks_count(table, &marked);
    for (size_t at = 0; marked > 0 && at < view_count(table->view) && text.len <= COPY_BYTES_MAX;
         at++) {
        row = view_row(table->view, at);
        if (table_marks_has(table, row.id)) {
            clipboard_add_row(table, &row, &text);
            str_append(&text, "\n");
        }
    }
    if (marked == 0)
        clipboard_add_row(table, &row, &text);
    size_t count = marked > 0 ? marked : 1;
    str_appendf(&what, P_("%zu row", "%zu rows", count), count);
    copy(console, &text, str_text(&what));
    str_dispose(&text);
    str_dispose(&what);
    return NEXT_PAINT;
}
