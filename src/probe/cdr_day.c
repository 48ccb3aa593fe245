// SPDX-License-Identifier: MIT

// One daily CDR table: its past in slices, newest first, what is new by number, and what came late.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "probe/cdr_day.h"
#include "probe/sql_number.h"

// Records are numbered about in the order of their ends: this much disorder is allowed for.
#define DISORDER_MS (10LL * 60 * 1000)

#define KEY_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

void cdr_day_dispose(struct cdr_day *day)
{
    free(day->select);
    cdr_tail_dispose(&day->tail);
    *day = (struct cdr_day){0};
}

bool cdr_run(const struct cdr_turn *turn, const char *text, const int64_t *params, size_t count,
             sql_row_fn *row, void *user, struct err *err)
{
    if (atomic_load(turn->stop))
        return err_set(err, "%s: stopped", turn->host);
    struct sql_value values[2] = {{.type = SQL_INT}, {.type = SQL_INT}};
    for (size_t i = 0; i < count; i++)
        values[i].integer = params[i];
    struct sql_query query = {
        .text = text, .params = values, .param_count = count, .deadline_ms = turn->deadline_ms};
    return sql_run(turn->sql, &query, row, user, err);
}

bool cdr_take_numbers(void *user, const struct sql_value *values, size_t count)
{
    struct cdr_numbers *numbers = user;
    for (size_t i = 0; i < count && i < 3; i++)
        numbers->known[i] = sql_value_int(&values[i], &numbers->values[i]);
    return false;
}

static bool day_build_select(struct cdr_sink *sink, struct cdr_day *day,
                             const struct sql_columns *columns, const struct cdr_turn *turn,
                             struct err *err)
{
    const struct cdr_layout *layout = sink->layout;
    struct str text = {0};
    str_append(&text, "SELECT ");
    for (size_t i = 0; i < CDR_COLUMNS; i++) {
        day->has[i] = sql_columns_have(columns, layout->columns[i]);
        str_appendf(&text, "%s%s", i == 0 ? "" : ", ", day->has[i] ? layout->columns[i] : "NULL");
    }
    const char *number = layout->columns[CDR_NUMBER];
    str_appendf(&text, " FROM %s WHERE %s > ? AND %s <= ? ORDER BY %s LIMIT %d", day->from, number,
                number, number, layout->slice_rows);
    char *select = str_take(&text);
    for (size_t i = CDR_NUMBER; i <= CDR_STOP; i++) {
        if (!day->has[i]) {
            free(select);
            return err_set(err,
                           "%s: table %s has no column %s, without which calls cannot be counted; "
                           "name the right column in [cdr gateways] of the profile",
                           turn->host, day->name, layout->columns[i]);
        }
    }
    free(day->select);
    day->select = select;
    return true;
}

static bool take_table(void *user, const struct sql_value *values, size_t count)
{
    bool *exists = user;
    *exists = count == 1 && values[0].type == SQL_TEXT;
    return true;
}

// Asked every few seconds: MySQL 5.0 would open every table there is to answer the same question
// from information_schema. sql_table_columns() remembers for its connection what once was there.
static bool day_exists(const struct cdr_day *day, const struct cdr_turn *turn, bool *exists,
                       struct err *err)
{
    struct str text = {0};
    str_append(&text, "SHOW TABLES LIKE '");
    for (const char *at = day->name; *at != '\0'; at++) {
        if (*at == '_') // else it stands for any character
            str_append_char(&text, '\\');
        str_append_char(&text, *at);
    }
    str_append_char(&text, '\'');
    *exists = false;
    bool ok = cdr_run(turn, str_text(&text), NULL, 0, take_table, exists, err);
    str_dispose(&text);
    return ok;
}

static bool take_key(void *user, const struct sql_value *values, size_t count)
{
    struct str *key = user;
    if (count == 1 && values[0].type == SQL_TEXT && key->len == 0)
        str_append_bytes(key, values[0].text, values[0].len);
    return true;
}

// Where a slice is a good part of the table, servers that count it by samples now and then prefer
// to read and sort the whole table.
static bool day_find_key(const struct cdr_sink *sink, struct cdr_day *day,
                         const struct cdr_turn *turn, struct err *err)
{
    const char *number = sink->layout->columns[CDR_NUMBER];
    const struct sql_value params[] = {
        {.type = SQL_TEXT, .text = day->name, .len = strlen(day->name)},
        {.type = SQL_TEXT, .text = number, .len = strlen(number)},
    };
    const struct sql_query query = {
        .text = "SELECT index_name FROM information_schema.statistics WHERE table_schema ="
                " DATABASE() AND table_name = ? AND column_name = ? AND seq_in_index = 1",
        .params = params,
        .param_count = 2,
        .deadline_ms = turn->deadline_ms,
    };
    struct str key = {0};
    bool ok = sql_run(turn->sql, &query, take_key, &key, err);
    bool plain = key.len > 0 && strspn(str_text(&key), KEY_CHARACTERS) == key.len;
    if (plain)
        snprintf(day->from, sizeof day->from, "%s FORCE INDEX (`%.64s`)", day->name,
                 str_text(&key));
    else
        snprintf(day->from, sizeof day->from, "%s", day->name);
    str_dispose(&key);
    return ok;
}

bool cdr_day_discover(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                      struct err *err)
{
    int64_t now_ms = clock_mono_ms();
    if (day->select != NULL ||
        (day->checked_ms != 0 && now_ms - day->checked_ms < sink->layout->pace.table_ms))
        return true;
    bool exists = false;
    if (!day_exists(day, turn, &exists, err))
        return false;
    if (!exists) {
        day->exists = false;
        day->checked_ms = now_ms;
        return true;
    }
    struct sql_columns columns = {0};
    day->exists = sql_table_columns(turn->sql, day->name, turn->deadline_ms, &columns, err) &&
                  day_find_key(sink, day, turn, err) &&
                  day_build_select(sink, day, &columns, turn, err);
    sql_columns_dispose(&columns);
    return day->exists;
}

bool cdr_day_is_gone(struct cdr_day *day, const struct cdr_turn *turn)
{
    struct cdr_day gone = {.checked_ms = clock_mono_ms()};
    bool exists = true;
    memcpy(gone.name, day->name, sizeof gone.name);
    if (!sql_is_usable(turn->sql) || !day_exists(day, turn, &exists, NULL) || exists)
        return false;
    cdr_day_dispose(day);
    *day = gone;
    return true;
}

// What a query for records does with them.
struct intake {
    struct cdr_sink *sink;
    struct cdr_day *day;
    enum { INTAKE_NEW, INTAKE_LATE, INTAKE_PAST } mode;
    int64_t recent_ms; // host's time from which numbers are remembered while loading the past
    int64_t last;      // number of the last record
    int rows;
};

static void count_gateway(struct cdr_buckets *buckets, enum gateway_kind kind,
                          const struct sql_value *name, const struct sql_value *pdd,
                          struct cdr_attempt *attempt)
{
    if (name->type != SQL_TEXT || name->len == 0)
        return;
    int64_t pdd_ms;
    // Nothing rings in 0 ms: such a record does not tell.
    attempt->pdd_ms = sql_value_int(pdd, &pdd_ms) && pdd_ms > 0 ? pdd_ms : -1;
    cdr_buckets_add(buckets, kind, name->text, name->len, attempt);
}

// Whether the record's number is one that was not counted yet; remembers it.
static bool intake_is_new(struct intake *in, int64_t number, int64_t stop_ms)
{
    struct cdr_day *day = in->day;
    if (in->mode != INTAKE_PAST)
        return cdr_tail_add(&day->tail, number);
    if (in->recent_ms == 0)
        return true;
    // The newest slice of the past: what ended long ago is settled, the rest is remembered.
    if (day->tail.count == 0 && stop_ms < in->recent_ms)
        cdr_tail_reset(&day->tail, number);
    else
        cdr_tail_add(&day->tail, number);
    return true;
}

static bool take_record(void *user, const struct sql_value *values, size_t count)
{
    struct intake *in = user;
    int64_t number, stop_ms;
    if (count != CDR_COLUMNS || !sql_value_int(&values[CDR_NUMBER], &number))
        return true;
    in->rows++;
    in->last = number;
    if (in->mode == INTAKE_PAST)
        in->day->slice.from = number;
    // A record without its end is of a call that is not over, if it is anything: it may come back.
    if (!sql_value_int(&values[CDR_STOP], &stop_ms) || stop_ms <= 0)
        return true;
    if (stop_ms > in->day->slice.newest_ms)
        in->day->slice.newest_ms = stop_ms;
    if (!intake_is_new(in, number, stop_ms))
        return true;
    struct cdr_attempt attempt = {.stop_ms = stop_ms, .reason = CDR_REASON_UNKNOWN};
    int64_t value;
    if (sql_value_int(&values[CDR_TALK], &value))
        attempt.talk_s = value;
    if (sql_value_int(&values[CDR_REASON], &value))
        attempt.reason = value;
    struct cdr_buckets *buckets = in->sink->buckets;
    count_gateway(buckets, GATEWAY_ROUTING, &values[CDR_ROUTING], &values[CDR_ROUTING_PDD],
                  &attempt);
    count_gateway(buckets, GATEWAY_MAPPING, &values[CDR_MAPPING], &values[CDR_MAPPING_PDD],
                  &attempt);
    in->sink->records++;
    in->sink->late += in->mode == INTAKE_LATE;
    return true;
}

// Reads the records of (from, to] in slices.
static bool day_read_range(struct intake *in, const struct cdr_turn *turn, int64_t from, int64_t to,
                           struct err *err)
{
    const int slice_rows = in->sink->layout->slice_rows;
    for (in->last = from, in->rows = slice_rows; in->rows >= slice_rows;) {
        if (in->mode == INTAKE_NEW && clock_mono_ms() > in->sink->last_slice_ms) {
            in->day->behind = true;
            return true;
        }
        in->rows = 0;
        int64_t range[2] = {in->last, to};
        if (!cdr_run(turn, in->day->select, range, 2, take_record, in, err)) {
            // Its columns may have changed: look at them anew.
            free(in->day->select);
            in->day->select = NULL;
            in->day->checked_ms = 0;
            return false;
        }
    }
    return true;
}

static bool day_bounds(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                       struct cdr_numbers *bounds, struct err *err)
{
    const char *number = sink->layout->columns[CDR_NUMBER];
    char *text = mem_printf("SELECT MIN(%s), MAX(%s) FROM %s", number, number, day->name);
    bool ok = cdr_run(turn, text, NULL, 0, cdr_take_numbers, bounds, err);
    free(text);
    return ok;
}

// Opens the next older slice; the table is whole when there is none.
static bool day_next_slice(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                           struct err *err)
{
    if (day->low < day->first) {
        day->whole = true;
        return true;
    }
    const char *number = sink->layout->columns[CDR_NUMBER];
    char *text = mem_printf("SELECT %s FROM %s WHERE %s <= ? ORDER BY %s DESC LIMIT %d, 1", number,
                            day->from, number, number, sink->layout->slice_rows - 2);
    struct cdr_numbers begin = {0};
    bool ok = cdr_run(turn, text, &day->low, 1, cdr_take_numbers, &begin, err);
    free(text);
    if (!ok)
        return false;
    int64_t from = (begin.known[0] ? begin.values[0] : day->first) - 1;
    day->slice = (struct cdr_slice){.open = true, .begin = from, .from = from, .to = day->low};
    return true;
}

// Reads one older slice, or what is left of one that was broken off.
bool cdr_day_read_slice(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                        struct err *err)
{
    if (!day->slice.open && !day_next_slice(sink, day, turn, err))
        return false;
    if (day->whole)
        return true;
    struct intake in = {.sink = sink, .day = day, .mode = INTAKE_PAST};
    if (!day->ready) {
        in.recent_ms = sink->host_now_ms - sink->layout->late_ms;
        if (day->slice.from == day->slice.begin)
            cdr_tail_reset(&day->tail, day->slice.begin);
    }
    if (!day_read_range(&in, turn, day->slice.from, day->slice.to, err))
        return false;
    day->slice.open = false;
    day->ready = true;
    day->low = day->slice.begin;
    day->whole = day->low < day->first;
    if (day->slice.newest_ms > 0 && day->slice.newest_ms < day->depth_ms)
        day->depth_ms = day->slice.newest_ms;
    return true;
}

// Begins with a table: its newest slice first, so that what comes later has a place to follow.
static bool day_open(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                     struct err *err)
{
    if (!day->opened) {
        struct cdr_numbers bounds = {0};
        if (!day_bounds(sink, day, turn, &bounds, err))
            return false;
        day->opened = true;
        day->depth_ms = INT64_MAX;
        if (!bounds.known[0]) { // empty: all that will be there is new
            day->first = INT64_MIN;
            day->whole = day->ready = true;
            cdr_tail_reset(&day->tail, INT64_MIN);
            return true;
        }
        day->first = bounds.values[0];
        day->low = bounds.values[1];
    }
    return day->ready || cdr_day_read_slice(sink, day, turn, err);
}

static bool day_read_new(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                         struct err *err)
{
    struct intake in = {.sink = sink, .day = day, .mode = INTAKE_NEW};
    day->behind = false;
    return day_read_range(&in, turn, cdr_tail_high(&day->tail), INT64_MAX, err);
}

// Records that were written behind newer ones: counted where numbers are missing, read where the
// count says that some have come.
static bool day_read_late(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                          struct err *err)
{
    int64_t now_ms = clock_mono_ms();
    if (now_ms - day->late_check_ms < sink->layout->pace.late_ms)
        return true;
    day->late_check_ms = now_ms;
    cdr_tail_age(&day->tail, now_ms, sink->layout->late_ms);
    if (!cdr_tail_has_gap(&day->tail))
        return true;
    const char *number = sink->layout->columns[CDR_NUMBER];
    char *text =
        mem_printf("SELECT COUNT(*) FROM %s WHERE %s > ? AND %s <= ?", day->name, number, number);
    int64_t range[2] = {day->tail.floor, cdr_tail_high(&day->tail)};
    struct cdr_numbers there = {0};
    bool ok = cdr_run(turn, text, range, 2, cdr_take_numbers, &there, err);
    free(text);
    if (!ok)
        return false;
    if (!there.known[0] || (uint64_t)there.values[0] <= day->tail.count)
        return true;
    struct intake in = {.sink = sink, .day = day, .mode = INTAKE_LATE};
    return day_read_range(&in, turn, range[0], range[1], err);
}

// Whether the table still is the one that was read: an emptied, restored or refilled one begins
// lower or ends lower than what was seen.
bool cdr_day_verify(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                    bool *same, struct err *err)
{
    struct cdr_numbers bounds = {0};
    if (!day_bounds(sink, day, turn, &bounds, err))
        return false;
    int64_t high = cdr_tail_high(&day->tail);
    if (bounds.known[0])
        *same = bounds.values[0] >= day->first && bounds.values[1] >= high;
    else
        *same = high == INT64_MIN;
    return true;
}

bool cdr_day_reaches(const struct cdr_day *day, int64_t begin_ms)
{
    return !day->exists || day->whole || (day->ready && day->depth_ms < begin_ms - DISORDER_MS);
}

bool cdr_day_complete_since(const struct cdr_day *day, int64_t begin_ms)
{
    return cdr_day_reaches(day, begin_ms) && !day->behind;
}

bool cdr_day_refresh(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                     struct err *err)
{
    return day_open(sink, day, turn, err) && day_read_new(sink, day, turn, err) &&
           day_read_late(sink, day, turn, err);
}
