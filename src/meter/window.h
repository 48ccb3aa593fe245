// SPDX-License-Identifier: MIT

// Counts of the last sixty seconds in one-second buckets.
#ifndef METER_WINDOW_H
#define METER_WINDOW_H

#include <stdint.h>

#include "meter/meter.h"

#define WINDOW_SECONDS 60

// One series for each request method, and one for all packets.
enum { WINDOW_PACKETS = METER_METHODS, WINDOW_SERIES };

// Zeroed is empty.
struct window {
    int64_t second; // of the newest bucket
    uint32_t sums[WINDOW_SERIES];
    uint32_t buckets[WINDOW_SECONDS][WINDOW_SERIES];
};

// Drops what is a minute old at this second; going back changes nothing.
void window_advance(struct window *window, int64_t second);

// Counts one. An event that is a minute older than the newest is not counted.
void window_add(struct window *window, int64_t second, int series);

// Events of the newest `seconds` buckets (1..60), the running one included.
uint32_t window_sum(const struct window *window, int series, int seconds);

#endif
