// SPDX-License-Identifier: MIT

// Minutes and hours of figures.
#include "store/history.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/store_private.h"

#define MINUTE_MS     60000
#define HOUR_MS       (60 * MINUTE_MS)
#define HOUR_MINUTES  60
#define MINUTES_BYTES (HOUR_MINUTES * sizeof(uint32_t))

struct hour {
    int64_t number; // hours since the epoch
    double least, sum, most;
    int64_t count;
    float minutes[HOUR_MINUTES];
    bool has_minutes;
};

static void minutes_pack(const float *minutes, uint32_t *blob)
{
    for (size_t i = 0; i < HOUR_MINUTES; i++) {
        uint32_t bits;
        memcpy(&bits, &minutes[i], sizeof bits);
        blob[i] = htole32(bits);
    }
}

static bool minutes_unpack(const void *blob, int bytes, float *minutes)
{
    for (size_t i = 0; i < HOUR_MINUTES; i++)
        minutes[i] = NAN;
    if (blob == NULL || bytes != (int)MINUTES_BYTES)
        return false;
    for (size_t i = 0; i < HOUR_MINUTES; i++) {
        uint32_t bits;
        memcpy(&bits, (const char *)blob + i * sizeof bits, sizeof bits);
        bits = le32toh(bits);
        memcpy(&minutes[i], &bits, sizeof bits);
    }
    return true;
}

// Columns hour, least, sum, most, count, minutes.
static void hour_read(sqlite3_stmt *row, struct hour *out)
{
    out->number = sqlite3_column_int64(row, 0);
    out->least = sqlite3_column_double(row, 1);
    out->sum = sqlite3_column_double(row, 2);
    out->most = sqlite3_column_double(row, 3);
    out->count = sqlite3_column_int64(row, 4);
    const void *blob = sqlite3_column_blob(row, 5);
    out->has_minutes = minutes_unpack(blob, sqlite3_column_bytes(row, 5), out->minutes);
}

struct sample_writer {
    struct store *store;
    sqlite3_stmt *add_series, *find_series, *find_hour, *put_hour;
};

static bool writer_prepare(struct sample_writer *writer, struct store *store, struct err *err)
{
    *writer = (struct sample_writer){.store = store};
    writer->add_series = store_prepare(
        store, "INSERT OR IGNORE INTO series (host, metric) VALUES (:host, :metric)", err);
    writer->find_series = store_prepare(
        store, "SELECT number FROM series WHERE host = :host AND metric = :metric", err);
    writer->find_hour = store_prepare(store,
                                      "SELECT hour, least, sum, most, count, minutes FROM hour"
                                      " WHERE series = :series AND hour = :hour",
                                      err);
    writer->put_hour =
        store_prepare(store,
                      "INSERT INTO hour (series, hour, least, sum, most, count, minutes)"
                      " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series, hour) DO UPDATE SET"
                      " least = excluded.least, sum = excluded.sum, most = excluded.most,"
                      " count = excluded.count, minutes = excluded.minutes",
                      err);
    return writer->add_series != NULL && writer->find_series != NULL && writer->find_hour != NULL &&
           writer->put_hour != NULL;
}

static void writer_dispose(struct sample_writer *writer)
{
    sqlite3_finalize(writer->add_series);
    sqlite3_finalize(writer->find_series);
    sqlite3_finalize(writer->find_hour);
    sqlite3_finalize(writer->put_hour);
}

static bool find_series(struct sample_writer *writer, const struct sample *sample, int64_t *number,
                        struct err *err)
{
    struct err local = {0};
    store_bind_text(writer->find_series, ":host", sample->host);
    store_bind_text(writer->find_series, ":metric", sample->metric);
    bool found = store_row(writer->store, writer->find_series, &local);
    *number = found ? sqlite3_column_int64(writer->find_series, 0) : 0;
    sqlite3_reset(writer->find_series);
    if (found)
        return true;
    if (err_is_set(&local))
        return err_set(err, "%s", local.text);
    store_bind_text(writer->add_series, ":host", sample->host);
    store_bind_text(writer->add_series, ":metric", sample->metric);
    if (!store_run(writer->store, writer->add_series, err))
        return false;
    *number = sqlite3_last_insert_rowid(writer->store->db);
    return true;
}

static bool find_hour(struct sample_writer *writer, int64_t series, int64_t number,
                      struct hour *out, struct err *err)
{
    struct err local = {0};
    *out = (struct hour){.number = number, .least = INFINITY, .most = -INFINITY};
    minutes_unpack(NULL, 0, out->minutes);
    store_bind_number(writer->find_hour, ":series", series);
    store_bind_number(writer->find_hour, ":hour", number);
    if (store_row(writer->store, writer->find_hour, &local))
        hour_read(writer->find_hour, out);
    sqlite3_reset(writer->find_hour);
    return !err_is_set(&local) || err_set(err, "%s", local.text);
}

static bool put_hour(struct sample_writer *writer, int64_t series, const struct hour *hour,
                     struct err *err)
{
    uint32_t blob[HOUR_MINUTES];
    sqlite3_stmt *put = writer->put_hour;
    minutes_pack(hour->minutes, blob);
    sqlite3_bind_int64(put, 1, series);
    sqlite3_bind_int64(put, 2, hour->number);
    sqlite3_bind_double(put, 3, hour->least);
    sqlite3_bind_double(put, 4, hour->sum);
    sqlite3_bind_double(put, 5, hour->most);
    sqlite3_bind_int64(put, 6, hour->count);
    sqlite3_bind_blob(put, 7, blob, (int)sizeof blob, SQLITE_TRANSIENT);
    return store_run(writer->store, put, err);
}

static bool put_sample(struct sample_writer *writer, const struct sample *sample, struct err *err)
{
    int64_t series;
    struct hour hour;
    if (!isfinite(sample->value) || sample->at_ms < 0)
        return true;
    if (!find_series(writer, sample, &series, err) ||
        !find_hour(writer, series, sample->at_ms / HOUR_MS, &hour, err))
        return false;
    float *minute = &hour.minutes[sample->at_ms / MINUTE_MS % HOUR_MINUTES];
    if (!isnan(*minute))
        return true;
    *minute = (float)sample->value;
    hour.least = fmin(hour.least, sample->value);
    hour.most = fmax(hour.most, sample->value);
    hour.sum += sample->value;
    hour.count++;
    return put_hour(writer, series, &hour, err);
}

bool store_put_samples(struct store *store, const struct sample *samples, size_t count,
                       struct err *err)
{
    struct sample_writer writer;
    if (!store_begin(store, err))
        return false;
    bool kept = writer_prepare(&writer, store, err);
    for (size_t i = 0; kept && i < count; i++)
        kept = put_sample(&writer, &samples[i], err);
    writer_dispose(&writer);
    return store_end(store, kept, err) && kept;
}

bool store_history_series(struct store *store, struct history_series **out, size_t *count,
                          struct err *err)
{
    struct err local = {0};
    size_t cap = 0;
    *out = NULL;
    *count = 0;
    sqlite3_stmt *statement =
        store_prepare(store, "SELECT host, metric FROM series ORDER BY host, metric", err);
    if (statement == NULL)
        return false;
    while (store_row(store, statement, &local)) {
        struct history_series *series = mem_push(out, count, &cap, sizeof *series);
        series->host = mem_strdup((const char *)sqlite3_column_text(statement, 0));
        series->metric = mem_strdup((const char *)sqlite3_column_text(statement, 1));
    }
    sqlite3_finalize(statement);
    return !err_is_set(&local) || err_set(err, "%s", local.text);
}

void history_series_free(struct history_series *series, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(series[i].host);
        free(series[i].metric);
    }
    free(series);
}

// Sums of what falls into each point, until they become means.
struct gathering {
    int64_t from_ms, to_ms;
    double *sums;
    size_t *counts;
    struct figure_history *history;
    double sum;
    int64_t newest_ms;
};

static void gather(struct gathering *to, int64_t at_ms, double mean, double least, double most,
                   size_t minutes)
{
    struct figure_history *history = to->history;
    if (at_ms < to->from_ms || at_ms >= to->to_ms || minutes == 0)
        return;
    double share = (double)(at_ms - to->from_ms) / (double)(to->to_ms - to->from_ms);
    size_t point = (size_t)(share * (double)history->points);
    to->sums[point] += mean * (double)minutes;
    to->counts[point] += minutes;
    to->sum += mean * (double)minutes;
    history->least = fmin(history->least, least);
    history->most = fmax(history->most, most);
    history->measured += minutes;
    if (at_ms >= to->newest_ms) {
        to->newest_ms = at_ms;
        history->newest = mean;
    }
}

static void gather_hour(struct gathering *to, const struct hour *hour)
{
    int64_t begin_ms = hour->number * HOUR_MS;
    for (int64_t i = 0; hour->has_minutes && i < HOUR_MINUTES; i++) {
        double value = (double)hour->minutes[i];
        gather(to, begin_ms + i * MINUTE_MS, value, value, value, isnan(value) ? 0U : 1U);
    }
    if (!hour->has_minutes && hour->count > 0)
        gather(to, begin_ms, hour->sum / (double)hour->count, hour->least, hour->most,
               (size_t)hour->count);
}

static bool gather_all(struct store *store, const struct history_series *series,
                       struct gathering *to, struct err *err)
{
    struct err local = {0};
    sqlite3_stmt *statement =
        store_prepare(store,
                      "SELECT hour, least, sum, most, count, minutes FROM hour WHERE series ="
                      " (SELECT number FROM series WHERE host = :host AND metric = :metric)"
                      " AND hour >= :from AND hour <= :to ORDER BY hour",
                      err);
    if (statement == NULL)
        return false;
    store_bind_text(statement, ":host", series->host);
    store_bind_text(statement, ":metric", series->metric);
    store_bind_number(statement, ":from", to->from_ms / HOUR_MS);
    store_bind_number(statement, ":to", to->to_ms / HOUR_MS);
    while (store_row(store, statement, &local)) {
        struct hour hour;
        hour_read(statement, &hour);
        gather_hour(to, &hour);
    }
    sqlite3_finalize(statement);
    return !err_is_set(&local) || err_set(err, "%s", local.text);
}

bool store_history(struct store *store, const struct history_series *series, int64_t from_ms,
                   int64_t to_ms, size_t points, struct figure_history *out, struct err *err)
{
    *out = (struct figure_history){.points = points, .least = INFINITY, .most = -INFINITY};
    out->values = mem_array(points + 1, sizeof *out->values);
    struct gathering to = {.from_ms = from_ms, .to_ms = to_ms, .history = out};
    to.sums = mem_array(points + 1, sizeof *to.sums);
    to.counts = mem_array(points + 1, sizeof *to.counts);
    bool read = gather_all(store, series, &to, err);
    for (size_t i = 0; i < points; i++)
        out->values[i] = to.counts[i] > 0 ? (float)(to.sums[i] / (double)to.counts[i]) : NAN;
    out->mean = out->measured > 0 ? to.sum / (double)out->measured : 0;
    free(to.sums);
    free(to.counts);
    if (!read) {
        free(out->values);
        out->values = NULL;
    }
    return read;
}
