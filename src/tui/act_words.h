// SPDX-License-Identifier: MIT

// Actions written out in the ":" prompt: ban 203.0.113.9 2h @sw1 scans us
#ifndef TUI_ACT_WORDS_H
#define TUI_ACT_WORDS_H

#include <stdbool.h>

#include "base/str.h"
#include "tui/command.h"

struct prompt;

// The action that the text begins with ("ban", "shield apply"), with what it needs behind it; NULL:
// it is none of those, or only a word. *rest is what follows.
const struct action *act_words_action(const char *text, const char **rest);

// Hands over what is written behind the action's name. False: prompt->error says what is wrong.
bool act_words_run(struct console *console, struct prompt *prompt, const struct action *action,
                   const char *rest);

// "ban ADDRESS… [1h] [@HOST] [REASON]  on sw1 prod".
void act_words_usage(struct console *console, const struct action *action, struct str *out);

// The text with the target of the row under the cursor behind it: heap, or NULL.
char *act_words_complete(struct console *console, const char *text);

#endif
