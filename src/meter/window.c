// SPDX-License-Identifier: MIT

// Rings of one-second buckets with running sums.
#include "meter/window.h"

#include <stdbool.h>
#include <string.h>

static void note_peak(struct window *window, int64_t second, uint32_t packets)
{
    if (packets > window->peak) {
        window->peak = packets;
        window->peak_second = second;
    }
}

static size_t place_of(int64_t second)
{
    return (size_t)second % WINDOW_SECONDS;
}

static bool is_live(const struct window *window, size_t place)
{
    return (window->live >> place & 1) != 0;
}

// The places of the `count` seconds that end with this one, fewer than a minute.
static uint64_t bits_until(int64_t second, int64_t count)
{
    const uint64_t all = (UINT64_C(1) << WINDOW_SECONDS) - 1;
    uint64_t bits = (UINT64_C(1) << count) - 1;
    int first = (int)((second + 1 - count + WINDOW_SECONDS) % WINDOW_SECONDS);

    return ((bits << first) | (bits >> (WINDOW_SECONDS - first))) & all;
}

static void drop_buckets(struct window *window, uint64_t over)
{
    for (uint64_t left = window->live & over; left != 0; left &= left - 1) {
        const uint32_t *bucket = window->buckets[__builtin_ctzll(left)];
        for (int series = 0; series < WINDOW_SERIES; series++)
            window->sums[series] -= bucket[series];
    }
    window->live &= ~over;
}

void window_advance(struct window *window, int64_t second)
{
    int64_t passed = second - window->second;

    if (passed <= 0)
        return;
    note_peak(window, window->second, window->newest);
    drop_buckets(window, passed < WINDOW_SECONDS ? bits_until(second, passed) : UINT64_MAX);
    window->newest = 0;
    window->second = second;
}

void window_add(struct window *window, int64_t second, int method)
{
    size_t place = place_of(second);
    uint32_t *bucket = window->buckets[place];

    if (second > window->second)
        window_advance(window, second);
    else if (window->second - second >= WINDOW_SECONDS)
        return;
    if (!is_live(window, place)) {
        memset(bucket, 0, sizeof *window->buckets);
        window->live |= UINT64_C(1) << place;
    }
    bucket[WINDOW_PACKETS]++;
    window->sums[WINDOW_PACKETS]++;
    if (method < METER_METHODS) {
        bucket[method]++;
        window->sums[method]++;
    }
    if (second == window->second)
        window->newest++;
    else
        note_peak(window, second, bucket[WINDOW_PACKETS]);
}

uint32_t window_sum(const struct window *window, int series, int seconds)
{
    uint32_t sum = 0;

    if (seconds >= WINDOW_SECONDS)
        return window->sums[series];
    uint64_t left = window->live & bits_until(window->second, seconds);
    for (; left != 0; left &= left - 1)
        sum += window->buckets[__builtin_ctzll(left)][series];
    return sum;
}

void window_seconds(const struct window *window, int64_t second, uint32_t out[WINDOW_SECONDS])
{
    for (int age = 0; age < WINDOW_SECONDS; age++) {
        int64_t of = second - age;
        bool held = of >= 0 && of <= window->second && window->second - of < WINDOW_SECONDS &&
                    is_live(window, place_of(of));
        out[WINDOW_SECONDS - 1 - age] = held ? window->buckets[place_of(of)][WINDOW_PACKETS] : 0;
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

int64_t series_sum(const struct series *series, int seconds)
{
    int64_t sum = 0;

    for (int64_t age = 0; age < seconds && age <= series->second; age++)
        sum += series->buckets[(series->second - age) % WINDOW_SECONDS];
    return sum;
}
