// SPDX-License-Identifier: MIT

// Counts of the last sixty seconds in one-second buckets.
#ifndef METER_WINDOW_H
#define METER_WINDOW_H

#include <stdint.h>

#include "meter/meter.h"

#define WINDOW_SECONDS METER_SECONDS

// One series for each request method, one for all packets, and one apart.
enum { WINDOW_PACKETS = METER_METHODS, WINDOW_FAILURES, WINDOW_SERIES };

// Zeroed is empty. Only the buckets of `live` count: the others are emptied when they are next
// used.
struct window {
    int64_t second;         // of the newest bucket
    uint64_t live;          // bit: place in buckets
    uint64_t live_failures; // the same for failures
    uint32_t newest;        // packets of the newest second so far
    uint32_t peak;          // packets of the fullest second that is over
    int64_t peak_second;
    uint32_t sums[WINDOW_SERIES];                      // of the live buckets
    uint32_t buckets[WINDOW_SECONDS][WINDOW_FAILURES]; // a packet touches one row
    uint32_t failures[WINDOW_SECONDS];
};

// Drops what is a minute old at this second; going back changes nothing.
void window_advance(struct window *window, int64_t second);

// Counts one packet, and its method when that is not METER_METHODS. One that is a minute older than
// the newest is not counted.
void window_add(struct window *window, int64_t second, int method);
void window_add_failure(struct window *window, int64_t second);

// Events of the newest `seconds` buckets (1..60), the running one included.
uint32_t window_sum(const struct window *window, int series, int seconds);

// Packets of each second, newest last; all zero a minute after the newest.
void window_seconds(const struct window *window, int64_t second, uint32_t out[WINDOW_SECONDS]);

// One series alone, in the same way.
struct series {
    int64_t second;
    int64_t sum;
    int64_t buckets[WINDOW_SECONDS];
};

void series_advance(struct series *series, int64_t second);
void series_add(struct series *series, int64_t second, int64_t count);

#endif
