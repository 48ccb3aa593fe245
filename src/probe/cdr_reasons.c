// SPDX-License-Identifier: MIT

// One line a reason: the count of the day, and rings of spans that are made when first needed.
#include "probe/cdr_reasons.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BUCKET_MS    10000LL
#define SPAN_BUCKETS 60LL
#define SPAN_MS      (BUCKET_MS * SPAN_BUCKETS)
#define SPANS        9 // 70 minutes back and ten ahead of now

struct reason_span {
    int64_t begin_ms;
    uint32_t counts[SPAN_BUCKETS];
};

struct reason_line {
    int64_t code;
    uint64_t day;
    struct reason_span *spans[SPANS]; // by begin / length, modulo; NULL: none yet
};

static int64_t span_begin(int64_t ms)
{
    return ms - ms % SPAN_MS;
}

static size_t span_place(int64_t begin_ms)
{
    return (size_t)(begin_ms / SPAN_MS) % SPANS;
}

void cdr_reasons_dispose(struct cdr_reasons *reasons)
{
    for (size_t i = 0; i < reasons->count; i++)
        for (size_t span = 0; span < SPANS; span++)
            free(reasons->lines[i].spans[span]);
    free(reasons->lines);
    *reasons = (struct cdr_reasons){0};
}

// Frees what is older; false: nothing is left.
static bool line_forget(struct reason_line *line, int64_t before_ms)
{
    bool left = false;
    line->day = 0;
    for (size_t i = 0; i < SPANS; i++) {
        if (line->spans[i] != NULL && line->spans[i]->begin_ms + SPAN_MS <= before_ms) {
            free(line->spans[i]);
            line->spans[i] = NULL;
        }
        left |= line->spans[i] != NULL;
    }
    return left;
}

void cdr_reasons_begin_day(struct cdr_reasons *reasons, int64_t before_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < reasons->count; i++)
        if (line_forget(&reasons->lines[i], before_ms))
            reasons->lines[kept++] = reasons->lines[i];
    reasons->count = kept;
}

static struct reason_line *line_of(struct cdr_reasons *reasons, int64_t code)
{
    for (size_t i = 0; i < reasons->count; i++)
        if (reasons->lines[i].code == code)
            return &reasons->lines[i];
    if (reasons->count >= CDR_REASONS_MAX && code != CDR_REASON_UNKNOWN)
        return line_of(reasons, CDR_REASON_UNKNOWN);
    struct reason_line *line =
        mem_push(&reasons->lines, &reasons->count, &reasons->cap, sizeof *line);
    *line = (struct reason_line){.code = code};
    return line;
}

void cdr_reasons_add(struct cdr_reasons *reasons, int64_t code, int64_t stop_ms, bool recent,
                     bool today)
{
    if (!recent && !today)
        return;
    struct reason_line *line = line_of(reasons, code);
    line->day += today;
    if (!recent || stop_ms < 0)
        return;
    int64_t begin_ms = span_begin(stop_ms);
    struct reason_span **place = &line->spans[span_place(begin_ms)];
    if (*place == NULL)
        *place = mem_alloc(sizeof **place);
    else if ((*place)->begin_ms > begin_ms)
        return; // its place has gone to newer times
    else if ((*place)->begin_ms < begin_ms)
        memset(*place, 0, sizeof **place);
    (*place)->begin_ms = begin_ms;
    (*place)->counts[(stop_ms - begin_ms) / BUCKET_MS]++;
}

static uint64_t line_sum(const struct reason_line *line, int64_t from_ms, int64_t to_ms)
{
    uint64_t sum = 0;
    for (int64_t begin_ms = span_begin(from_ms); begin_ms < to_ms; begin_ms += SPAN_MS) {
        const struct reason_span *span = line->spans[span_place(begin_ms)];
        if (span == NULL || span->begin_ms != begin_ms)
            continue;
        int64_t first = from_ms > begin_ms ? (from_ms - begin_ms) / BUCKET_MS : 0;
        int64_t end = to_ms < begin_ms + SPAN_MS ? (to_ms - begin_ms) / BUCKET_MS : SPAN_BUCKETS;
        for (int64_t i = first; i < end; i++)
            sum += span->counts[i];
    }
    return sum;
}

static int by_count(const void *left, const void *right)
{
    const struct cdr_reason *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return (a->code > b->code) - (a->code < b->code);
}

size_t cdr_reasons_between(const struct cdr_reasons *reasons, int64_t from_ms, int64_t to_ms,
                           struct cdr_reason out[CDR_REASONS_MAX + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < reasons->count; i++) {
        const struct reason_line *line = &reasons->lines[i];
        uint64_t sum = from_ms < 0 ? line->day : line_sum(line, from_ms, to_ms);
        if (sum > 0)
            out[count++] = (struct cdr_reason){line->code, sum};
    }
    if (count > 0)
        qsort(out, count, sizeof *out, by_count);
    return count;
}

size_t cdr_reasons_bytes(const struct cdr_reasons *reasons)
{
    size_t bytes = reasons->cap * sizeof *reasons->lines;
    for (size_t i = 0; i < reasons->count; i++)
        for (size_t span = 0; span < SPANS; span++)
            bytes += reasons->lines[i].spans[span] != NULL ? sizeof(struct reason_span) : 0;
    return bytes;
}
