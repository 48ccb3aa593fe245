// SPDX-License-Identifier: MIT

// Record numbers of the last minutes in one sorted array: nearly all are appended.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/cdr_tail.h"

void cdr_tail_reset(struct cdr_tail *tail, int64_t floor)
{
    tail->floor = floor;
    tail->count = 0;
    tail->mark_first = tail->mark_count = 0;
}

void cdr_tail_dispose(struct cdr_tail *tail)
{
    free(tail->seen);
    *tail = (struct cdr_tail){0};
}

// The place of the first number seen that is not below this one.
static size_t lower_bound(const struct cdr_tail *tail, int64_t number)
{
    size_t low = 0, high = tail->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tail->seen[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void settle(struct cdr_tail *tail, int64_t floor)
{
    size_t gone = lower_bound(tail, floor + 1);
    tail->count -= gone;
    if (gone > 0)
        memmove(tail->seen, tail->seen + gone, tail->count * sizeof *tail->seen);
    tail->floor = floor;
}

bool cdr_tail_add(struct cdr_tail *tail, int64_t number)
{
    if (tail->count >= CDR_TAIL_MOST)
        settle(tail, tail->seen[tail->count / 2]);
    if (number <= tail->floor)
        return false;
    size_t at = tail->count;
    if (tail->count > 0 && tail->seen[tail->count - 1] >= number) {
        at = lower_bound(tail, number);
        if (tail->seen[at] == number)
            return false;
    }
    mem_push(&tail->seen, &tail->count, &tail->cap, sizeof *tail->seen);
    memmove(&tail->seen[at + 1], &tail->seen[at], (tail->count - 1 - at) * sizeof *tail->seen);
    tail->seen[at] = number;
    return true;
}

int64_t cdr_tail_high(const struct cdr_tail *tail)
{
    return tail->count == 0 ? tail->floor : tail->seen[tail->count - 1];
}

void cdr_tail_age(struct cdr_tail *tail, int64_t now_ms, int64_t keep_ms)
{
    while (tail->mark_count > 0 && tail->marks[tail->mark_first].time_ms <= now_ms - keep_ms) {
        if (tail->marks[tail->mark_first].high > tail->floor)
            settle(tail, tail->marks[tail->mark_first].high);
        tail->mark_first = (tail->mark_first + 1) % CDR_TAIL_MARKS;
        tail->mark_count--;
    }
    size_t last = (tail->mark_first + tail->mark_count + CDR_TAIL_MARKS - 1) % CDR_TAIL_MARKS;
    if (tail->mark_count == CDR_TAIL_MARKS ||
        (tail->mark_count > 0 &&
         now_ms - tail->marks[last].time_ms < keep_ms / (CDR_TAIL_MARKS - 2)))
        return;
    size_t next = (tail->mark_first + tail->mark_count) % CDR_TAIL_MARKS;
    tail->marks[next].time_ms = now_ms;
    tail->marks[next].high = cdr_tail_high(tail);
    tail->mark_count++;
}

bool cdr_tail_has_gap(const struct cdr_tail *tail)
{
    uint64_t reach = (uint64_t)cdr_tail_high(tail) - (uint64_t)tail->floor;
    return reach > tail->count;
}
