// SPDX-License-Identifier: MIT

// Text onto the screen: the only place where foreign text gets there, and always neutralised. UI
// thread only.
#ifndef TUI_DRAW_H
#define TUI_DRAW_H

#include <stdbool.h>

#include "tui/theme.h"

// A part of the screen. Everything drawn beyond the screen is cut.
struct area {
    int top, left, height, width;
};

// Draws at most width columns; longer text ends in "…". Returns the columns used. Where
// the screen is ASCII, lines, arrows, dashes and blocks become their likes (glyphs.h); without
// UTF-8 other characters become a question mark.
int draw_text(int row, int col, int width, enum role role, const char *text);
int draw_textf(int row, int col, int width, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
// The same, and the rest of the width in the same role; right: the text stands at its end.
void draw_field(int row, int col, int width, enum role role, const char *text, bool right);
void draw_fill(int row, int col, int width, enum role role);
// A horizontal line.
void draw_rule(int row, int col, int width, enum role role);
// Spaces in the whole area.
void draw_clear(struct area area);

// The columns that draw_text() would need.
int draw_width(const char *text);

#endif
