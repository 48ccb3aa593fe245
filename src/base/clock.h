// SPDX-License-Identifier: MIT

// The one source of time: monotonic for rates and deadlines, wall clock for people.
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

int64_t clock_mono_ms(void);
int64_t clock_mono_us(void); // for how long something took
int64_t clock_wall_ms(void); // epoch ms

// Tests only: from now on both clocks stand at these values until moved. Thread-safe.
void clock_freeze(int64_t mono_ms, int64_t wall_ms);
void clock_advance(int64_t ms);
void clock_release(void);

// The time of what is shown: the clocks above, unless a recording is played. Ages and dates on a
// screen go by it; deadlines, pauses and paints never do.
int64_t clock_shown_mono_ms(void);
int64_t clock_shown_wall_ms(void);
// From now on what is shown is of these times, which go on `rate` times as fast as the monotonic
// clock (0: they stand). Any thread.
void clock_show(int64_t mono_ms, int64_t wall_ms, int rate);
void clock_show_now(void); // the clocks above again

// A deadline is a monotonic time in ms. Left is never negative and fits poll()'s int.
int clock_left_ms(int64_t deadline_ms);
struct timespec
clock_deadline_ts(int64_t deadline_ms); // for pthread_cond_timedwait on CLOCK_MONOTONIC

#define CLOCK_RFC3339_MAX 32
// "2026-11-20T08:00:00Z" (UTC, whole seconds; milliseconds are added when they are not zero).
void clock_rfc3339(int64_t wall_ms, char out[CLOCK_RFC3339_MAX]);

// "90s", "15m", "1h", "2d", "1h30m", "250ms"; false for anything else. "forever" is *ms = -1.
bool clock_parse_duration(const char *text, int64_t *ms);

#endif
