// SPDX-License-Identifier: MIT

// A ring of one-second buckets with running sums.
#include "meter/window.h"

#include <string.h>

static uint32_t *bucket_at(struct window *window, int64_t second)
{
    return window->buckets[second % WINDOW_SECONDS];
}

void window_advance(struct window *window, int64_t second)
{
    if (second <= window->second)
        return;
    if (second - window->second >= WINDOW_SECONDS) {
        memset(window->buckets, 0, sizeof window->buckets);
        memset(window->sums, 0, sizeof window->sums);
        window->second = second;
        return;
    }
    while (window->second < second) {
        uint32_t *oldest = bucket_at(window, ++window->second);
        for (int series = 0; series < WINDOW_SERIES; series++) {
            window->sums[series] -= oldest[series];
            oldest[series] = 0;
        }
    }
}

void window_add(struct window *window, int64_t second, int series)
{
    window_advance(window, second);
    if (window->second - second >= WINDOW_SECONDS)
        return;
    bucket_at(window, second)[series]++;
    window->sums[series]++;
}

uint32_t window_sum(const struct window *window, int series, int seconds)
{
    if (seconds >= WINDOW_SECONDS)
        return window->sums[series];
    uint32_t sum = 0;
    for (int64_t second = window->second; second > window->second - seconds && second >= 0;
         second--)
        sum += window->buckets[second % WINDOW_SECONDS][series];
    return sum;
}
