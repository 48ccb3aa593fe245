// SPDX-License-Identifier: MIT

// Lines applied to what was known before them; tables are made only for who asks.
#include "replay/track.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/lang.h"
#include "base/mem.h"
#include "replay/rows.h"

#define HOSTS_MAX    1000
#define VARIANTS_MAX 16
#define NOTES_MAX    100
#define TEXT_MOST    4096 // bytes of a word or sentence that is kept
#define SCALARS_MOST 32
#define FACTS_MOST   (1 << 20)            // bytes
#define CELLS_MOST   (UINT64_C(64) << 20) // of all tables together
// What planning must know is kept once a minute: where nothing was for longer, something is
// missing.
#define GAP_MS        90000
#define GAP_BEGINS_MS 10000
#define NEVER_DUE_MS  (INT64_C(1) << 50) // of what is read once

struct tracked_feed {
    json_t *line; // the newest; NULL: not read yet
    struct rows rows[VARIANTS_MAX];
    size_t variants, critical;
    bool said; // its strange columns
};

struct tracked_host {
    json_t *status;
    int64_t status_ms;
    json_t *facts;
    struct tracked_feed *feeds; // by probe_index()
};

struct track {
    struct recording *recording;
    struct cursor cursor;
    json_t *ahead;       // read, not followed yet
    int64_t followed_ms; // t of the last line followed
    struct tracked_host *hosts;
    size_t host_count;
    uint64_t cells; // of all rows that are held
    struct err_list notes;
};

struct track *track_new(struct recording *recording)
{
    struct track *track = mem_alloc(sizeof *track);
    size_t hosts = json_array_size(json_object_get(recording_header(recording), "hosts"));
    track->recording = recording;
    track->host_count = hosts < HOSTS_MAX ? hosts : HOSTS_MAX;
    track->hosts = mem_array(track->host_count + 1, sizeof *track->hosts);
    for (size_t i = 0; i < track->host_count; i++)
        track->hosts[i].feeds = mem_array(probe_count(), sizeof *track->hosts[i].feeds);
    track_rewind(track, 0);
    return track;
}

static void feed_forget(struct track *track, struct tracked_feed *feed)
{
    json_decref(feed->line);
    feed->line = NULL;
    for (size_t i = 0; i < VARIANTS_MAX; i++) {
        track->cells -= rows_cells(&feed->rows[i]);
        rows_dispose(&feed->rows[i]);
    }
    feed->variants = feed->critical = 0;
}

void track_forget(struct track *track, size_t index)
{
    struct tracked_host *host = &track->hosts[index];
    for (size_t probe = 0; probe < probe_count(); probe++)
        feed_forget(track, &host->feeds[probe]);
    json_decref(host->status);
    json_decref(host->facts);
    host->status = host->facts = NULL;
    host->status_ms = 0;
}

static void forget(struct track *track)
{
    for (size_t i = 0; i < track->host_count; i++)
        track_forget(track, i);
    json_decref(track->ahead);
    track->ahead = NULL;
}

void track_free(struct track *track)
{
    if (track == NULL)
        return;
    forget(track);
    for (size_t i = 0; i < track->host_count; i++)
        free(track->hosts[i].feeds);
    free(track->hosts);
    cursor_dispose(&track->cursor);
    err_list_dispose(&track->notes);
    free(track);
}

size_t track_host_count(const struct track *track)
{
    return track->host_count;
}

int64_t track_rewind(struct track *track, int64_t t_ms)
{
    forget(track);
    cursor_seek(&track->cursor, track->recording, t_ms);
    track->followed_ms = cursor_segment_ms(&track->cursor);
    return cursor_segment_ms(&track->cursor);
}

const struct err_list *track_notes(const struct track *track)
{
    return &track->notes;
}

static void note_once(struct track *track, const char *text)
{
    if (track->notes.count >= NOTES_MAX)
        return;
    for (size_t i = 0; i < track->notes.count; i++)
        if (strcmp(track->notes.texts[i], text) == 0)
            return;
    err_list_add(&track->notes, "%s", text);
}

static void note_columns(struct track *track, struct tracked_feed *feed, const struct probe *probe)
{
    struct str names = {0};
    if (feed->said)
        return;
    feed->said = true;
    rows_strangers(&feed->rows[0], probe->schema, &names);
    if (names.len > 0) {
        char *text =
            mem_printf(_("the recording has columns of %s that this version does not know: "
                         "%.300s"),
                       probe->schema->name, str_text(&names));
        note_once(track, text);
        free(text);
    }
    str_dispose(&names);
}

// What is kept of a line: its words and figures, without the tables, and nothing that only a
// stranger would put there.
static json_t *scalars_of(json_t *line)
{
    json_t *kept = json_object();
    const char *key;
    json_t *value;
    json_object_foreach(line, key, value)
    {
        bool small = !json_is_object(value) && !json_is_array(value) &&
                     json_string_length(value) < TEXT_MOST;
        if (small && json_object_size(kept) < SCALARS_MOST)
            json_object_set(kept, key, value);
    }
    return kept;
}

static bool follow_table(struct track *track, struct rows *rows, const json_t *reading,
                         struct err *err)
{
    track->cells -= rows_cells(rows);
    bool ok = rows_follow(rows, reading, err);
    track->cells += rows_cells(rows);
    return ok && (track->cells <= CELLS_MOST || err_set(err, "it is more than can be held"));
}

static bool follow_tables(struct track *track, struct tracked_feed *feed, const struct probe *probe,
                          const json_t *tables)
{
    size_t i;
    const json_t *reading;
    json_array_foreach(tables, i, reading)
    {
        struct err err = {0};
        if (i >= VARIANTS_MAX)
            return false;
        if (!json_is_null(reading) && !follow_table(track, &feed->rows[i], reading, &err)) {
            char *text = mem_printf(_("%s of the recording: %s"), probe->schema->name, err.text);
            note_once(track, text);
            free(text);
            return false;
        }
    }
    feed->variants = json_array_size(tables);
    note_columns(track, feed, probe);
    return true;
}

static struct track_event follow_reading(struct track *track, size_t index, json_t *line)
{
    struct track_event event = {.word = TRACK_OTHER, .host = index};
    const char *name = json_string_value(json_object_get(line, "p"));
    event.probe = name != NULL ? probe_find(name) : NULL;
    if (event.probe == NULL) {
        char *text =
            mem_printf(_("the recording has readings that this version does not know: %.60s"),
                       name != NULL ? name : "?");
        note_once(track, text);
        free(text);
        return event;
    }
    struct tracked_feed *feed = &track->hosts[index].feeds[probe_index(event.probe)];
    const json_t *tables = json_object_get(line, "tables");
    bool known = feed->line != NULL;
    if (tables != NULL && !follow_tables(track, feed, event.probe, tables)) {
        feed_forget(track, feed); // up to the next whole reading nothing is known
        event.word = TRACK_READING;
        return event;
    }
    size_t critical = feed->variants > 0 ? rows_critical(&feed->rows[0]) : 0;
    event.worse = known && critical > feed->critical && event.probe->pane;
    event.word = TRACK_READING;
    event.critical = critical;
    event.before = feed->critical;
    feed->critical = critical;
    json_decref(feed->line);
    feed->line = scalars_of(line);
    return event;
}

static enum host_state_word state_word(const json_t *status)
{
    const char *text = json_string_value(json_object_get(status, "state"));
    for (int word = HOST_DISABLED; text != NULL && word <= HOST_DOWN; word++)
        if (strcmp(host_state_text((enum host_state_word)word), text) == 0)
            // Nobody is there to answer what the host asked then.
            return word == HOST_ASKING ? HOST_CONNECTING : (enum host_state_word)word;
    return HOST_CONNECTING;
}

static bool is_lost(const json_t *status)
{
    enum host_state_word word = state_word(status);
    return word == HOST_RETRYING || word == HOST_DOWN;
}

static struct track_event follow(struct track *track, json_t *line, int64_t t_ms)
{
    struct track_event event = {.word = TRACK_OTHER};
    const json_t *place = json_object_get(line, "h");
    json_int_t index = json_integer_value(place);
    if (!json_is_integer(place) || index < 0 || index >= (json_int_t)track->host_count)
        return event;
    struct tracked_host *host = &track->hosts[index];
    if (json_object_get(line, "p") != NULL)
        return follow_reading(track, (size_t)index, line);
    event.host = (size_t)index;
    if (json_object_get(line, "state") != NULL) {
        event.word = TRACK_STATUS;
        event.worse = host->status != NULL && is_lost(line) && !is_lost(host->status);
        json_decref(host->status);
        host->status = scalars_of(line);
        host->status_ms = t_ms;
    } else if (json_is_string(json_object_get(line, "facts")) &&
               json_string_length(json_object_get(line, "facts")) < FACTS_MOST) {
        event.word = TRACK_FACTS;
        json_decref(host->facts);
        host->facts = json_incref(json_object_get(line, "facts"));
    }
    return event;
}

static json_t *read_ahead(struct track *track)
{
    json_t *line = cursor_next(&track->cursor);
    if (track->cursor.damaged != NULL) {
        char *text = mem_printf(_("%s is damaged; what cannot be read of it is left out"),
                                track->cursor.damaged);
        note_once(track, text);
        free(text);
    }
    track->cursor.damaged = NULL;
    return line;
}

struct track_event track_next(struct track *track, int64_t until_ms)
{
    if (track->ahead == NULL)
        track->ahead = read_ahead(track);
    if (track->ahead == NULL)
        return (struct track_event){.word = TRACK_NOTHING};
    int64_t t_ms = json_integer_value(json_object_get(track->ahead, "t"));
    if (t_ms > until_ms)
        return (struct track_event){.word = TRACK_NOTHING};
    json_t *line = track->ahead;
    track->ahead = NULL;
    track->followed_ms = t_ms;
    struct track_event event = follow(track, line, t_ms);
    event.t_ms = t_ms;
    json_decref(line);
    return event;
}

static void time_of_day(int64_t wall_ms, char out[16])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm = {0};
    localtime_r(&seconds, &tm);
    strftime(out, 16, "%H:%M:%S", &tm);
}

bool track_in_gap(struct track *track, int64_t t_ms, struct err *why)
{
    int64_t from_ms = track->followed_ms, to_ms = recording_end_ms(track->recording);
    int64_t start_ms = recording_start_wall_ms(track->recording);
    char from[16], to[16];
    if (track->ahead != NULL)
        to_ms = json_integer_value(json_object_get(track->ahead, "t"));
    if (to_ms - from_ms <= GAP_MS || t_ms - from_ms <= GAP_BEGINS_MS)
        return false;
    time_of_day(start_ms + from_ms, from);
    time_of_day(start_ms + to_ms, to);
    err_set(why, "the recording has a gap: nothing is kept from %s to %s", from, to);
    note_once(track, why->text);
    return true;
}

static void copy_text(const json_t *line, const char *key, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(line, key));
    snprintf(out, size, "%s", text != NULL ? text : "");
}

static int64_t number(const json_t *line, const char *key, int64_t fallback)
{
    const json_t *value = json_object_get(line, key);
    int64_t integer = json_integer_value(value);
    bool sane =
        json_is_integer(value) && integer > -(INT64_C(1) << 52) && integer < INT64_C(1) << 52;
    return sane ? integer : fallback;
}

// The newest reading that succeeded, in t; INT64_MIN: none did.
static int64_t newest_ms(const struct tracked_host *host)
{
    int64_t newest = INT64_MIN;
    for (size_t i = 0; i < probe_count(); i++) {
        const struct tracked_feed *feed = &host->feeds[i];
        int64_t read = feed->variants > 0 ? number(feed->line, "read", INT64_MIN) : INT64_MIN;
        if (!probes[i]->local && read > newest)
            newest = read;
    }
    return newest;
}

void track_status(const struct track *track, size_t index, int64_t t_ms, struct host_status *out)
{
    const struct tracked_host *host = &track->hosts[index];
    *out = (struct host_status){.word = state_word(host->status), .newest_age_ms = -1};
    out->link.rtt_ms = number(host->status, "rtt_ms", -1);
    out->link.up = out->word == HOST_LIVE || out->word == HOST_STALE;
    out->link.stage = out->link.up ? LINK_STAGE_READY : LINK_STAGE_CONNECT;
    int64_t passed_ms = t_ms - host->status_ms, retry_ms = number(host->status, "retry_in_ms", 0);
    int64_t age_ms = number(host->status, "age_ms", -1);
    out->retry_in_ms = retry_ms > 0 && retry_ms > passed_ms ? retry_ms - passed_ms : 0;
    out->newest_age_ms = age_ms >= 0 ? age_ms + passed_ms : -1;
    copy_text(host->status, "error", out->error, sizeof out->error);
    copy_text(host->status, "peer", out->link.peer, sizeof out->link.peer);
    copy_text(host->status, "notes", out->link.notes, sizeof out->link.notes);
    int64_t read = newest_ms(host);
    if (read != INT64_MIN)
        out->newest_age_ms = t_ms > read ? t_ms - read : 0;
}

struct snapshot *track_snapshot(const struct track *track, size_t index, const struct probe *probe)
{
    const struct tracked_feed *feed = &track->hosts[index].feeds[probe_index(probe)];
    const json_t *line = feed->line;
    if (line == NULL)
        return NULL;
    struct snapshot *snapshot = snapshot_new();
    snapshot->table_count = feed->variants;
    snapshot->tables = mem_array(feed->variants + 1, sizeof *snapshot->tables);
    for (size_t i = 0; i < feed->variants; i++)
        snapshot->tables[i] = rows_table(&feed->rows[i], probe->schema);
    int64_t read = number(line, "read", 0);
    snapshot->read_mono_ms = TRACK_MONO_MS + read;
    snapshot->read_wall_ms = recording_start_wall_ms(track->recording) + read;
    snapshot->took_us = number(line, "took_us", 0);
    snapshot->period_ms = number(line, "period_ms", NEVER_DUE_MS);
    snapshot->attempts = (uint64_t)number(line, "attempts", 1);
    snapshot->fallback = json_is_true(json_object_get(line, "fallback"));
    snapshot->settling = json_is_true(json_object_get(line, "settling"));
    snapshot->loading = json_is_true(json_object_get(line, "loading"));
    int64_t pct = number(line, "pct", -1);
    snapshot->progress_pct = pct >= 0 && pct <= 100 ? (int)pct : -1;
    copy_text(line, "source", snapshot->source, sizeof snapshot->source);
    copy_text(line, "note", snapshot->note, sizeof snapshot->note);
    copy_text(line, "blind", snapshot->blind, sizeof snapshot->blind);
    copy_text(line, "error", snapshot->error, sizeof snapshot->error);
    copy_text(line, "progress", snapshot->progress, sizeof snapshot->progress);
    return snapshot;
}

const char *track_facts(const struct track *track, size_t host)
{
    return json_string_value(track->hosts[host].facts);
}
