// SPDX-License-Identifier: MIT

// A recording as it is read: its segments, its hosts, its lines one after the other. What stands in
// it may come from anybody. One thread.
#ifndef REPLAY_RECORDING_H
#define REPLAY_RECORDING_H

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"

struct recording;

// NULL and err: there is no recording in the folder, or it is of a later version. Segments that
// cannot be read are said in notes, and the others are played.
struct recording *recording_open(const char *folder, struct err_list *notes, struct err *err);
void recording_free(struct recording *recording);

const json_t *recording_header(const struct recording *recording);  // of the first segment
int64_t recording_start_wall_ms(const struct recording *recording); // epoch ms of t = 0
int64_t recording_begin_ms(const struct recording *recording);      // t of what is there first
int64_t recording_end_ms(const struct recording *recording);        // t of the last whole line

// How far before t reading is to begin, so that it does not begin more than most_ms before it, nor
// at more than most_bytes of whole segments before that of t.
int64_t recording_lead_ms(const struct recording *recording, int64_t t_ms, int64_t most_ms,
                          int64_t most_bytes);

struct lines;

// Where somebody reads.
struct cursor {
    struct recording *recording;
    size_t segment;
    struct lines *lines; // of the segment; NULL: not read yet
    const char
        *damaged; // the path of one that could not be read to its end; whoever tells clears it
};

// To the beginning of the last segment that begins at t or before it.
void cursor_seek(struct cursor *cursor, struct recording *recording, int64_t t_ms);
// The next line as an object (a new reference); NULL: there is none. Lines that are not understood
// are passed over.
json_t *cursor_next(struct cursor *cursor);
// t of the segment that is read.
int64_t cursor_segment_ms(const struct cursor *cursor);
void cursor_dispose(struct cursor *cursor);

#endif
