// SPDX-License-Identifier: MIT

// One key press as a number, and its name in keymap files, help and hints.
#ifndef TUI_CHORD_H
#define TUI_CHORD_H

#include <stdbool.h>

// A chord is a code point (control characters included), or one of the named keys, plus CHORD_ALT.
enum {
    CHORD_NONE = -1,
    CHORD_TAB = '\t',
    CHORD_ENTER = '\r',
    CHORD_ESC = 27,
    CHORD_BACKSPACE = 127,
    CHORD_UP = 0x200000, // above every code point
    CHORD_DOWN,
    CHORD_LEFT,
    CHORD_RIGHT,
    CHORD_PAGE_UP,
    CHORD_PAGE_DOWN,
    CHORD_HOME,
    CHORD_END,
    CHORD_INSERT,
    CHORD_DELETE,
    CHORD_SHIFT_TAB,
    CHORD_F1, // … F12 follow
    CHORD_ALT = 1 << 24,
};

#define CHORD_F_COUNT  12
#define CHORD_NAME_MAX 24

// "q", "/", "Enter", "Shift-Tab", "F1", "Ctrl-L" (or "C-l"), "Alt-x" (or "M-x"); false for anything
// else.
bool chord_parse(const char *name, int *chord);
void chord_print(int chord, char out[CHORD_NAME_MAX]);

// Whether the chord is a printable character, which a line editor takes as text.
bool chord_is_text(int chord);

// Appends the code point as UTF-8; returns the bytes written (at most 4).
int chord_utf8(int code_point, char out[5]);

#endif
