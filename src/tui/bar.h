// SPDX-License-Identifier: MIT

// The line at the top: where one is, where there is trouble, which hosts, what time. The lines at
// the bottom: messages, keys.
#ifndef TUI_BAR_H
#define TUI_BAR_H

#include "tui/draw.h"

struct console;

void bar_draw_top(struct console *console, int row, int width);
// One line or two: the last is for the keys; with one, a message takes its place.
void bar_draw_bottom(struct console *console, int row, int lines, int width);

#endif
