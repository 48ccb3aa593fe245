// SPDX-License-Identifier: MIT

// Two places on one screen: beside each other, or one above the other where the screen is narrow.
#ifndef TUI_SPLIT_H
#define TUI_SPLIT_H

#include "tui/command.h"
#include "tui/draw.h"

struct split {
    bool on;
    bool zoomed;  // only the place with the keyboard is shown
    bool swapped; // the keyboard is in the second place: right, or below
    long other;   // the place without the keyboard; while off: where one was before
};

// Where the two are drawn; false: only here, in the whole area.
bool split_areas(const struct split *split, struct area whole, struct area *here,
                 struct area *other);
// The line between them.
void split_draw_line(struct area whole, struct area here, struct area other);

enum next split_toggle(struct console *console, int argument);
enum next split_zoom(struct console *console, int argument);
// To the other place; false: there is none in view.
bool split_step(struct console *console);

#endif
