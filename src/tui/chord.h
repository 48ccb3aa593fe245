// SPDX-License-Identifier: MIT

// One key press as a number, and its name in keymap files, help and hints.
#ifndef TUI_CHORD_H
#define TUI_CHORD_H

#include <stdbool.h>
#include <stddef.h>

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

// Keys pressed one after the other.
#define CHORD_KEYS_MAX  4
#define CHORD_KEYS_NAME (CHORD_KEYS_MAX * CHORD_NAME_MAX)
struct chord_keys {
    int items[CHORD_KEYS_MAX];
    size_t count;
};

// "q", "/", "Enter", "Shift-Tab", "F1", "Ctrl-L" (or "C-l"), "Alt-x" (or "M-x"); false for anything
// else.
bool chord_parse(const char *name, int *chord);
void chord_print(int chord, char out[CHORD_NAME_MAX]);

// "g", or several with commas between: "g,g", "Ctrl-X,Ctrl-C"; the comma itself is "Comma".
bool chord_keys_parse(const char *name, struct chord_keys *keys);
void chord_keys_print(const struct chord_keys *keys, char out[CHORD_KEYS_NAME]);
// Whether keys begin with these.
bool chord_keys_begin(const struct chord_keys *keys, const struct chord_keys *with);

// Whether the chord is a printable character, which a line editor takes as text.
bool chord_is_text(int chord);

// Appends the code point as UTF-8; returns the bytes written (at most 4).
int chord_utf8(int code_point, char out[5]);

#endif
