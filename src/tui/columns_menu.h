// SPDX-License-Identifier: MIT

// The list in which columns are hidden and shown again.
#ifndef TUI_COLUMNS_MENU_H
#define TUI_COLUMNS_MENU_H

#include "tui/command.h"

enum next columns_menu_open(struct console *console, int argument);

#endif
