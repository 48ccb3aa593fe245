// SPDX-License-Identifier: MIT

// Segments found by their names, read one at a time, and only as far as they are whole.
#include "replay/recording.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "replay/format.h"
#include "replay/lines.h"

#define HEADER_MOST   (8u << 20)  // a thousand hosts with long lists of trusted networks
#define UNUSABLE_MOST 1000        // lines in a row that say nothing: no recorder wrote this file
#define LINE_MOST     (64u << 20) // two hundred thousand rows
#define NAME_BYTES    15          // 000001.jsonl.gz
#define T_MOST        (INT64_C(1000) * 86400 * 3650)
#define START_MOST    INT64_C(253402300800000) // the year 10000

struct recorded_segment {
    char *path;
    int64_t t_ms, bytes;
};

struct recording {
    struct recorded_segment *segments;
    size_t count, cap;
    json_t *header;
    int64_t start_wall_ms, end_ms;
};

static bool is_below(const json_t *number, int64_t most)
{
    return json_is_integer(number) && json_integer_value(number) >= 0 &&
           json_integer_value(number) < most;
}

static bool is_time(const json_t *t)
{
    return is_below(t, T_MOST);
}

static bool is_header(const json_t *line)
{
    const char *what = json_string_value(json_object_get(line, "nocdesk"));
    return what != NULL && strcmp(what, FORMAT_NAME) == 0 &&
           json_is_integer(json_object_get(line, "version")) &&
           is_below(json_object_get(line, "start_ms"), START_MOST) &&
           json_is_array(json_object_get(line, "hosts")) && is_time(json_object_get(line, "t"));
}

static json_t *read_header(const char *path)
{
    struct lines *lines = lines_open(path, HEADER_MOST);
    size_t len;
    const char *line = lines_next(lines, &len);
    json_t *header = line != NULL ? json_loadb(line, len, 0, NULL) : NULL;
    lines_close(lines);
    if (header != NULL && !is_header(header)) {
        json_decref(header);
        header = NULL;
    }
    return header;
}

static int64_t size_of(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? info.st_size : 0;
}

static int is_segment(const struct dirent *entry)
{
    size_t digits = strspn(entry->d_name, "0123456789");
    return digits == NAME_BYTES - strlen(".jsonl.gz") && strlen(entry->d_name) == NAME_BYTES &&
           strcmp(entry->d_name + digits, ".jsonl.gz") == 0;
}

// Two recordings in one folder have two beginnings.
static bool goes_on(const struct recording *recording, const json_t *header)
{
    if (recording->header == NULL)
        return true;
    int64_t before_ms = recording->segments[recording->count - 1].t_ms;
    return json_integer_value(json_object_get(header, "start_ms")) == recording->start_wall_ms &&
           json_integer_value(json_object_get(header, "t")) >= before_ms;
}

static bool take_segment(struct recording *recording, char *path, struct err_list *notes,
                         struct err *err)
{
    json_t *header = read_header(path);
    json_int_t version = json_integer_value(json_object_get(header, "version"));
    if (header == NULL) {
        err_list_add(notes, "%s cannot be read; what it holds is left out", path);
        free(path);
        return true;
    }
    if (version > FORMAT_VERSION) {
        json_decref(header);
        err_set(err,
                "%s was written by a later nocdesk (version %lld of the format, this one "
                "reads up to %d)",
                path, (long long)version, FORMAT_VERSION);
        free(path);
        return false;
    }
    if (!goes_on(recording, header)) {
        err_list_add(notes, "%s is of another recording; what it holds is left out", path);
        json_decref(header);
        free(path);
        return true;
    }
    struct recorded_segment *segment = mem_push(&recording->segments, &recording->count,
                                                &recording->cap, sizeof *recording->segments);
    *segment = (struct recorded_segment){path, json_integer_value(json_object_get(header, "t")),
                                         size_of(path)};
    if (recording->header == NULL) {
        recording->header = header;
        recording->start_wall_ms = json_integer_value(json_object_get(header, "start_ms"));
    } else {
        json_decref(header);
    }
    return true;
}

// The time of a line. Most say it where the recorder writes it; only the others are parsed.
static bool time_of_line(const char *line, size_t len, int64_t *t_ms)
{
    static const char first[] = "{\"t\":";
    char *end = NULL;
    if (strncmp(line, first, sizeof first - 1) == 0 && line[len - 1] == '}') {
        *t_ms = strtoll(line + sizeof first - 1, &end, 10);
        if ((*end == ',' || *end == '}') && *t_ms >= 0 && *t_ms < T_MOST)
            return true;
    }
    json_t *object = json_loadb(line, len, 0, NULL);
    const json_t *t = json_object_get(object, "t");
    bool ok = is_time(t);
    *t_ms = json_integer_value(t);
    json_decref(object);
    return ok;
}

// The time of the last line that is whole.
static int64_t find_end(const struct recording *recording)
{
    struct lines *lines = lines_open(recording->segments[recording->count - 1].path, LINE_MOST);
    int64_t end_ms = recording_begin_ms(recording), t_ms;
    size_t len;
    int unusable = 0;
    for (const char *line; unusable < UNUSABLE_MOST && (line = lines_next(lines, &len)) != NULL;) {
        bool timed = time_of_line(line, len, &t_ms);
        unusable = timed ? 0 : unusable + 1;
        if (timed && t_ms > end_ms)
            end_ms = t_ms;
    }
    lines_close(lines);
    return end_ms;
}

struct recording *recording_open(const char *folder, struct err_list *notes, struct err *err)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_segment, alphasort);
    struct recording *recording = mem_alloc(sizeof *recording);
    bool ok = count >= 0 || err_set(err, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        if (ok)
            ok = take_segment(recording, mem_printf("%s/%s", folder, entries[i]->d_name), notes,
                              err);
        free(entries[i]);
    }
    free(entries);
    if (ok && recording->count == 0)
        ok = err_set(err, "%s holds no recording; nocdesk record %s makes one", folder, folder);
    if (!ok) {
        recording_free(recording);
        return NULL;
    }
    recording->end_ms = find_end(recording);
    return recording;
}

void recording_free(struct recording *recording)
{
    if (recording == NULL)
        return;
    for (size_t i = 0; i < recording->count; i++)
        free(recording->segments[i].path);
    free(recording->segments);
    json_decref(recording->header);
    free(recording);
}

const json_t *recording_header(const struct recording *recording)
{
    return recording->header;
}

int64_t recording_start_wall_ms(const struct recording *recording)
{
    return recording->start_wall_ms;
}

int64_t recording_begin_ms(const struct recording *recording)
{
    return recording->segments[0].t_ms;
}

int64_t recording_end_ms(const struct recording *recording)
{
    return recording->end_ms;
}

static size_t segment_at(const struct recording *recording, int64_t t_ms)
{
    size_t segment = 0;
    while (segment + 1 < recording->count && recording->segments[segment + 1].t_ms <= t_ms)
        segment++;
    return segment;
}

int64_t recording_lead_ms(const struct recording *recording, int64_t t_ms, int64_t most_ms,
                          int64_t most_bytes)
{
    size_t segment = segment_at(recording, t_ms);
    int64_t bytes = 0;
    while (segment > 0 && recording->segments[segment].t_ms > t_ms - most_ms) {
        bytes += recording->segments[segment - 1].bytes;
        if (bytes > most_bytes)
            return t_ms - recording->segments[segment].t_ms;
        segment--;
    }
    return most_ms;
}

static void cursor_enter(struct cursor *cursor, size_t segment)
{
    lines_close(cursor->lines);
    cursor->lines = NULL;
    cursor->segment = segment;
}

void cursor_seek(struct cursor *cursor, struct recording *recording, int64_t t_ms)
{
    cursor->recording = recording;
    cursor_enter(cursor, segment_at(recording, t_ms));
}

// NULL: the segment has no more.
static const char *next_line(struct cursor *cursor, size_t *len)
{
    const struct recording *recording = cursor->recording;
    const char *path = recording->segments[cursor->segment].path;
    if (cursor->lines == NULL)
        cursor->lines = lines_open(path, LINE_MOST);
    const char *line = lines_next(cursor->lines, len);
    if (line != NULL)
        return line;
    enum lines_end end = lines_end(cursor->lines);
    // The last one ends where its recorder was killed.
    bool last = cursor->segment + 1 == recording->count;
    if (end == LINES_DAMAGED || (end == LINES_CUT_OFF && !last))
        cursor->damaged = path;
    return NULL;
}

json_t *cursor_next(struct cursor *cursor)
{
    for (int unusable = 0;;) {
        size_t len;
        const char *line = next_line(cursor, &len);
        if (line == NULL && cursor->segment + 1 >= cursor->recording->count)
            return NULL;
        if (line == NULL) {
            cursor_enter(cursor, cursor->segment + 1);
            unusable = 0;
            continue;
        }
        json_t *object = json_loadb(line, len, 0, NULL);
        if (json_is_object(object) && is_time(json_object_get(object, "t")))
            return object;
        json_decref(object);
        if (++unusable < UNUSABLE_MOST)
            continue;
        cursor->damaged = cursor->recording->segments[cursor->segment].path;
        if (cursor->segment + 1 >= cursor->recording->count) {
            lines_give_up(cursor->lines);
            return NULL;
        }
        cursor_enter(cursor, cursor->segment + 1);
        unusable = 0;
    }
}

int64_t cursor_segment_ms(const struct cursor *cursor)
{
    return cursor->recording->segments[cursor->segment].t_ms;
}

void cursor_dispose(struct cursor *cursor)
{
    lines_close(cursor->lines);
    *cursor = (struct cursor){0};
}
