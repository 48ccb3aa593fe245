// SPDX-License-Identifier: MIT

// Call figures per gateway from call records that come once: sums in time buckets, from which every
// window is a short addition.
#ifndef PROBE_CDR_BUCKETS_H
#define PROBE_CDR_BUCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probe/cdr_reasons.h"

enum gateway_kind { GATEWAY_ROUTING, GATEWAY_MAPPING, GATEWAY_KINDS };

enum cdr_window { CDR_5M, CDR_15M, CDR_1H, CDR_TODAY, CDR_WINDOWS };

// What one call record says of one of its two gateways.
struct cdr_attempt {
    int64_t stop_ms; // epoch ms by the host's clock: what places it in a window
    int64_t talk_s;  // > 0: answered
    int64_t pdd_ms;  // -1: unknown
    int64_t reason;  // end reason; CDR_REASON_UNKNOWN
};

struct cdr_figures {
    uint64_t attempts;
    uint64_t answered;
    uint64_t effective; // answered, or ended by the called party: what NER counts
    uint64_t talk_s;
    uint64_t pdd_calls; // attempts whose PDD is known
    uint64_t pdd_ms;    // their sum
};

// One thread at a time. The windows reach back from the host's time last set; their beginnings are
// rounded down to 10 s (today: to the minute).
struct cdr_buckets;

// effective_reasons: end reasons of unanswered attempts that count as effective (NER); copied.
struct cdr_buckets *cdr_buckets_new(const int64_t *effective_reasons, size_t reason_count);
void cdr_buckets_free(struct cdr_buckets *buckets);
void cdr_buckets_clear(struct cdr_buckets *buckets);

// Where the host's time stands and when its day began (epoch ms). A new day empties the end
// reasons and what was left out.
void cdr_buckets_set_time(struct cdr_buckets *buckets, int64_t now_ms, int64_t day_began_ms);
int64_t cdr_buckets_window_begin(const struct cdr_buckets *buckets, enum cdr_window window);

// Attempts that no window can hold (older than all, or more than ten minutes in the future) and
// those of gateways beyond the bound of 5,000 names are left out; see cdr_buckets_left_out().
void cdr_buckets_add(struct cdr_buckets *buckets, enum gateway_kind kind, const char *name,
                     size_t name_len, const struct cdr_attempt *attempt);

// Gateways in the order in which they were first seen. The index is stable until the
// next day or a clear.
size_t cdr_buckets_count(const struct cdr_buckets *buckets);
const char *cdr_buckets_name(const struct cdr_buckets *buckets, size_t gateway,
                             enum gateway_kind *kind);
// The index of a gateway, or -1.
long cdr_buckets_find(const struct cdr_buckets *buckets, enum gateway_kind kind, const char *name,
                      size_t name_len);

// The figures of all windows in one pass, and the attempts that ended in the last minute (60 s and
// what has passed of the running 10 s; *last_minute_s says how long that was).
void cdr_buckets_figures(const struct cdr_buckets *buckets, size_t gateway,
                         struct cdr_figures out[CDR_WINDOWS], uint64_t *last_minute,
                         double *last_minute_s);

// Why the attempts in a window ended, most frequent first: at most 48 reasons of a gateway, and the
// rest under CDR_REASON_UNKNOWN. The number of them.
size_t cdr_buckets_reasons(const struct cdr_buckets *buckets, size_t gateway,
                           enum cdr_window window, struct cdr_reason out[CDR_REASONS_MAX + 1]);

// The last 60 whole minutes, oldest first; the running one is left out, which would look like a
// fall.
#define CDR_HOUR_MINUTES 60
void cdr_buckets_hour(const struct cdr_buckets *buckets, size_t gateway,
                      struct cdr_figures out[CDR_HOUR_MINUTES]);

struct cdr_left_out {
    uint64_t future;   // more than ten minutes ahead of the host's clock
    uint64_t gateways; // beyond the bound of names
};
struct cdr_left_out cdr_buckets_left_out(const struct cdr_buckets *buckets);
size_t cdr_buckets_bytes(const struct cdr_buckets *buckets);

#endif
