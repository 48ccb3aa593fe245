// SPDX-License-Identifier: MIT

// What the mouse does: off until a key turns it on, so that the terminal's own selection of text
// works.
#ifndef TUI_MOUSE_H
#define TUI_MOUSE_H

#include "tui/command.h"
#include "tui/screen.h"

enum next mouse_toggle(struct console *console, int argument);
enum next mouse_take(struct console *console, const struct mouse_event *event);

#endif
