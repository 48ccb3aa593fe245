// SPDX-License-Identifier: MIT

// What the terminal sends: keys, pasted text, reports of the mouse. Private to the screen, which
// sets the terminal's modes; screen_read() is what others call.
#ifndef TUI_KEYBOARD_H
#define TUI_KEYBOARD_H

#include <curses.h>

#include "tui/mouse_report.h"
#include "tui/screen.h"

struct keyboard {
    WINDOW *keys; // read from, so that reading never refreshes what is shown
    bool pasting;
    struct mouse_report report;
};

// After newterm().
void keyboard_open(struct keyboard *keyboard);
void keyboard_close(struct keyboard *keyboard);

// Never blocks. mouse: its reports are wanted; without it they are taken from the keys all the
// same, since one may be on its way.
struct input keyboard_read(struct keyboard *keyboard, bool mouse);

#endif
