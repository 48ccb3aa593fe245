// SPDX-License-Identifier: MIT

// Keeps the audit pane as the trail is: reads the file again when it has grown, on a thread of its
// own.
#ifndef TUI_ACT_TRAIL_H
#define TUI_ACT_TRAIL_H

#include "fleet/fleet.h"

struct act_trail;

// NULL: no thread could be had; the pane then waits for its first reading. path is copied.
struct act_trail *act_trail_new(struct fleet *fleet, const char *path);
void act_trail_read(struct act_trail *trail);                    // looks now
bool act_trail_stop(struct act_trail *trail, int64_t within_ms); // false: the thread was left
void act_trail_free(struct act_trail *trail);                    // NULL is allowed

#endif
