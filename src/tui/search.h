// SPDX-License-Identifier: MIT

// Searching by key, in the table or the text that has the keyboard.
#ifndef TUI_SEARCH_H
#define TUI_SEARCH_H

#include "tui/command.h"

enum next search_open(struct console *console, int argument);
enum next search_again(struct console *console, int argument); // 1: next, -1: the one before

#endif
