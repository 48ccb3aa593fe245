// SPDX-License-Identifier: MIT

// The shield of one host in the console: what it would change as a diff, put in place, confirmed,
// and how long the host still waits before it takes a change back. UI thread only; all that asks a
// host is the runner's.
#ifndef TUI_SHIELD_VIEW_H
#define TUI_SHIELD_VIEW_H

#include "action/run.h"
#include "tui/command.h"

struct shield_view;
void shield_view_free(struct shield_view *shield); // NULL is allowed

// The command: opens the shield of the row's host; where it is open, goes on with it: applies what
// differs, confirms what waits.
enum next shield_view_press(struct console *console, int argument);
// Whether the hints line offers it: in the pane of the firewall, and where it is open.
bool shield_view_means(const struct console *console);
// Takes a plan that was made to be shown; false: it is another one.
bool shield_view_take(struct console *console, const struct run_report *report);
// After an action on these hosts: reads again what is shown.
void shield_view_acted(struct console *console, const struct plan *plan);
// After every update.
void shield_view_update(struct console *console);

// "sw1 takes the shield back in 43 s", or "".
#define SHIELD_WORDS_MAX 96
void shield_view_words(const struct console *console, char out[SHIELD_WORDS_MAX]);

#endif
