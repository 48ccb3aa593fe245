// SPDX-License-Identifier: MIT

// The record numbers of one CDR table's last few minutes, so that a record that is written late is
// found and none is counted twice.
#ifndef PROBE_CDR_TAIL_H
#define PROBE_CDR_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CDR_TAIL_MARKS 32
// More numbers than this are not remembered (2 MiB): the lower half is settled early.
#define CDR_TAIL_MOST 262144

// Zero-initialised with cdr_tail_reset.
struct cdr_tail {
    int64_t floor; // numbers up to here are settled: never counted again
    int64_t *seen; // ascending, all above the floor
    size_t count, cap;
    struct {
        int64_t time_ms, high;
    } marks[CDR_TAIL_MARKS]; // how high the numbers reached at what time; a ring
    size_t mark_first, mark_count;
};

void cdr_tail_reset(struct cdr_tail *tail, int64_t floor);
void cdr_tail_dispose(struct cdr_tail *tail);

// True when the number is new: count its record. False: seen already, or settled.
bool cdr_tail_add(struct cdr_tail *tail, int64_t number);

// The highest number seen (the floor when there is none above it).
int64_t cdr_tail_high(const struct cdr_tail *tail);

// Settles what was reached keep_ms before now_ms (monotonic).
void cdr_tail_age(struct cdr_tail *tail, int64_t now_ms, int64_t keep_ms);

// Whether a number between the floor and the highest seen is missing, so that a late record can be.
bool cdr_tail_has_gap(const struct cdr_tail *tail);

#endif
