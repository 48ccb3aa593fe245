// SPDX-License-Identifier: MIT

// Where the value under the cursor comes from, and what judges it.
#ifndef TUI_EXPLAIN_H
#define TUI_EXPLAIN_H

#include "tui/command.h"

enum next explain_open(struct console *console, int argument);

#endif
