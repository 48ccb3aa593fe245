// SPDX-License-Identifier: MIT

// The ":" prompt: every command, pane and host by name.
#ifndef TUI_PALETTE_H
#define TUI_PALETTE_H

#include "tui/command.h"

// Opens it with a line that is begun.
void palette_open_with(struct console *console, const char *text);
enum next palette_open(struct console *console, int argument);

#endif
