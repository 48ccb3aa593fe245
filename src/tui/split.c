// SPDX-License-Identifier: MIT

// Shares the screen between two places, and moves the keyboard between them.
#include "tui/split.h"

#include "tui/screen.h"
#include "tui/state.h"

#define BESIDE_COLS 100 // narrower screens show the two one above the other
#define ABOVE_LINES 16  // lower ones only the one with the keyboard

bool split_areas(const struct split *split, struct area whole, struct area *here,
                 struct area *other)
{
    bool beside = whole.width >= BESIDE_COLS;
    *here = whole;
    if (!split->on || split->zoomed || (!beside && whole.height < ABOVE_LINES))
        return false;
    struct area first = whole, second = whole;
    if (beside) {
        first.width = (whole.width - 1) / 2;
        second.left += first.width + 1;
        second.width -= first.width + 1;
    } else {
        first.height = (whole.height - 1) / 2;
        second.top += first.height + 1;
        second.height -= first.height + 1;
    }
    *here = split->swapped ? second : first;
    *other = split->swapped ? first : second;
    return true;
}

void split_draw_line(struct area whole, struct area here, struct area other)
{
    if (here.width == whole.width) {
        int line = here.top < other.top ? other.top - 1 : here.top - 1;
        draw_rule(line, whole.left, whole.width, ROLE_RULE);
        return;
    }
    int col = here.left < other.left ? other.left - 1 : here.left - 1;
    for (int row = 0; row < whole.height; row++)
        draw_text(whole.top + row, col, 1, ROLE_RULE, "│");
}

enum next split_toggle(struct console *console, int argument)
{
    (void)argument;
    struct split *split = &console->split;
    split->on = !split->on;
    split->zoomed = split->swapped = false;
    if (split->on && split->other == console->here)
        split->other = console->here >= 0 ? -1 : 0;
    console_go(console, console->here);
    return NEXT_PAINT;
}

enum next split_zoom(struct console *console, int argument)
{
    (void)argument;
    if (console->split.on)
        console->split.zoomed = !console->split.zoomed;
    else
        journal_add(console->journal, LEVEL_INFO, "", "one pane has the screen already");
    return NEXT_PAINT;
}

bool split_step(struct console *console)
{
    struct area here, other, whole = {0, 0, screen_rows(), screen_cols()};
    if (!split_areas(&console->split, whole, &here, &other))
        return false;
    console_go(console, console->split.other);
    return true;
}
