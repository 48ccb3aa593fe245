// SPDX-License-Identifier: MIT

// The questions that actions ask, as a prompt below their plan: targets, hosts, commands, reasons.
#ifndef TUI_ACT_QUESTION_H
#define TUI_ACT_QUESTION_H

#include <stdbool.h>

#include "tui/command.h"

// Opens the oldest question; false: none waits.
bool act_question_open_next(struct console *console);
// Opens what has begun to wait, and closes what is answered.
void act_question_update(struct console *console);

#endif
