// SPDX-License-Identifier: MIT

// Gives the overview's tiles of the journal and of the checklist what they show.
#ifndef TUI_TILES_FEED_H
#define TUI_TILES_FEED_H

struct console;

// Before overview_update(); costs nothing while neither is shown.
void tiles_feed(struct console *console);

#endif
