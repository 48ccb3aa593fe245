// SPDX-License-Identifier: MIT

// Neutralised, clipped text at a place of the screen.
#include "tui/draw.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/lang.h"
#include "base/str.h"
#include "base/text.h"
#include "tui/glyphs.h"
#include "tui/screen.h"

// One field is never wider than this, whatever the terminal.
#define FIELD_COLS_MAX 1000
#define BYTES_PER_COL  12 // a base character and two marks
#define FIELD_BYTES    (FIELD_COLS_MAX * BYTES_PER_COL)

static int own_width(const char *text, size_t bytes)
{
    char one[8] = "";
    memcpy(one, text, bytes < sizeof one ? bytes : sizeof one - 1);
    return text_width(one);
}

// Rewrites clean text in place so that the C library, and so ncurses, agrees with us about every
// character's columns; all else would shift what stands to the right of it. The result is never
// longer.
static void make_agreed(char *text)
{
    bool utf8 = screen_is_utf8(), ascii = screen_is_ascii();
    size_t len = strlen(text), out = 0;
    for (size_t at = 0, bytes; at < len; at += bytes) {
        int code = text_decode(text + at, len - at, &bytes);
        int width = own_width(text + at, bytes);
        char like = ascii ? glyph_ascii(code) : '\0';
        if (code < 0x80 || (utf8 && like == '\0' && wcwidth((wchar_t)code) == width)) {
            memmove(text + out, text + at, bytes);
            out += bytes;
        } else if (width > 0) {
            text[out++] = like != '\0' ? like : '?';
            if (width == 2)
                text[out++] = '?';
        }
    }
    text[out] = '\0';
}

// Cleans into out what fits into width columns; cut text ends in "…". Returns the columns.
static int fit(char out[FIELD_BYTES], const char *text, int width)
{
    size_t len = strlen(text);
    int cols = text_clean(out, FIELD_BYTES, text, len, width + 1);
    if (cols > width) {
        cols = text_clean(out, FIELD_BYTES - sizeof "…", text, len, width - 1) + 1;
        memcpy(out + strlen(out), "…", sizeof "…");
    }
    make_agreed(out);
    return cols;
}

// The part of a wish that is on the screen.
static int visible_width(int row, int col, int width)
{
    if (row < 0 || row >= screen_rows() || col < 0 || col >= screen_cols())
        return 0;
    if (width > screen_cols() - col)
        width = screen_cols() - col;
    return width < FIELD_COLS_MAX ? width : FIELD_COLS_MAX;
}

int draw_text(int row, int col, int width, enum role role, const char *text)
{
    char clean[FIELD_BYTES];
    width = visible_width(row, col, width);
    if (width <= 0)
        return 0;
    int cols = fit(clean, text, width);
    screen_put(row, col, role, clean);
    return cols;
}

int draw_textf(int row, int col, int width, enum role role, const char *fmt, ...)
{
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, _(fmt), args);
    va_end(args);
    int cols = draw_text(row, col, width, role, str_text(&text));
    str_dispose(&text);
    return cols;
}

void draw_fill(int row, int col, int width, enum role role)
{
    char spaces[FIELD_COLS_MAX + 1];
    size_t used = 0;
    for (int left = visible_width(row, col, width); left > 0 && used < FIELD_COLS_MAX; left--)
        spaces[used++] = ' ';
    spaces[used] = '\0';
    if (used > 0)
        screen_put(row, col, role, spaces);
}

void draw_field(int row, int col, int width, enum role role, const char *text, bool right)
{
    draw_fill(row, col, width, role);
    if (right) {
        int cols = draw_width(text);
        if (cols < width) {
            col += width - cols;
            width = cols;
        }
    }
    draw_text(row, col, width, role, text);
}

void draw_rule(int row, int col, int width, enum role role)
{
    char line[FIELD_COLS_MAX * 3 + 1];
    width = visible_width(row, col, width);
    size_t used = 0;
    for (int i = 0; i < width; i++) {
        memcpy(line + used, "─", 3);
        used += 3;
    }
    line[used] = '\0';
    draw_text(row, col, width, role, line);
}

void draw_clear(struct area area)
{
    for (int row = 0; row < area.height; row++)
        draw_fill(area.top + row, area.left, area.width, ROLE_TEXT);
}

int draw_width(const char *text)
{
    char clean[FIELD_BYTES];
    return text_clean(clean, sizeof clean, text, strlen(text), FIELD_COLS_MAX);
}
