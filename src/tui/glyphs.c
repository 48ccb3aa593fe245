// SPDX-License-Identifier: MIT

// Lines, arrows, dashes and blocks with their ASCII likes.
#include "tui/glyphs.h"

#include <stddef.h>
#include <string.h>

static const struct {
    int code;
    char ascii;
} glyphs[] = {
    {0x2013, '-'}, {0x2014, '-'}, {0x2026, '~'}, {0x00b7, '.'}, {0x2022, '*'}, {0x2500, '-'},
    {0x2501, '='}, {0x2502, '|'}, {0x250c, '+'}, {0x2510, '+'}, {0x2514, '+'}, {0x2518, '+'},
    {0x25b2, '^'}, {0x25bc, 'v'}, {0x25b8, '>'}, {0x25b6, '>'}, {0x25c2, '<'}, {0x2190, '<'},
    {0x2191, '^'}, {0x2192, '>'}, {0x2193, 'v'}, {0x203a, '>'}, {0x2039, '<'}, {0x25cf, '*'},
    {0x00d7, 'x'}, {0x2265, '>'}, {0x2264, '<'}, {0x2581, '_'}, {0x2582, '.'}, {0x2583, ','},
    {0x2584, ':'}, {0x2585, '-'}, {0x2586, '='}, {0x2587, '+'}, {0x2588, '#'}, {0xfffd, '?'},
    {0x2713, 'v'}, {0x2717, 'x'}, {0x2591, '.'},
};

// By the beginnings of their names. A virtual console's font has few glyphs; the others are older
// than UTF-8.
static const struct {
    const char *begin;
    struct glyph_terminal can;
} terminals[] = {
    {"linux", {.utf8 = true, .glyphs = false}},
    {"cons", {.utf8 = true, .glyphs = false}},
    {"vt", {false, false}},
    {"ansi", {false, false}},
    {"wy", {false, false}},
    {"dumb", {false, false}},
};

struct glyph_terminal glyph_terminal(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof terminals / sizeof *terminals; i++)
        if (strncmp(name, terminals[i].begin, strlen(terminals[i].begin)) == 0)
            return terminals[i].can;
    return (struct glyph_terminal){name != NULL, name != NULL};
}

bool glyphs_are_ascii(enum ascii wanted, bool utf8, struct glyph_terminal terminal)
{
    return !utf8 || wanted == ASCII_YES || (wanted == ASCII_AUTO && !terminal.glyphs);
}

char glyph_ascii(int code)
{
    for (size_t i = 0; i < sizeof glyphs / sizeof *glyphs; i++)
        if (glyphs[i].code == code)
            return glyphs[i].ascii;
    return '\0';
}
