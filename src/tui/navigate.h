// SPDX-License-Identifier: MIT

// Commands that lead from one place to another, and those of the whole console.
#ifndef TUI_NAVIGATE_H
#define TUI_NAVIGATE_H

#include <stdint.h>

#include "probe/probe.h"
#include "tui/command.h"

enum next navigate_quit(struct console *console, int argument);
enum next navigate_suspend(struct console *console, int argument);
enum next navigate_redraw(struct console *console, int argument);
enum next navigate_refresh(struct console *console, int argument);
enum next navigate_back(struct console *console, int argument);
enum next navigate_pane(struct console *console,
                        int argument); // its number from 1; 0: the overview
// Where one was before (-1), and forth again (1).
enum next navigate_way(struct console *console, int argument);
enum next navigate_related(struct console *console, int argument); // 1 next, -1 before
enum next navigate_step(struct console *console,
                        int argument); // 1: the next pane, -1: the one before
enum next navigate_enter(struct console *console, int argument);
enum next navigate_worst(struct console *console, int argument); // what the overview says first
// To a row (0: none) of a probe's pane; Esc leads back. False: the row is gone, which is said.
bool navigate_to(struct console *console, const struct probe *probe, uint64_t row);
enum next navigate_window(struct console *console, int argument); // the pane's next variant
// Counts the rows by the pane's next group column.
enum next navigate_group(struct console *console, int argument);
enum next navigate_only_host(struct console *console, int argument);
enum next navigate_all_hosts(struct console *console, int argument);
enum next navigate_help(struct console *console, int argument);
enum next navigate_journal(struct console *console, int argument);

#endif
