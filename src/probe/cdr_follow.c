// SPDX-License-Identifier: MIT

// The host's clock and date, the three tables around it, and how far back they are read.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "probe/cdr_day.h"

// The daily table's zone is unsettled (the host's date or UTC), so its neighbours are read too.
#define DAYS 3

struct cdr_follow {
    struct cdr_sink sink;
    struct cdr_day days[DAYS]; // the day before, today, the day after
    int64_t clock_mono_ms;     // when the host's clock was asked; 0: never
    int64_t clock_host_ms;     // what it said
    int64_t day_began_ms;
    int64_t date; // YYYYMMDD
    bool verify;  // compare the tables' bounds with what was read
};

struct cdr_follow *cdr_follow_new(const struct cdr_layout *layout, const int64_t *effective_reasons,
                                  size_t reason_count)
{
    struct cdr_follow *follow = mem_alloc(sizeof *follow);
    follow->sink.layout = layout;
    follow->sink.buckets = cdr_buckets_new(effective_reasons, reason_count);
    return follow;
}

// Forgets what was read; names stay.
static void follow_restart(struct cdr_follow *follow)
{
    cdr_buckets_clear(follow->sink.buckets);
    for (size_t i = 0; i < DAYS; i++) {
        char name[sizeof follow->days[i].name];
        memcpy(name, follow->days[i].name, sizeof name);
        cdr_day_dispose(&follow->days[i]);
        memcpy(follow->days[i].name, name, sizeof name);
    }
}

void cdr_follow_free(struct cdr_follow *follow)
{
    if (follow == NULL)
        return;
    for (size_t i = 0; i < DAYS; i++)
        cdr_day_dispose(&follow->days[i]);
    cdr_buckets_free(follow->sink.buckets);
    free(follow);
}

static int64_t host_now_ms(const struct cdr_follow *follow)
{
    return follow->clock_host_ms + (clock_mono_ms() - follow->clock_mono_ms);
}

static int64_t date_shift(int64_t date, int days)
{
    struct tm day = {.tm_year = (int)(date / 10000) - 1900,
                     .tm_mon = (int)(date / 100 % 100) - 1,
                     .tm_mday = (int)(date % 100) + days};
    timegm(&day);
    return (day.tm_year + 1900) * 10000LL + (day.tm_mon + 1) * 100LL + day.tm_mday;
}

// Keeps the tables that are still among the three days, makes the others anew.
static void follow_set_date(struct cdr_follow *follow, int64_t date)
{
    if (follow->date == date)
        return;
    struct cdr_day old[DAYS];
    memcpy(old, follow->days, sizeof old);
    for (int i = 0; i < DAYS; i++) {
        struct cdr_day *day = &follow->days[i];
        *day = (struct cdr_day){0};
        snprintf(day->name, sizeof day->name, "%s%08lld", follow->sink.layout->table_prefix,
                 (long long)date_shift(date, i - 1));
        for (int k = 0; k < DAYS; k++) {
            if (strcmp(old[k].name, day->name) == 0) {
                *day = old[k];
                old[k] = (struct cdr_day){0};
            }
        }
    }
    for (int k = 0; k < DAYS; k++)
        cdr_day_dispose(&old[k]);
    follow->date = date;
}

// The host's time, its midnight and its date, asked once a minute and at midnight.
static bool follow_clock(struct cdr_follow *follow, const struct cdr_turn *turn, struct err *err)
{
    int64_t day_ms = 24LL * 3600 * 1000;
    bool fresh = follow->clock_mono_ms != 0 &&
                 clock_mono_ms() - follow->clock_mono_ms < follow->sink.layout->pace.clock_ms &&
                 host_now_ms(follow) < follow->day_began_ms + day_ms;
    if (!fresh) {
        struct cdr_numbers clock = {0};
        if (!cdr_run(turn,
                     "SELECT UNIX_TIMESTAMP(), UNIX_TIMESTAMP(CURDATE()), "
                     "DATE_FORMAT(CURDATE(), '%Y%m%d')",
                     NULL, 0, cdr_take_numbers, &clock, err))
            return false;
        if (!clock.known[0] || !clock.known[1] || !clock.known[2] || clock.values[2] < 19700101 ||
            clock.values[2] > 99991231)
            return err_set(err,
                           "%s: the database does not tell its time; run SELECT UNIX_TIMESTAMP() "
                           "there and mend what it says",
                           turn->host);
        follow->clock_mono_ms = clock_mono_ms();
        follow->clock_host_ms = clock.values[0] * 1000 + 500; // the answer is cut to a second
        follow->day_began_ms = clock.values[1] * 1000;
        follow_set_date(follow, clock.values[2]);
        follow->verify = true;
    }
    follow->sink.host_now_ms = host_now_ms(follow);
    cdr_buckets_set_time(follow->sink.buckets, follow->sink.host_now_ms, follow->day_began_ms);
    return true;
}

// A table that data maintenance has just dropped is no failure.
static bool forgive(struct cdr_day *day, const struct cdr_turn *turn, struct err *err)
{
    if (atomic_load(turn->stop) || !cdr_day_is_gone(day, turn))
        return false;
    if (err != NULL)
        *err = (struct err){0};
    return true;
}

static bool follow_verify(struct cdr_follow *follow, const struct cdr_turn *turn, struct err *err)
{
    bool same = true;
    for (size_t i = 0; i < DAYS && same && follow->verify; i++) {
        struct cdr_day *day = &follow->days[i];
        if (day->ready && day->select != NULL &&
            !cdr_day_verify(&follow->sink, day, turn, &same, err) && !forgive(day, turn, err))
            return false;
    }
    follow->verify = false;
    if (!same)
        follow_restart(follow);
    return true;
}

static bool complete_since(const struct cdr_follow *follow, int64_t begin_ms)
{
    for (size_t i = 0; i < DAYS; i++) {
        if (!cdr_day_complete_since(&follow->days[i], begin_ms))
            return false;
    }
    return true;
}

static int64_t oldest_wanted_ms(const struct cdr_follow *follow)
{
    int64_t hour_ms = cdr_buckets_window_begin(follow->sink.buckets, CDR_1H);
    int64_t day_ms = cdr_buckets_window_begin(follow->sink.buckets, CDR_TODAY);
    return hour_ms < day_ms ? hour_ms : day_ms;
}

// How much of the time back to the oldest record wanted is read, by the table that is behind most.
static int loaded_pct(const struct cdr_follow *follow)
{
    int64_t now_ms = host_now_ms(follow), oldest_ms = oldest_wanted_ms(follow);
    int64_t reached_ms = oldest_ms;
    for (size_t i = 0; i < DAYS; i++) {
        const struct cdr_day *day = &follow->days[i];
        if (!cdr_day_reaches(day, oldest_ms) && day->depth_ms > reached_ms)
            reached_ms = day->depth_ms < now_ms ? day->depth_ms : now_ms;
    }
    if (reached_ms == oldest_ms || now_ms <= oldest_ms)
        return complete_since(follow, oldest_ms) ? 100 : 99;
    return (int)(100 * (now_ms - reached_ms) / (now_ms - oldest_ms));
}

// Reads older slices, today's first, until all since begin_ms is there or the time is up.
static bool follow_load(struct cdr_follow *follow, const struct cdr_turn *turn, int64_t begin_ms,
                        int64_t until_ms, struct err *err)
{
    static const int order[DAYS] = {1, 0, 2};
    for (int i = 0; i < DAYS; i++) {
        struct cdr_day *day = &follow->days[order[i]];
        while (!cdr_day_reaches(day, begin_ms)) {
            if (clock_mono_ms() >= until_ms)
                return true;
            if (!cdr_day_read_slice(&follow->sink, day, turn, err) && !forgive(day, turn, err))
                return false;
            if (turn->progress != NULL)
                turn->progress(turn->user, loaded_pct(follow), follow->sink.records);
        }
    }
    return true;
}

static bool follow_tables(struct cdr_follow *follow, const struct cdr_turn *turn, struct err *err)
{
    for (size_t i = 0; i < DAYS; i++) {
        struct cdr_day *day = &follow->days[i];
        if (!cdr_day_discover(&follow->sink, day, turn, err))
            return false;
        if (!day->exists)
            continue;
        if (!cdr_day_refresh(&follow->sink, day, turn, err) && !forgive(day, turn, err))
            return false;
    }
    return true;
}

bool cdr_follow_read(struct cdr_follow *follow, const struct cdr_turn *turn, struct err *err)
{
    // A slice that the deadline cut short would cost the connection.
    int64_t now_ms = clock_mono_ms();
    follow->sink.last_slice_ms = now_ms + (turn->deadline_ms - now_ms) * 3 / 4;
    if (!follow_clock(follow, turn, err) || !follow_verify(follow, turn, err) ||
        !follow_tables(follow, turn, err))
        return false;
    struct cdr_buckets *buckets = follow->sink.buckets;
    int64_t first_ms = cdr_buckets_window_begin(buckets, CDR_15M);
    int64_t hour_ms = cdr_buckets_window_begin(buckets, CDR_1H);
    int64_t last_ms = follow->sink.last_slice_ms;
    int64_t budget_ms = clock_mono_ms() + turn->budget_ms;
    if (budget_ms > last_ms)
        budget_ms = last_ms;
    if (!follow_load(follow, turn, first_ms, last_ms, err) ||
        !follow_load(follow, turn, hour_ms, budget_ms, err) ||
        !follow_load(follow, turn, oldest_wanted_ms(follow), budget_ms, err))
        return false;
    if (!complete_since(follow, first_ms))
        return err_set(err,
                       "%s: the newest call records could not be read in the time given; this goes "
                       "on by itself (%llu read so far)",
                       turn->host, (unsigned long long)follow->sink.records);
    return true;
}

static void append_table(char *list, size_t size, const char *name)
{
    size_t len = strlen(list);
    snprintf(list + len, size - len, "%s%s", len == 0 ? "" : ", ", name);
}

void cdr_follow_get_state(const struct cdr_follow *follow, struct cdr_follow_state *out)
{
    *out = (struct cdr_follow_state){
        .buckets = follow->sink.buckets,
        .host_now_ms = host_now_ms(follow),
        .loaded_pct = loaded_pct(follow),
        .records = follow->sink.records,
        .late = follow->sink.late,
        .today_exists = follow->days[1].exists,
    };
    out->host_offset_ms = out->host_now_ms - clock_wall_ms();
    memcpy(out->today, follow->days[1].name, sizeof out->today);
    for (enum cdr_window window = CDR_5M; window < CDR_WINDOWS; window++)
        out->complete[window] =
            complete_since(follow, cdr_buckets_window_begin(follow->sink.buckets, window));
    memset(out->has, true, sizeof out->has);
    for (size_t i = 0; i < DAYS; i++) {
        const struct cdr_day *day = &follow->days[i];
        if (!day->exists)
            continue;
        out->any_table = true;
        append_table(out->tables, sizeof out->tables, day->name);
        for (size_t k = 0; k < CDR_COLUMNS; k++)
            out->has[k] = out->has[k] && day->has[k];
    }
}
