// SPDX-License-Identifier: MIT

// One line for each snapshot and each change of a host's state.
#include "replay/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "replay/format.h"
#include "replay/host_options.h"
#include "replay/rows.h"
#include "replay/segment.h"

#define SEGMENT_MS     300000
#define SEGMENTS_LEAST 4    // that a limited recording is cut into, so that one may go
#define FLUSH_MS       4000 // of what was read may be lost with this program
#define RTT_MS         10000
// What the console reads only while it is looked at is long, and seldom looked at.
#define ON_DEMAND_MS 30000

struct recorded_host {
    struct host_status status; // as last written
    int64_t status_ms;
    const struct snapshot **snapshots; // as last written, with references; by probe_index()
    int64_t *written_ms;               // when, by probe_index()
    char *facts;                       // as masked; NULL: not read
    bool facts_due;
};

struct recorder {
    struct fleet *fleet;
    struct mask *mask;
    struct segments *segments;
    struct recorder_options options;
    struct recorded_host *hosts;
    size_t host_count;
    int64_t start_mono_ms, start_wall_ms;
    int64_t segment_ms;      // when it was begun, since the start
    int64_t flushed_mono_ms; // of this machine's clock
    bool begun;              // a segment is open
    bool whole;              // the segment has all that was known when it began
    uint64_t readings;
};

struct recorder *recorder_open(const char *folder, const struct config *config, struct fleet *fleet,
                               const struct recorder_options *options, struct err *err)
{
    struct mask *mask = mask_new(config, options->mask, err);
    struct segments *segments =
        mask != NULL ? segments_open(folder, options->most_bytes, err) : NULL;
    if (segments == NULL) {
        mask_free(mask);
        return NULL;
    }
    struct recorder *recorder = mem_alloc(sizeof *recorder);
    recorder->fleet = fleet;
    recorder->mask = mask;
    recorder->segments = segments;
    recorder->options = *options;
    recorder->host_count = fleet_host_count(fleet);
    recorder->hosts = mem_array(recorder->host_count, sizeof *recorder->hosts);
    for (size_t i = 0; i < recorder->host_count; i++) {
        struct recorded_host *host = &recorder->hosts[i];
        host->snapshots = mem_array(probe_count(), sizeof *host->snapshots);
        host->written_ms = mem_array(probe_count(), sizeof *host->written_ms);
    }
    recorder->start_mono_ms = clock_shown_mono_ms();
    recorder->start_wall_ms = clock_shown_wall_ms();
    return recorder;
}

void recorder_free(struct recorder *recorder)
{
    if (recorder == NULL)
        return;
    for (size_t i = 0; i < recorder->host_count; i++) {
        for (size_t probe = 0; probe < probe_count(); probe++)
            snapshot_unref(recorder->hosts[i].snapshots[probe]);
        free(recorder->hosts[i].snapshots);
        free(recorder->hosts[i].written_ms);
        free(recorder->hosts[i].facts);
    }
    free(recorder->hosts);
    segments_free(recorder->segments);
    mask_free(recorder->mask);
    free(recorder);
}

static int64_t now_ms(const struct recorder *recorder)
{
    return clock_shown_mono_ms() - recorder->start_mono_ms;
}

static void put_text(const struct recorder *recorder, json_t *line, const char *key, unsigned what,
                     const char *text)
{
    if (text[0] == '\0')
        return;
    char *safe = mask_text(recorder->mask, what, text, strlen(text));
    char *valid = text_valid_utf8(safe, strlen(safe));
    json_object_set_new(line, key, json_string(valid));
    free(valid);
    free(safe);
}

static void put_int(json_t *line, const char *key, int64_t value)
{
    json_object_set_new(line, key, json_integer(value));
}

static void put_flag(json_t *line, const char *key, bool on)
{
    if (on)
        json_object_set_new(line, key, json_true());
}

static json_t *new_line(const struct recorder *recorder, size_t host)
{
    json_t *line = json_object();
    put_int(line, "t", now_ms(recorder));
    put_int(line, "h", (int64_t)host);
    return line;
}

static bool write_header(struct recorder *recorder, struct err *err)
{
    json_t *line = json_object(), *hosts = json_array();
    json_object_set_new(line, "nocdesk", json_string(FORMAT_NAME));
    put_int(line, "version", FORMAT_VERSION);
    json_object_set_new(line, "program", json_string(NOCDESK_VERSION));
    put_int(line, "t", now_ms(recorder));
    put_int(line, "start_ms", recorder->start_wall_ms);
    json_object_set_new(line, "masked", json_boolean(recorder->options.mask));
    for (size_t i = 0; i < recorder->host_count; i++)
        json_array_append_new(hosts,
                              host_options_write(fleet_host(recorder->fleet, i), recorder->mask));
    json_object_set_new(line, "hosts", hosts);
    return segments_write(recorder->segments, line, err);
}

static bool status_is_new(const struct recorded_host *host, const struct host_status *now,
                          int64_t at_ms)
{
    const struct host_status *old = &host->status;
    if (old->word != now->word || strcmp(old->error, now->error) != 0 ||
        strcmp(old->link.peer, now->link.peer) != 0 ||
        strcmp(old->link.notes, now->link.notes) != 0 ||
        (now->retry_in_ms > 0) != (old->retry_in_ms > 0))
        return true;
    return old->link.rtt_ms != now->link.rtt_ms && at_ms - host->status_ms >= RTT_MS;
}

static bool take_status(struct recorder *recorder, size_t index, bool whole, struct err *err)
{
    struct recorded_host *host = &recorder->hosts[index];
    struct host_status now;
    fleet_host_status(recorder->fleet, index, &now);
    if (!whole && !status_is_new(host, &now, now_ms(recorder)))
        return true;
    host->status = now;
    host->status_ms = now_ms(recorder);
    json_t *line = new_line(recorder, index);
    json_object_set_new(line, "state", json_string(host_state_text(now.word)));
    put_text(recorder, line, "error", MASK_ALL, now.error);
    put_text(recorder, line, "peer", MASK_SECRETS | MASK_ADDRESSES, now.link.peer);
    put_text(recorder, line, "notes", MASK_SECRETS | MASK_ADDRESSES, now.link.notes);
    put_int(line, "age_ms", now.newest_age_ms);
    put_int(line, "rtt_ms", now.link.rtt_ms);
    if (now.retry_in_ms > 0)
        put_int(line, "retry_in_ms", now.retry_in_ms);
    return segments_write(recorder->segments, line, err);
}

static json_t *encode_tables(const struct recorder *recorder, const struct snapshot *fresh,
                             const struct snapshot *old)
{
    json_t *tables = json_array();
    for (size_t i = 0; i < fresh->table_count; i++) {
        const struct table *table = fresh->tables[i];
        json_array_append_new(
            tables, table == NULL ? json_null()
                                  : rows_encode(table, snapshot_table(old, i), recorder->mask));
    }
    return tables;
}

static int64_t every_ms(const struct recorder *recorder, const struct probe *probe)
{
    int64_t every = recorder->options.every_ms;
    return probe->on_demand && every < ON_DEMAND_MS ? ON_DEMAND_MS : every;
}

// old: what the reader has then; NULL: nothing.
static bool write_snapshot(struct recorder *recorder, size_t host, const struct probe *probe,
                           const struct snapshot *fresh, const struct snapshot *old,
                           struct err *err)
{
    json_t *line = new_line(recorder, host);
    json_object_set_new(line, "p", json_string(probe->schema->name));
    if (fresh->table_count > 0)
        put_int(line, "read", fresh->read_mono_ms - recorder->start_mono_ms);
    put_int(line, "took_us", fresh->took_us);
    int64_t every = every_ms(recorder, probe);
    put_int(line, "period_ms", fresh->period_ms > every ? fresh->period_ms : every);
    put_int(line, "attempts", (int64_t)fresh->attempts);
    put_text(recorder, line, "source", MASK_SECRETS | MASK_ADDRESSES, fresh->source);
    put_text(recorder, line, "note", MASK_ALL, fresh->note);
    put_text(recorder, line, "blind", MASK_ALL, fresh->blind);
    put_text(recorder, line, "error", MASK_ALL, fresh->error);
    put_flag(line, "fallback", fresh->fallback);
    put_flag(line, "settling", fresh->settling);
    put_flag(line, "loading", fresh->loading);
    if (fresh->loading) {
        put_int(line, "pct", fresh->progress_pct);
        put_text(recorder, line, "progress", MASK_ALL, fresh->progress);
    }
    if (fresh->table_count > 0)
        json_object_set_new(line, "tables", encode_tables(recorder, fresh, old));
    recorder->readings++;
    return segments_write(recorder->segments, line, err);
}

// Whether it is written now. What fails, or is mended, is never left out.
static bool is_due(const struct recorder *recorder, size_t index, const struct probe *probe,
                   const struct snapshot *fresh)
{
    const struct recorded_host *host = &recorder->hosts[index];
    const struct snapshot *held = host->snapshots[probe_index(probe)];
    if (fresh == held)
        return false;
    return held == NULL || held->table_count != fresh->table_count ||
           held->fallback != fresh->fallback || strcmp(held->error, fresh->error) != 0 ||
           now_ms(recorder) - host->written_ms[probe_index(probe)] >= every_ms(recorder, probe);
}

static bool take_snapshot(struct recorder *recorder, size_t index, const struct probe *probe,
                          bool whole, struct err *err)
{
    struct recorded_host *host = &recorder->hosts[index];
    const struct snapshot **held = &host->snapshots[probe_index(probe)];
    const struct snapshot *fresh = fleet_snapshot(recorder->fleet, index, probe);
    if (fresh == NULL || (!whole && !is_due(recorder, index, probe, fresh))) {
        snapshot_unref(fresh);
        return true;
    }
    bool ok = write_snapshot(recorder, index, probe, fresh, whole ? NULL : *held, err);
    host->written_ms[probe_index(probe)] = now_ms(recorder);
    snapshot_unref(*held);
    *held = fresh;
    return ok;
}

static bool take_facts(struct recorder *recorder, size_t index, bool whole, struct err *err)
{
    struct recorded_host *host = &recorder->hosts[index];
    if (host->facts == NULL || (!whole && !host->facts_due))
        return true;
    host->facts_due = false;
    json_t *line = new_line(recorder, index);
    json_object_set_new(line, "facts", json_string(host->facts));
    return segments_write(recorder->segments, line, err);
}

void recorder_take_facts(struct recorder *recorder, size_t index, const char *text, size_t len)
{
    struct recorded_host *host = &recorder->hosts[index];
    char *safe = mask_text(recorder->mask, MASK_SECRETS | MASK_ADDRESSES, text, len);
    char *valid = text_valid_utf8(safe, strlen(safe));
    free(safe);
    host->facts_due = host->facts == NULL || strcmp(host->facts, valid) != 0;
    free(host->facts);
    host->facts = valid;
}

static bool write_end(struct recorder *recorder, struct err *err)
{
    json_t *line = json_object();
    put_int(line, "t", now_ms(recorder));
    json_object_set_new(line, "end", json_true());
    return segments_write(recorder->segments, line, err);
}

static bool begin_segment(struct recorder *recorder, struct err *err)
{
    int64_t at_ms = now_ms(recorder);
    int64_t most = recorder->options.most_bytes / SEGMENTS_LEAST;
    bool full = most > 0 && segments_open_size(recorder->segments) > most;
    if (recorder->begun && !full && at_ms - recorder->segment_ms < SEGMENT_MS)
        return true;
    if ((recorder->begun && !write_end(recorder, err)) || !segments_next(recorder->segments, err))
        return false;
    recorder->begun = true;
    recorder->whole = true;
    recorder->segment_ms = at_ms;
    return write_header(recorder, err);
}

bool recorder_take(struct recorder *recorder, struct err *err)
{
    recorder->whole = false;
    bool ok = begin_segment(recorder, err);
    bool whole = recorder->whole;
    for (size_t i = 0; ok && i < recorder->host_count; i++) {
        ok = take_status(recorder, i, whole, err);
        for (size_t probe = 0; ok && probes[probe] != NULL; probe++)
            ok = take_snapshot(recorder, i, probes[probe], whole, err);
        ok = ok && take_facts(recorder, i, whole, err);
    }
    if (ok && clock_mono_ms() - recorder->flushed_mono_ms >= FLUSH_MS) {
        recorder->flushed_mono_ms = clock_mono_ms();
        ok = segments_flush(recorder->segments, err);
    }
    return ok;
}

bool recorder_end(struct recorder *recorder, struct err *err)
{
    bool ok = !recorder->begun || write_end(recorder, err);
    return segments_end(recorder->segments, err) && ok;
}

struct recorder_progress recorder_progress(const struct recorder *recorder)
{
    return (struct recorder_progress){.for_ms = now_ms(recorder),
                                      .bytes = segments_size(recorder->segments),
                                      .readings = recorder->readings,
                                      .dropped = segments_dropped(recorder->segments)};
}
