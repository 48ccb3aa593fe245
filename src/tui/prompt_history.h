// SPDX-License-Identifier: MIT

// What was typed into prompts before, each kind of prompt for itself; for this run.
#ifndef TUI_PROMPT_HISTORY_H
#define TUI_PROMPT_HISTORY_H

#include <stddef.h>

#define PROMPT_HISTORY_MAX 100 // texts of one kind; then the oldest goes

struct prompt_history;

struct prompt_history *prompt_history_new(void);
void prompt_history_free(struct prompt_history *history);

// kind: any text or address that names the kind of prompt and lives as long. A text that is there
// already moves to the newest place; an empty one is not kept.
void prompt_history_add(struct prompt_history *history, const void *kind, const char *text);
// The text so many steps back, 0 the newest; NULL: there are not so many.
const char *prompt_history_get(const struct prompt_history *history, const void *kind, size_t back);

#endif
