// SPDX-License-Identifier: MIT

// Rings of one-second buckets with running sums.
#include "meter/window.h"

#include <string.h>

static void note_peak(struct window *window, int64_t second, uint32_t packets)
{
    if (packets > window->peak) {
        window->peak = packets;
        window->peak_second = second;
    }
}

static void drop_bucket(struct window *window, size_t at)
{
    uint32_t *bucket = window->buckets[at];

    for (int series = 0; series < WINDOW_FAILURES; series++) {
        window->sums[series] -= bucket[series];
        bucket[series] = 0;
    }
    window->sums[WINDOW_FAILURES] -= window->failures[at];
    window->failures[at] = 0;
}

void window_advance(struct window *window, int64_t second)
{
    if (second <= window->second)
        return;
    note_peak(window, window->second,
              window->buckets[window->second % WINDOW_SECONDS][WINDOW_PACKETS]);
    if (second - window->second >= WINDOW_SECONDS) {
        memset(window->buckets, 0, sizeof window->buckets);
        memset(window->failures, 0, sizeof window->failures);
        memset(window->sums, 0, sizeof window->sums);
    } else {
        size_t at = (size_t)(window->second % WINDOW_SECONDS);
        for (int64_t left = second - window->second; left > 0; left--) {
            at = at + 1 == WINDOW_SECONDS ? 0 : at + 1;
            drop_bucket(window, at);
        }
    }
    window->second = second;
}

void window_add(struct window *window, int64_t second, int method)
{
    if (second > window->second)
        window_advance(window, second);
    else if (window->second - second >= WINDOW_SECONDS)
        return;
    uint32_t *bucket = window->buckets[second % WINDOW_SECONDS];
    bucket[WINDOW_PACKETS]++;
    window->sums[WINDOW_PACKETS]++;
    if (method < METER_METHODS) {
        bucket[method]++;
        window->sums[method]++;
    }
    if (second < window->second)
        note_peak(window, second, bucket[WINDOW_PACKETS]);
}

void window_add_failure(struct window *window, int64_t second)
{
    if (second > window->second)
        window_advance(window, second);
    else if (window->second - second >= WINDOW_SECONDS)
        return;
    window->failures[second % WINDOW_SECONDS]++;
    window->sums[WINDOW_FAILURES]++;
}

uint32_t window_sum(const struct window *window, int series, int seconds)
{
    uint32_t sum = 0;

    if (seconds >= WINDOW_SECONDS)
        return window->sums[series];
    for (int64_t second = window->second; second > window->second - seconds && second >= 0;
         second--) {
        size_t at = (size_t)(second % WINDOW_SECONDS);
        sum += series == WINDOW_FAILURES ? window->failures[at] : window->buckets[at][series];
    }
    return sum;
}

void window_seconds(const struct window *window, int64_t second, uint32_t out[WINDOW_SECONDS])
{
    for (int age = 0; age < WINDOW_SECONDS; age++) {
        int64_t of = second - age;
        bool held = of >= 0 && of <= window->second && window->second - of < WINDOW_SECONDS;
        out[WINDOW_SECONDS - 1 - age] =
            held ? window->buckets[of % WINDOW_SECONDS][WINDOW_PACKETS] : 0;
    }
}

void series_advance(struct series *series, int64_t second)
{
    if (second - series->second >= WINDOW_SECONDS) {
        *series = (struct series){.second = second};
        return;
    }
    while (series->second < second) {
        int64_t *oldest = &series->buckets[++series->second % WINDOW_SECONDS];
        series->sum -= *oldest;
        *oldest = 0;
    }
}

void series_add(struct series *series, int64_t second, int64_t count)
{
    series_advance(series, second);
    if (series->second - second >= WINDOW_SECONDS)
        return;
    series->buckets[second % WINDOW_SECONDS] += count;
    series->sum += count;
}
