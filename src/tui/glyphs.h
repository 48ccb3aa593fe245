// SPDX-License-Identifier: MIT

// The characters beyond ASCII that the console draws with, and what stands for each on a terminal
// that cannot show them.
#ifndef TUI_GLYPHS_H
#define TUI_GLYPHS_H

#include <stdbool.h>

#include "conf/config.h"

// What a terminal of this name shows, as far as its name tells; NULL is no name.
struct glyph_terminal {
    bool utf8;   // it takes UTF-8 where the locale says so
    bool glyphs; // its font has lines, arrows and blocks
};
struct glyph_terminal glyph_terminal(const char *name);

// Whether to draw with ASCII alone.
bool glyphs_are_ascii(enum ascii wanted, bool utf8, struct glyph_terminal terminal);

// One ASCII character of the same width; '\0': the code point is none of the console's own.
char glyph_ascii(int code);

#endif
