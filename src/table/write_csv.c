// SPDX-License-Identifier: MIT

// Rows as comma-separated values (RFC 4180).
#include <string.h>

#include "base/text.h"
#include "table/cell.h"
#include "table/write_common.h"

// Tabs and line ends are data, and stand inside quotes. The other controls could only act on a
// terminal.
static bool is_fit(const char *text, size_t len, int code)
{
    if (code == '\r')
        return len > 1 && text[1] == '\n';
    return code == '\t' || code == '\n' || (code >= 0x20 && code < 0x7f) || code > 0x9f;
}

static bool needs_quotes(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '"' || text[i] == ',' || text[i] == '\n' || text[i] == '\r')
            return true;
    return false;
}

static void append_text(struct str *line, const char *text, size_t len)
{
    const char *quote = needs_quotes(text, len) ? "\"" : "";
    str_append(line, quote);
    for (size_t at = 0, bytes; at < len; at += bytes) {
        int code = text_decode(text + at, len - at, &bytes);
        if (code == '"')
            str_append_char(line, '"');
        if (is_fit(text + at, len - at, code))
            str_append_bytes(line, text + at, bytes);
        else
            str_append(line, REPLACEMENT_TEXT);
    }
    str_append(line, quote);
}

static void append_cell(struct str *line, const struct column *column, const struct cell *cell)
{
    if (cell->known && kind_holds_text(column->kind))
        append_text(line, cell->as.text, cell->len);
    else
        cell_plain(line, column, cell);
}

static void flush_line(FILE *out, struct str *line)
{
    str_append(line, "\r\n");
    fwrite(line->text, 1, line->len, out);
    str_clear(line);
}

void write_csv(FILE *out, struct view *view, const struct write_options *options)
{
    const struct schema *schema = view_schema(view);
    size_t count = write_row_count(view, options);
    struct str line = {0};
    for (size_t col = 0; col < schema->column_count; col++)
        str_appendf(&line, "%s%s", col > 0 ? "," : "", schema->columns[col].name);
    flush_line(out, &line);
    for (size_t i = 0; i < count; i++) {
        for (size_t col = 0; col < schema->column_count; col++) {
            if (col > 0)
                str_append_char(&line, ',');
            append_cell(&line, &schema->columns[col], view_cell(view, i, col));
        }
        flush_line(out, &line);
    }
    str_dispose(&line);
}
