// SPDX-License-Identifier: MIT

// What takes the place of a question that is no longer asked: it takes the keys that were meant for
// the answer, so that none of them reaches the pane.
#ifndef TUI_QUESTION_GONE_H
#define TUI_QUESTION_GONE_H

struct console;

// Closes the question that is open; why: a sentence, may quote foreign text.
void question_gone_open(struct console *console, const char *why);
// After every update: it closes by Enter, by Esc, and by itself once nothing was typed for a
// moment.
void question_gone_update(struct console *console);

#endif
