// SPDX-License-Identifier: MIT

// What an operator must see of a plan before saying yes, as lines.
#ifndef TUI_ACT_SHEET_H
#define TUI_ACT_SHEET_H

#include <stddef.h>

#include "tui/screen.h"

struct act_question;
struct console;

#define ACT_TYPED_COLS_MAX 16 // of a target named in the prompt itself; longer ones stand above

// The plan as lines that are already wrapped.
struct act_sheet {
    struct act_sheet_line {
        enum role role;
        int indent;
        char *text; // clean
    } * lines;
    size_t count, cap;
    int width;
};

// Of a question; dispose of it.
void act_sheet_make(struct act_sheet *sheet, const struct console *console,
                    const struct act_question *question, int width);
void act_sheet_dispose(struct act_sheet *sheet);

#endif
