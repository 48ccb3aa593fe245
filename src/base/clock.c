// SPDX-License-Identifier: MIT

// Monotonic and wall clock, which tests can stop and move.
#include "base/clock.h"

#include <ctype.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The clock is the one thing that is global by nature; these move only in tests.
static atomic_bool frozen;
static _Atomic int64_t frozen_mono_ms, frozen_wall_ms;

// What is shown is of another time than this machine's while a recording is played.
static pthread_mutex_t shown_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    bool set;
    int rate;
    int64_t since_ms; // monotonic, when it was set
    int64_t mono_ms, wall_ms;
} shown;

static int64_t read_ms(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_mono_ms(void)
{
    return atomic_load(&frozen) ? atomic_load(&frozen_mono_ms) : read_ms(CLOCK_MONOTONIC);
}

int64_t clock_mono_us(void)
{
    if (atomic_load(&frozen))
        return atomic_load(&frozen_mono_ms) * 1000;
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_wall_ms(void)
{
    return atomic_load(&frozen) ? atomic_load(&frozen_wall_ms) : read_ms(CLOCK_REALTIME);
}

void clock_freeze(int64_t mono_ms, int64_t wall_ms)
{
    atomic_store(&frozen_mono_ms, mono_ms);
    atomic_store(&frozen_wall_ms, wall_ms);
    atomic_store(&frozen, true);
}

void clock_advance(int64_t ms)
{
    atomic_fetch_add(&frozen_mono_ms, ms);
    atomic_fetch_add(&frozen_wall_ms, ms);
}

void clock_release(void)
{
    atomic_store(&frozen, false);
}

int64_t clock_shown_mono_ms(void)
{
    pthread_mutex_lock(&shown_lock);
    int64_t now_ms = clock_mono_ms();
    if (shown.set)
        now_ms = shown.mono_ms + (now_ms - shown.since_ms) * shown.rate;
    pthread_mutex_unlock(&shown_lock);
    return now_ms;
}

int64_t clock_shown_wall_ms(void)
{
    pthread_mutex_lock(&shown_lock);
    int64_t now_ms = shown.set ? shown.wall_ms + (clock_mono_ms() - shown.since_ms) * shown.rate
                               : clock_wall_ms();
    pthread_mutex_unlock(&shown_lock);
    return now_ms;
}

void clock_show(int64_t mono_ms, int64_t wall_ms, int rate)
{
    pthread_mutex_lock(&shown_lock);
    shown.set = true;
    shown.rate = rate;
    shown.since_ms = clock_mono_ms();
    shown.mono_ms = mono_ms;
    shown.wall_ms = wall_ms;
    pthread_mutex_unlock(&shown_lock);
}

void clock_show_now(void)
{
    pthread_mutex_lock(&shown_lock);
    shown.set = false;
    pthread_mutex_unlock(&shown_lock);
}

int clock_left_ms(int64_t deadline_ms)
{
    int64_t left = deadline_ms - clock_mono_ms();
    if (left < 0)
        return 0;
    return left > INT_MAX ? INT_MAX : (int)left;
}

struct timespec clock_deadline_ts(int64_t deadline_ms)
{
    return (struct timespec){.tv_sec = (time_t)(deadline_ms / 1000),
                             .tv_nsec = (long)(deadline_ms % 1000) * 1000000};
}

void clock_rfc3339(int64_t wall_ms, char out[CLOCK_RFC3339_MAX])
{
    int64_t ms = wall_ms % 1000;
    if (ms < 0)
        ms += 1000;
    time_t seconds = (time_t)((wall_ms - ms) / 1000);
    struct tm tm;
    if (gmtime_r(&seconds, &tm) == NULL || tm.tm_year > 9999 - 1900 || tm.tm_year < -1900) {
        snprintf(out, CLOCK_RFC3339_MAX, "0000-00-00T00:00:00Z");
        return;
    }
    size_t len = strftime(out, CLOCK_RFC3339_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
    if (ms != 0)
        len += (size_t)snprintf(out + len, CLOCK_RFC3339_MAX - len, ".%03d", (int)ms);
    snprintf(out + len, CLOCK_RFC3339_MAX - len, "Z");
}

static int64_t unit_ms(const char *unit, size_t len)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].name) == len && strncmp(units[i].name, unit, len) == 0)
            return units[i].ms;
    return 0;
}

bool clock_parse_duration(const char *text, int64_t *ms)
{
    if (strcmp(text, "forever") == 0) {
        *ms = -1;
        return true;
    }
    int64_t sum = 0;
    const char *at = text;
    while (isdigit((unsigned char)*at)) {
        char *end;
        unsigned long long number = strtoull(at, &end, 10);
        size_t len = strspn(end, "smhd");
        int64_t unit = unit_ms(end, len);
        int64_t part;
        if (unit == 0 || number > INT64_MAX ||
            __builtin_mul_overflow((int64_t)number, unit, &part) ||
            __builtin_add_overflow(sum, part, &sum))
            return false;
        at = end + len;
    }
    if (at == text || *at != '\0')
        return false;
    *ms = sum;
    return true;
}
