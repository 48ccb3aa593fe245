// SPDX-License-Identifier: MIT

// From any address to its talker, and from a talker to a file of its packets.
#ifndef TUI_FLOOD_KEYS_H
#define TUI_FLOOD_KEYS_H

#include "tui/command.h"

// The flood pane with the cursor on the source of the address under the cursor.
enum next flood_keys_talker(struct console *console, int argument);
// Begins a file of what the source under the cursor sends, or ends the one that is being written.
enum next flood_keys_evidence(struct console *console, int argument);

// Tells the journal of files that have ended.
void flood_keys_update(struct console *console);
// Ends all files that are being written.
void flood_keys_end(struct console *console);

#endif
