// SPDX-License-Identifier: MIT

// Prompts that filter rows, choose hosts and sort, live as one types.
#ifndef TUI_FILTER_PROMPT_H
#define TUI_FILTER_PROMPT_H

#include "tui/command.h"

enum next filter_prompt_open(struct console *console, int argument);
enum next filter_prompt_open_hosts(struct console *console, int argument);
enum next filter_prompt_open_sort(struct console *console, int argument);

#endif
