// SPDX-License-Identifier: MIT

// The console on a recording: its clock's keys, its status, and how what is shown follows it.
#ifndef TUI_REPLAY_H
#define TUI_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "tui/command.h"

// Brings the console nearer to the time that the player's clock shows, for some milliseconds: a
// jump over many hosts takes many calls. take is called after each step, to conclude from readings
// what is concluded from them.
void replay_go_on(struct console *console, void (*take)(struct console *console));
// Before what is shown is made: what came of the steps so far.
void replay_settle(struct console *console);
bool replay_seeks(const struct console *console); // a jump or a search is to go on at once
// What is sought is given up, and the console stays at the time that it shows. False: nothing is.
bool replay_stop(struct console *console);
// Monotonic: when to paint next, at the latest at tick_ms.
int64_t replay_paint_at(const struct console *console, int64_t now_ms, int64_t tick_ms);
// Appends "REPLAY 2026-11-20 04:12:31 x10 ▶ ", or the same without the day.
void replay_status(const struct console *console, bool day, struct str *out);

// The commands of MODE_REPLAY.
enum next replay_keys_pause(struct console *console, int argument);
enum next replay_keys_speed(struct console *console, int argument); // 1 faster, -1 slower
enum next replay_keys_jump(struct console *console, int argument);  // seconds
enum next replay_keys_start(struct console *console, int argument);
enum next replay_keys_time(struct console *console, int argument);
enum next replay_keys_trouble(struct console *console, int argument);

#endif
