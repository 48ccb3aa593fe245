// SPDX-License-Identifier: MIT

// Why a gateway's calls ended, counted per window: each reason in its own buckets of ten seconds.
#ifndef PROBE_CDR_REASONS_H
#define PROBE_CDR_REASONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CDR_REASON_UNKNOWN INT64_MIN
#define CDR_REASONS_MAX    48 // and the rest under CDR_REASON_UNKNOWN

struct cdr_reason {
    int64_t code;
    uint64_t count;
};

struct reason_line;

// Zero-initialised it is empty.
struct cdr_reasons {
    struct reason_line *lines;
    size_t count, cap;
};

void cdr_reasons_dispose(struct cdr_reasons *reasons);
// A new day: forgets its counts, and the buckets of times before before_ms.
void cdr_reasons_begin_day(struct cdr_reasons *reasons, int64_t before_ms);

// recent: the time lies in a window shorter than the day; today: it lies in the day.
void cdr_reasons_add(struct cdr_reasons *reasons, int64_t code, int64_t stop_ms, bool recent,
                     bool today);

// Those that occurred in [from_ms, to_ms), both multiples of ten seconds and at most 80 minutes
// apart, most frequent first; from_ms < 0: in the day. The number of them.
size_t cdr_reasons_between(const struct cdr_reasons *reasons, int64_t from_ms, int64_t to_ms,
                           struct cdr_reason out[CDR_REASONS_MAX + 1]);

size_t cdr_reasons_bytes(const struct cdr_reasons *reasons);

#endif
