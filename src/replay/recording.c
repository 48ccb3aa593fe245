// SPDX-License-Identifier: MIT

// Segments found by their names, inflated one at a time, and only as far as they are whole.
#include "replay/recording.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "replay/format.h"

#define CHUNK_BYTES  65536
#define HEADER_MOST  (8u << 20)   // a thousand hosts with long lists of trusted networks
#define SEGMENT_MOST (256u << 20) // inflated; what is more is no five minutes of any host
#define NAME_BYTES   15           // 000001.jsonl.gz
#define T_MOST       (INT64_C(1000) * 86400 * 3650)
#define START_MOST   INT64_C(253402300800000) // the year 10000

struct recorded_segment {
    char *path;
    int64_t t_ms;
};

struct recording {
    struct recorded_segment *segments;
    size_t count, cap;
    json_t *header;
    int64_t start_wall_ms, end_ms;
};

enum inflated { INFLATED_WHOLE, INFLATED_CUT_OFF, INFLATED_DAMAGED };

static enum inflated inflated_as(gzFile file)
{
    int fault = Z_ERRNO;
    if (file != NULL)
        gzerror(file, &fault);
    return fault == Z_BUF_ERROR                     ? INFLATED_CUT_OFF
           : fault == Z_OK || fault == Z_STREAM_END ? INFLATED_WHOLE
                                                    : INFLATED_DAMAGED;
}

// As much of the file as can be read, or as far as the chunk in which its first line ends.
static enum inflated inflate_file(const char *path, size_t most, bool first_line, struct str *out)
{
    gzFile file = gzopen(path, "rbe");
    char *chunk = mem_alloc(CHUNK_BYTES);
    bool more = file != NULL;
    while (more && out->len < most) {
        int got = gzread(file, chunk, CHUNK_BYTES);
        if (got > 0)
            str_append_bytes(out, chunk, (size_t)got);
        more = got > 0 && !(first_line && memchr(chunk, '\n', (size_t)got) != NULL);
    }
    free(chunk);
    enum inflated as = inflated_as(file);
    if (file != NULL)
        gzclose_r(file);
    return as;
}

// The first line in [*at, len), which has an end; NULL when there is none. It is terminated in
// place.
static char *next_line(char *text, size_t len, size_t *at)
{
    char *end = *at < len ? memchr(text + *at, '\n', len - *at) : NULL;
    if (end == NULL)
        return NULL;
    char *line = text + *at;
    *end = '\0';
    *at = (size_t)(end - text) + 1;
    return line;
}

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
    struct str text = {0};
    size_t at = 0;
    json_t *header = NULL;
    inflate_file(path, HEADER_MOST, true, &text);
    const char *line = text.len > 0 ? next_line(text.text, text.len, &at) : NULL;
    if (line != NULL)
        header = json_loads(line, 0, NULL);
    str_dispose(&text);
    if (header != NULL && !is_header(header)) {
        json_decref(header);
        header = NULL;
    }
    return header;
}

static int is_segment(const struct dirent *entry)
{
    size_t digits = strspn(entry->d_name, "0123456789");
    return digits == NAME_BYTES - strlen(".jsonl.gz") && strlen(entry->d_name) == NAME_BYTES &&
           strcmp(entry->d_name + digits, ".jsonl.gz") == 0;
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
    struct recorded_segment *segment = mem_push(&recording->segments, &recording->count,
                                                &recording->cap, sizeof *recording->segments);
    *segment = (struct recorded_segment){path, json_integer_value(json_object_get(header, "t"))};
    if (recording->header == NULL) {
        recording->header = header;
        recording->start_wall_ms = json_integer_value(json_object_get(header, "start_ms"));
    } else {
        json_decref(header);
    }
    return true;
}

// The time of the last line that is whole.
static int64_t find_end(struct recording *recording)
{
    struct cursor cursor = {0};
    int64_t end_ms = recording_begin_ms(recording);
    cursor_seek(&cursor, recording, T_MOST);
    for (json_t *line; (line = cursor_next(&cursor)) != NULL; json_decref(line))
        if (json_integer_value(json_object_get(line, "t")) > end_ms)
            end_ms = json_integer_value(json_object_get(line, "t"));
    cursor_dispose(&cursor);
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

static void cursor_enter(struct cursor *cursor, size_t segment)
{
    free(cursor->text);
    cursor->text = NULL;
    cursor->len = cursor->at = 0;
    cursor->segment = segment;
}

void cursor_seek(struct cursor *cursor, struct recording *recording, int64_t t_ms)
{
    size_t segment = 0;
    while (segment + 1 < recording->count && recording->segments[segment + 1].t_ms <= t_ms)
        segment++;
    cursor->recording = recording;
    cursor_enter(cursor, segment);
}

static void cursor_load(struct cursor *cursor)
{
    struct str text = {0};
    const struct recording *recording = cursor->recording;
    const char *path = recording->segments[cursor->segment].path;
    enum inflated as = inflate_file(path, SEGMENT_MOST, false, &text);
    // The last one ends where its recorder was killed.
    bool last = cursor->segment + 1 == recording->count;
    if (as == INFLATED_DAMAGED || (as == INFLATED_CUT_OFF && !last))
        cursor->damaged = path;
    cursor->len = text.len;
    cursor->text = str_take(&text);
}

json_t *cursor_next(struct cursor *cursor)
{
    for (;;) {
        if (cursor->text == NULL)
            cursor_load(cursor);
        char *line = next_line(cursor->text, cursor->len, &cursor->at);
        if (line == NULL && cursor->segment + 1 >= cursor->recording->count)
            return NULL;
        if (line == NULL) {
            cursor_enter(cursor, cursor->segment + 1);
            continue;
        }
        json_t *object = json_loads(line, 0, NULL);
        if (json_is_object(object) && is_time(json_object_get(object, "t")))
            return object;
        json_decref(object);
    }
}

int64_t cursor_segment_ms(const struct cursor *cursor)
{
    return cursor->recording->segments[cursor->segment].t_ms;
}

void cursor_dispose(struct cursor *cursor)
{
    free(cursor->text);
    *cursor = (struct cursor){0};
}
