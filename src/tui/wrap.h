// SPDX-License-Identifier: MIT

// Sentences broken into lines at words.
#ifndef TUI_WRAP_H
#define TUI_WRAP_H

#include "tui/draw.h"

// Draws foreign text over at most area.height lines, the last one cut when it does not fit; returns
// the lines used. Every line but the first begins indent columns further right.
int wrap_draw(struct area area, enum role role, int indent, const char *text);
// The lines that wrap_draw() would use without a limit.
int wrap_lines(const char *text, int width, int indent);

#endif
