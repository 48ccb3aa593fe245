// SPDX-License-Identifier: MIT

// The ":" prompt: every command, pane and host by name.
#ifndef TUI_PALETTE_H
#define TUI_PALETTE_H

#include "tui/command.h"

enum next palette_open(struct console *console, int argument);

#endif
