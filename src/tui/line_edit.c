// SPDX-License-Identifier: MIT

// Editing of one UTF-8 line.
#include "tui/line_edit.h"

#include <string.h>

#include "tui/chord.h"

const char *line_edit_text(const struct line_edit *line)
{
    return str_text(&line->text);
}

static void wipe(char *bytes, size_t len)
{
    volatile char *at = bytes;
    while (len-- > 0)
        *at++ = 0;
}

void line_edit_dispose(struct line_edit *line)
{
    if (line->text.text != NULL)
        wipe(line->text.text, line->text.cap);
    str_dispose(&line->text);
    *line = (struct line_edit){0};
}

void line_edit_set(struct line_edit *line, const char *text)
{
    str_clear(&line->text);
    str_append(&line->text, text);
    line->cursor = line->text.len;
}

static bool insert_bytes(struct line_edit *line, const char *bytes, size_t len)
{
    if (line->text.len + len > LINE_EDIT_BYTES_MAX)
        return false;
    if (line->text.text == NULL) {
        // At once as long as it may get, so that a secret leaves no copies in freed memory.
        char blank[LINE_EDIT_BYTES_MAX] = "";
        str_append_bytes(&line->text, blank, sizeof blank);
        str_clear(&line->text);
    }
    str_append_bytes(&line->text, bytes, len);
    char *at = line->text.text + line->cursor;
    memmove(at + len, at, line->text.len - len - line->cursor);
    memcpy(at, bytes, len);
    line->cursor += len;
    return true;
}

bool line_edit_insert(struct line_edit *line, int code_point)
{
    if (!chord_is_text(code_point))
        return true;
    char bytes[5];
    int len = chord_utf8(code_point, bytes);
    return insert_bytes(line, bytes, (size_t)len);
}

bool line_edit_insert_text(struct line_edit *line, const char *text)
{
    return insert_bytes(line, text, strlen(text));
}

static bool is_inside(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t step(const struct line_edit *line, size_t at, int direction)
{
    if (direction < 0 && at > 0) {
        do
            at--;
        while (at > 0 && is_inside(line->text.text[at]));
    } else if (direction > 0 && at < line->text.len) {
        do
            at++;
        while (at < line->text.len && is_inside(line->text.text[at]));
    }
    return at;
}

bool line_edit_move(struct line_edit *line, int characters)
{
    size_t to = step(line, line->cursor, characters);
    bool moved = to != line->cursor;
    line->cursor = to;
    return moved;
}

void line_edit_move_to_end(struct line_edit *line, bool last)
{
    line->cursor = last ? line->text.len : 0;
}

static void delete_range(struct line_edit *line, size_t from, size_t to)
{
    if (from == to)
        return;
    memmove(line->text.text + from, line->text.text + to, line->text.len - to + 1);
    line->text.len -= to - from;
    line->cursor = from;
}

bool line_edit_delete(struct line_edit *line, bool before)
{
    size_t other = step(line, line->cursor, before ? -1 : 1);
    bool any = other != line->cursor;
    delete_range(line, before ? other : line->cursor, before ? line->cursor : other);
    return any;
}

void line_edit_delete_word(struct line_edit *line)
{
    size_t from = line->cursor;
    while (from > 0 && line->text.text[from - 1] == ' ')
        from--;
    while (from > 0 && line->text.text[from - 1] != ' ')
        from--;
    delete_range(line, from, line->cursor);
}

void line_edit_cut(struct line_edit *line, size_t from)
{
    delete_range(line, from, line->cursor);
}

void line_edit_delete_rest(struct line_edit *line, bool before)
{
    delete_range(line, before ? 0 : line->cursor, before ? line->cursor : line->text.len);
}
