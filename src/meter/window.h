// SPDX-License-Identifier: MIT

// Counts of the last sixty seconds in one-second buckets.
#ifndef METER_WINDOW_H
#define METER_WINDOW_H

#include <stdint.h>

#include "meter/meter.h"

#define WINDOW_SECONDS METER_SECONDS

// One series for each request method, and one for all packets.
enum { WINDOW_PACKETS = METER_METHODS, WINDOW_SERIES };

// Zeroed is empty. Only the buckets of `live` count: the others are emptied when they are next
// used. Where it begins with a cache line, a packet touches that one and a bucket's.
struct window {
    int64_t second; // of the newest bucket
    uint64_t live;  // bit: place in buckets
    int64_t peak_second;
    uint32_t peak;   // packets of the fullest second that is over
    uint32_t newest; // packets of the newest second so far
    uint32_t sums[WINDOW_SERIES];
    uint32_t buckets[WINDOW_SECONDS][WINDOW_SERIES];
};

// Drops what is a minute old at this second; going back changes nothing.
void window_advance(struct window *window, int64_t second);

// Counts one packet, and its method when that is not METER_METHODS. One that is a minute older than
// the newest is not counted.
void window_add(struct window *window, int64_t second, int method);

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

// Of the newest `seconds` buckets (1..60), the running one included.
int64_t series_sum(const struct series *series, int seconds);

#endif
