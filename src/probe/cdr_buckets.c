// SPDX-License-Identifier: MIT

// Time buckets per gateway: two rings of spans of 60 buckets (10 s wide for the sliding windows,
// one minute for the day), made when first needed, each with its own sum so that a window adds few
// numbers.
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "probe/cdr_buckets.h"

#define SPAN_BUCKETS  60LL
#define FINE_MS       10000LL
#define MINUTE_MS     60000LL
#define FUTURE_MAX_MS (10 * MINUTE_MS)
#define GATEWAYS_MAX  5000
// 70 minutes back and ten ahead of now; a day of 25 hours (the end of summer time), and one ahead.
#define FINE_SPANS     9
#define COARSE_SPANS   28
#define HISTORY_MAX_MS (26 * 60 * MINUTE_MS)

struct bucket {
    uint32_t attempts, answered, effective, pdd_calls;
    uint64_t talk_s, pdd_ms;
};

struct span {
    int64_t begin_ms;
    struct bucket sum;
    struct bucket buckets[SPAN_BUCKETS];
};

struct ring {
    struct span **spans; // by begin / length of a span, modulo the count; NULL: none yet
    size_t count;
    int64_t width_ms; // of a bucket
};

struct gateway {
    char *name;
    size_t name_len;
    uint64_t hash;
    enum gateway_kind kind;
    struct ring fine, coarse;
    struct cdr_reasons reasons;
};

struct cdr_buckets {
    int64_t now_ms, day_began_ms;
    int64_t *effective; // sorted
    size_t effective_count;
    struct gateway *gateways;
    size_t count, cap;
    uint32_t *index; // hash table of gateway number + 1; a power of two in size
    size_t index_size;
    struct cdr_left_out left_out;
    size_t span_count;
};

static const int64_t window_ms[CDR_WINDOWS] = {
    [CDR_5M] = 5 * MINUTE_MS,
    [CDR_15M] = 15 * MINUTE_MS,
    [CDR_1H] = 60 * MINUTE_MS,
    [CDR_TODAY] = 0, // since the day began
};

static struct ring ring_make(int64_t width_ms, size_t count)
{
    return (struct ring){mem_array(count, sizeof(struct span *)), count, width_ms};
}

static void ring_dispose(struct ring *ring)
{
    for (size_t i = 0; i < ring->count; i++)
        free(ring->spans[i]);
    free(ring->spans);
}

static void gateway_dispose(struct gateway *gateway)
{
    ring_dispose(&gateway->fine);
    ring_dispose(&gateway->coarse);
    free(gateway->name);
    cdr_reasons_dispose(&gateway->reasons);
}

static int compare_codes(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct cdr_buckets *cdr_buckets_new(const int64_t *effective_reasons, size_t reason_count)
{
    struct cdr_buckets *buckets = mem_alloc(sizeof *buckets);
    buckets->effective = mem_array(reason_count + 1, sizeof *buckets->effective);
    if (reason_count > 0)
        memcpy(buckets->effective, effective_reasons, reason_count * sizeof *effective_reasons);
    buckets->effective_count = reason_count;
    qsort(buckets->effective, reason_count, sizeof *buckets->effective, compare_codes);
    return buckets;
}

void cdr_buckets_clear(struct cdr_buckets *buckets)
{
    for (size_t i = 0; i < buckets->count; i++)
        gateway_dispose(&buckets->gateways[i]);
    free(buckets->gateways);
    free(buckets->index);
    buckets->gateways = NULL;
    buckets->index = NULL;
    buckets->count = buckets->cap = buckets->index_size = buckets->span_count = 0;
    buckets->left_out = (struct cdr_left_out){0};
}

void cdr_buckets_free(struct cdr_buckets *buckets)
{
    if (buckets == NULL)
        return;
    cdr_buckets_clear(buckets);
    free(buckets->effective);
    free(buckets);
}

static int64_t round_down(int64_t ms, int64_t width_ms)
{
    int64_t rest = ms % width_ms;
    return ms - (rest < 0 ? rest + width_ms : rest);
}

int64_t cdr_buckets_window_begin(const struct cdr_buckets *buckets, enum cdr_window window)
{
    if (window == CDR_TODAY)
        return round_down(buckets->day_began_ms, MINUTE_MS);
    return round_down(buckets->now_ms - window_ms[window], FINE_MS);
}

static uint64_t hash_gateway(enum gateway_kind kind, const char *name, size_t len)
{
    return hash_bytes(HASH_SEED + (uint64_t)kind, name, len);
}

// The place of this gateway in the index, or the free place where it belongs.
static size_t index_slot(const struct cdr_buckets *buckets, uint64_t hash, enum gateway_kind kind,
                         const char *name, size_t len)
{
    size_t mask = buckets->index_size - 1;
    size_t slot = hash & mask;
    for (; buckets->index[slot] != 0; slot = (slot + 1) & mask) {
        const struct gateway *gateway = &buckets->gateways[buckets->index[slot] - 1];
        if (gateway->hash == hash && gateway->kind == kind && gateway->name_len == len &&
            memcmp(gateway->name, name, len) == 0)
            break;
    }
    return slot;
}

// Makes the index anew from the gateways.
static void index_fill(struct cdr_buckets *buckets)
{
    if (buckets->index_size > 0)
        memset(buckets->index, 0, buckets->index_size * sizeof *buckets->index);
    for (size_t i = 0; i < buckets->count; i++) {
        const struct gateway *gateway = &buckets->gateways[i];
        size_t slot =
            index_slot(buckets, gateway->hash, gateway->kind, gateway->name, gateway->name_len);
        buckets->index[slot] = (uint32_t)(i + 1);
    }
}

static void index_grow(struct cdr_buckets *buckets)
{
    buckets->index_size = buckets->index_size == 0 ? 64 : buckets->index_size * 2;
    free(buckets->index);
    buckets->index = mem_array(buckets->index_size, sizeof *buckets->index);
    index_fill(buckets);
}

long cdr_buckets_find(const struct cdr_buckets *buckets, enum gateway_kind kind, const char *name,
                      size_t name_len)
{
    if (buckets->index_size == 0)
        return -1;
    uint64_t hash = hash_gateway(kind, name, name_len);
    return (long)buckets->index[index_slot(buckets, hash, kind, name, name_len)] - 1;
}

// NULL when the bound of names is reached.
static struct gateway *find_or_add(struct cdr_buckets *buckets, enum gateway_kind kind,
                                   const char *name, size_t len)
{
    if (buckets->count * 2 >= buckets->index_size)
        index_grow(buckets);
    uint64_t hash = hash_gateway(kind, name, len);
    size_t slot = index_slot(buckets, hash, kind, name, len);
    if (buckets->index[slot] != 0)
        return &buckets->gateways[buckets->index[slot] - 1];
    if (buckets->count >= GATEWAYS_MAX)
        return NULL;
    struct gateway *gateway =
        mem_push(&buckets->gateways, &buckets->count, &buckets->cap, sizeof *buckets->gateways);
    *gateway = (struct gateway){.name = mem_strndup(name, len),
                                .name_len = len,
                                .hash = hash,
                                .kind = kind,
                                .fine = ring_make(FINE_MS, FINE_SPANS),
                                .coarse = ring_make(MINUTE_MS, COARSE_SPANS)};
    buckets->index[slot] = (uint32_t)buckets->count;
    return gateway;
}

// Frees the spans of times that no window reaches; the number that is left.
static size_t ring_forget(struct cdr_buckets *buckets, struct ring *ring, int64_t before_ms)
{
    size_t left = 0;
    for (size_t i = 0; i < ring->count; i++) {
        if (ring->spans[i] == NULL)
            continue;
        if (ring->spans[i]->begin_ms >= before_ms) {
            left++;
            continue;
        }
        free(ring->spans[i]);
        ring->spans[i] = NULL;
        buckets->span_count--;
    }
    return left;
}

// Forgets gateways without calls for longer than all windows.
static void forget_old(struct cdr_buckets *buckets)
{
    int64_t before_ms = buckets->now_ms - HISTORY_MAX_MS - SPAN_BUCKETS * MINUTE_MS;
    size_t kept = 0;
    for (size_t i = 0; i < buckets->count; i++) {
        struct gateway *gateway = &buckets->gateways[i];
        cdr_reasons_begin_day(&gateway->reasons, cdr_buckets_window_begin(buckets, CDR_1H));
        size_t spans = ring_forget(buckets, &gateway->fine, before_ms) +
                       ring_forget(buckets, &gateway->coarse, before_ms);
        if (spans > 0)
            buckets->gateways[kept++] = *gateway;
        else
            gateway_dispose(gateway);
    }
    buckets->count = kept;
    index_fill(buckets);
}

void cdr_buckets_set_time(struct cdr_buckets *buckets, int64_t now_ms, int64_t day_began_ms)
{
    bool new_day = day_began_ms != buckets->day_began_ms;
    buckets->now_ms = now_ms;
    buckets->day_began_ms = day_began_ms;
    if (!new_day)
        return;
    buckets->left_out = (struct cdr_left_out){0};
    forget_old(buckets);
}

static void bucket_add(struct bucket *bucket, const struct cdr_attempt *attempt, bool effective)
{
    bucket->attempts++;
    bucket->effective += effective;
    if (attempt->talk_s > 0) {
        bucket->answered++;
        bucket->talk_s += (uint64_t)attempt->talk_s;
    }
    if (attempt->pdd_ms >= 0) {
        bucket->pdd_calls++;
        bucket->pdd_ms += (uint64_t)attempt->pdd_ms;
    }
}

static size_t span_number(const struct ring *ring, int64_t begin_ms)
{
    return (size_t)(begin_ms / (ring->width_ms * SPAN_BUCKETS)) % ring->count;
}

static void ring_add(struct cdr_buckets *buckets, const struct ring *ring,
                     const struct cdr_attempt *attempt, bool effective)
{
    int64_t begin_ms = round_down(attempt->stop_ms, ring->width_ms * SPAN_BUCKETS);
    struct span **place = &ring->spans[span_number(ring, begin_ms)];
    if (*place == NULL) {
        *place = mem_alloc(sizeof **place);
        buckets->span_count++;
    } else if ((*place)->begin_ms > begin_ms) {
        return; // its place has gone to newer times: out of every window
    } else if ((*place)->begin_ms < begin_ms) {
        memset(*place, 0, sizeof **place);
    }
    (*place)->begin_ms = begin_ms;
    bucket_add(&(*place)->sum, attempt, effective);
    bucket_add(&(*place)->buckets[(attempt->stop_ms - begin_ms) / ring->width_ms], attempt,
               effective);
}

void cdr_buckets_add(struct cdr_buckets *buckets, enum gateway_kind kind, const char *name,
                     size_t name_len, const struct cdr_attempt *attempt)
{
    if (attempt->stop_ms > buckets->now_ms + FUTURE_MAX_MS) {
        buckets->left_out.future++;
        return;
    }
    if (attempt->stop_ms < buckets->now_ms - HISTORY_MAX_MS)
        return;
    struct gateway *gateway = find_or_add(buckets, kind, name, name_len);
    if (gateway == NULL) {
        buckets->left_out.gateways++;
        return;
    }
    bool effective = attempt->talk_s > 0 ||
                     bsearch(&attempt->reason, buckets->effective, buckets->effective_count,
                             sizeof *buckets->effective, compare_codes) != NULL;
    bool recent = attempt->stop_ms >= cdr_buckets_window_begin(buckets, CDR_1H);
    if (recent)
        ring_add(buckets, &gateway->fine, attempt, effective);
    ring_add(buckets, &gateway->coarse, attempt, effective);
    cdr_reasons_add(&gateway->reasons, attempt->reason, attempt->stop_ms, recent,
                    attempt->stop_ms >= cdr_buckets_window_begin(buckets, CDR_TODAY));
}

size_t cdr_buckets_count(const struct cdr_buckets *buckets)
{
    return buckets->count;
}

const char *cdr_buckets_name(const struct cdr_buckets *buckets, size_t gateway,
                             enum gateway_kind *kind)
{
    *kind = buckets->gateways[gateway].kind;
    return buckets->gateways[gateway].name;
}

static void figures_add(struct cdr_figures *figures, const struct bucket *bucket)
{
    figures->attempts += bucket->attempts;
    figures->answered += bucket->answered;
    figures->effective += bucket->effective;
    figures->talk_s += bucket->talk_s;
    figures->pdd_calls += bucket->pdd_calls;
    figures->pdd_ms += bucket->pdd_ms;
}

// Adds what lies in [from_ms, to_ms), both multiples of the ring's bucket width.
static void ring_sum(const struct ring *ring, int64_t from_ms, int64_t to_ms,
                     struct cdr_figures *out)
{
    int64_t span_ms = ring->width_ms * SPAN_BUCKETS;
    for (int64_t at_ms = round_down(from_ms, span_ms); at_ms < to_ms; at_ms += span_ms) {
        const struct span *span = ring->spans[span_number(ring, at_ms)];
        if (span == NULL || span->begin_ms != at_ms)
            continue;
        if (at_ms >= from_ms && at_ms + span_ms <= to_ms) {
            figures_add(out, &span->sum);
            continue;
        }
        int64_t first = at_ms >= from_ms ? 0 : (from_ms - at_ms) / ring->width_ms;
        int64_t end = at_ms + span_ms <= to_ms ? SPAN_BUCKETS : (to_ms - at_ms) / ring->width_ms;
        for (int64_t i = first; i < end; i++)
            figures_add(out, &span->buckets[i]);
    }
}

void cdr_buckets_figures(const struct cdr_buckets *buckets, size_t gateway,
                         struct cdr_figures out[CDR_WINDOWS], uint64_t *last_minute,
                         double *last_minute_s)
{
    const struct gateway *g = &buckets->gateways[gateway];
    int64_t now_ms = buckets->now_ms;
    int64_t fine_end_ms = round_down(now_ms, FINE_MS) + FINE_MS;
    memset(out, 0, CDR_WINDOWS * sizeof *out);

    // From the newest window outwards: each adds to the one inside it only what lies before that.
    int64_t end_ms = fine_end_ms;
    for (enum cdr_window window = CDR_5M; window <= CDR_1H; window++) {
        int64_t begin_ms = cdr_buckets_window_begin(buckets, window);
        if (window > CDR_5M)
            out[window] = out[window - 1];
        ring_sum(&g->fine, begin_ms, end_ms, &out[window]);
        end_ms = begin_ms;
    }
    ring_sum(&g->coarse, cdr_buckets_window_begin(buckets, CDR_TODAY),
             round_down(now_ms, MINUTE_MS) + MINUTE_MS, &out[CDR_TODAY]);

    struct cdr_figures minute = {0};
    int64_t minute_begin_ms = fine_end_ms - FINE_MS - MINUTE_MS;
    ring_sum(&g->fine, minute_begin_ms, fine_end_ms, &minute);
    *last_minute = minute.attempts;
    *last_minute_s = (double)(now_ms - minute_begin_ms) / 1000.0;
}

size_t cdr_buckets_reasons(const struct cdr_buckets *buckets, size_t gateway,
                           enum cdr_window window, struct cdr_reason out[CDR_REASONS_MAX + 1])
{
    bool day = window == CDR_TODAY;
    return cdr_reasons_between(&buckets->gateways[gateway].reasons,
                               day ? -1 : cdr_buckets_window_begin(buckets, window),
                               round_down(buckets->now_ms, FINE_MS) + FINE_MS, out);
}

void cdr_buckets_hour(const struct cdr_buckets *buckets, size_t gateway,
                      struct cdr_figures out[CDR_HOUR_MINUTES])
{
    int64_t begin_ms = round_down(buckets->now_ms, MINUTE_MS) - CDR_HOUR_MINUTES * MINUTE_MS;
    memset(out, 0, CDR_HOUR_MINUTES * sizeof *out);
    for (int64_t i = 0; i < CDR_HOUR_MINUTES; i++)
        ring_sum(&buckets->gateways[gateway].coarse, begin_ms + i * MINUTE_MS,
                 begin_ms + (i + 1) * MINUTE_MS, &out[i]);
}

struct cdr_left_out cdr_buckets_left_out(const struct cdr_buckets *buckets)
{
    return buckets->left_out;
}

size_t cdr_buckets_bytes(const struct cdr_buckets *buckets)
{
    size_t reasons = 0;
    for (size_t i = 0; i < buckets->count; i++)
        reasons += cdr_reasons_bytes(&buckets->gateways[i].reasons);
    return sizeof *buckets + reasons + buckets->cap * sizeof *buckets->gateways +
           buckets->index_size * sizeof *buckets->index +
           buckets->count * (FINE_SPANS + COARSE_SPANS) * sizeof(struct span *) +
           buckets->span_count * sizeof(struct span);
}
