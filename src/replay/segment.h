// SPDX-License-Identifier: MIT

// The files of a recording as they are written: compressed lines, on the disk every few seconds.
#ifndef REPLAY_SEGMENT_H
#define REPLAY_SEGMENT_H

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"

struct segments;

// The folder is made (0700) where there is none; one that holds a recording is refused. Nothing is
// written yet. most_bytes: the oldest segments go when all together are larger; 0: no limit.
struct segments *segments_open(const char *folder, int64_t most_bytes, struct err *err);
void segments_free(struct segments *segments); // what was not ended stays as it is

// Ends the segment that is open and begins the next one.
bool segments_next(struct segments *segments, struct err *err);
// Writes a line into the open segment; takes the reference.
bool segments_write(struct segments *segments, json_t *line, struct err *err);
// From here on it survives the death of this program.
bool segments_flush(struct segments *segments, struct err *err);
bool segments_end(struct segments *segments, struct err *err);

int64_t segments_size(const struct segments *segments);      // all of them, as of the last flush
int64_t segments_open_size(const struct segments *segments); // the one that is open
unsigned segments_dropped(const struct segments *segments);  // gone to keep the limit

#endif
