// SPDX-License-Identifier: MIT

// Writes down what a fleet publishes, as it does; see format.h. One thread.
#ifndef REPLAY_RECORDER_H
#define REPLAY_RECORDER_H

#include "fleet/fleet.h"

struct recorder;

struct recorder_options {
    bool mask;          // pseudonyms for addresses and numbers (mask.h)
    int64_t most_bytes; // the oldest minutes go when the folder is larger; 0: no limit
    int64_t every_ms;   // a pane's readings are kept at most so often; 0: all of them
};

// The folder is made where there is none; one that holds a recording is refused. The fleet must
// outlive the recorder.
struct recorder *recorder_open(const char *folder, const struct config *config, struct fleet *fleet,
                               const struct recorder_options *options, struct err *err);
// Writes what is new since the last time, and keeps it safe from this program's end.
bool recorder_take(struct recorder *recorder, struct err *err);
// What a host said to the script of [facts]; written when it is new. The text is copied.
void recorder_take_facts(struct recorder *recorder, size_t host, const char *text, size_t len);
bool recorder_end(struct recorder *recorder, struct err *err);
void recorder_free(struct recorder *recorder);

struct recorder_progress {
    int64_t for_ms, bytes;
    uint64_t readings;
    unsigned dropped; // segments that went to keep the limit
};
struct recorder_progress recorder_progress(const struct recorder *recorder);

#endif
