// SPDX-License-Identifier: MIT

// What a host's link asks the operator: an unknown host key, a passphrase, a password. Declined
// unless answered.
#ifndef TUI_QUESTION_H
#define TUI_QUESTION_H

#include "tui/command.h"

// Opens the first question there is; says so when there is none.
enum next question_open_next(struct console *console, int argument);

// After every update: opens a new question when nothing else is being typed or read, and closes one
// that is no longer asked. A host whose question was declined is not shown again by itself.
void question_update(struct console *console);

#endif
