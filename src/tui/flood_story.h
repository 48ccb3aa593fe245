// SPDX-License-Identifier: MIT

// The story of a talker, in the details of its row.
#ifndef TUI_FLOOD_STORY_H
#define TUI_FLOOD_STORY_H

struct console;
struct viewer;

void flood_story_add(struct console *console, struct viewer *viewer);

#endif
