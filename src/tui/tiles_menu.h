// SPDX-License-Identifier: MIT

// Arranging the overview by keys: layouts and tiles as lists over the prompt, and the tile with the
// keyboard.
#ifndef TUI_TILES_MENU_H
#define TUI_TILES_MENU_H

#include "tui/command.h"

enum next tiles_menu_open_layouts(struct console *console, int argument);
enum next tiles_menu_open(struct console *console, int argument);
enum next tiles_menu_step(struct console *console, int direction);
enum next tiles_menu_move(struct console *console, int places);
enum next tiles_menu_resize(struct console *console, int rows);
enum next tiles_menu_hide(struct console *console, int argument);

#endif
