// SPDX-License-Identifier: MIT

// What was known at one time of a recording, followed line by line. One thread.
#ifndef REPLAY_TRACK_H
#define REPLAY_TRACK_H

#include "fleet/fleet.h"
#include "replay/recording.h"

// Monotonic times of what is shown are this and t, so that readings from before the recording are
// not before the clock.
#define TRACK_MONO_MS INT64_C(1000000000)

struct track;

// The hosts are those of the header, in its order.
struct track *track_new(struct recording *recording);
void track_free(struct track *track);
size_t track_host_count(const struct track *track);

// Nothing is known of this host; what track_rewind() does of all, which takes long where there are
// many.
void track_forget(struct track *track, size_t host);
// To a place from which t can be reached by going on; nothing is known there. Returns that place's
// t.
int64_t track_rewind(struct track *track, int64_t t_ms);

enum track_word {
    TRACK_NOTHING, // no line up to that time is left
    TRACK_STATUS,
    TRACK_READING,
    TRACK_FACTS,
    TRACK_OTHER, // a line that says nothing of a host
};
struct track_event {
    enum track_word word;
    int64_t t_ms;
    size_t host;
    const struct probe *probe; // TRACK_READING
    bool worse;                // there is more that is critical than there was before
    size_t critical, before;   // rows of the reading that are critical, and that were
};
// Follows the next line that is not after until_ms.
struct track_event track_next(struct track *track, int64_t until_ms);

// Whether the recorder kept nothing around t, which the lines were followed up to: a file of the
// recording is missing or cut off. The gap is told once in the notes.
bool track_in_gap(struct track *track, int64_t t_ms, struct err *why);

// As of the lines followed.
// Ages and pauses are as of t.
void track_status(const struct track *track, size_t host, int64_t t_ms, struct host_status *out);
// NULL: not read yet. One reference, the caller's.
struct snapshot *track_snapshot(const struct track *track, size_t host, const struct probe *probe);
const char *track_facts(const struct track *track, size_t host); // NULL: not known

// What of the recording this program does not know: probes, columns. Heap sentences.
const struct err_list *track_notes(const struct track *track);

#endif
