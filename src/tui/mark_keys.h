// SPDX-License-Identifier: MIT

// Commands that mark rows.
#ifndef TUI_MARK_KEYS_H
#define TUI_MARK_KEYS_H

#include "tui/command.h"

enum next mark_keys_toggle(struct console *console, int argument);
enum next mark_keys_range(struct console *console, int argument);
enum next mark_keys_matching(struct console *console, int argument);
enum next mark_keys_invert(struct console *console, int argument);
enum next mark_keys_clear(struct console *console, int argument);

#endif
