// SPDX-License-Identifier: MIT

// The packets that one source sent, written to a pcap file of bounded size and time.
#ifndef METER_EVIDENCE_H
#define METER_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/err.h"

// Shared by reference: the meter that feeds it holds one, who started it another.
struct evidence;

struct evidence_options {
    const char *path; // a new file, mode 0600
    struct address source;
    int64_t bytes_max; // of the file; 0: no bound
    int64_t for_ms;    // on this machine's monotonic clock, from now on; 0: no bound
};

struct evidence_state {
    bool ended;
    bool failed; // the file is not whole
    int64_t packets, bytes;
    char why[128]; // once ended: "60 s are over", "the limit of 10 MiB is reached", …
};

// NULL and a sentence when the file cannot be made, or is there already.
struct evidence *evidence_new(const struct evidence_options *options, struct err *err);
struct evidence *evidence_ref(struct evidence *evidence);
// The last one ends the file and frees. NULL is allowed.
void evidence_unref(struct evidence *evidence);

const char *evidence_path(const struct evidence *evidence);
const struct address *evidence_source(const struct evidence *evidence);

// One frame of the source, as captured: the feeding thread only. Allocates nothing but for the
// first one. False: it has ended, nothing more is taken.
bool evidence_feed(struct evidence *evidence, int linktype, int64_t time_us, const uint8_t *frame,
                   uint32_t caplen, uint32_t len);

// Ends it when its time is over. Any thread, now and then; false: it has ended.
bool evidence_tick(struct evidence *evidence);

// Ends the file now, or with the frame that is just being written. Any thread.
void evidence_stop(struct evidence *evidence, const char *why);

void evidence_get(struct evidence *evidence, struct evidence_state *out);

#endif
