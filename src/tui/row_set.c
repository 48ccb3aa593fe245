// SPDX-License-Identifier: MIT

// Identities kept in order.
#include "tui/row_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void row_set_dispose(struct row_set *set)
{
    free(set->ids);
    *set = (struct row_set){0};
}

void row_set_clear(struct row_set *set)
{
    set->count = 0;
}

// Where the id is or would be.
static size_t place_of(const struct row_set *set, uint64_t id)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool row_set_has(const struct row_set *set, uint64_t id)
{
    size_t at = place_of(set, id);
    return at < set->count && set->ids[at] == id;
}

static void make_room(struct row_set *set, size_t more)
{
    if (set->count + more <= set->cap)
        return;
    set->cap = (set->count + more) * 2;
    set->ids = mem_resize(set->ids, set->cap, sizeof *set->ids);
}

void row_set_change(struct row_set *set, uint64_t id, bool in)
{
    size_t at = place_of(set, id);
    bool there = at < set->count && set->ids[at] == id;
    if (there == in)
        return;
    if (in) {
        make_room(set, 1);
        memmove(&set->ids[at + 1], &set->ids[at], (set->count - at) * sizeof id);
        set->ids[at] = id;
        set->count++;
    } else {
        set->count--;
        memmove(&set->ids[at], &set->ids[at + 1], (set->count - at) * sizeof id);
    }
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

void row_set_add_all(struct row_set *set, const uint64_t *ids, size_t count)
{
    if (count == 0)
        return;
    make_room(set, count);
    memcpy(set->ids + set->count, ids, count * sizeof *ids);
    qsort(set->ids, set->count + count, sizeof *ids, compare);
    size_t kept = 1;
    for (size_t i = 1; i < set->count + count; i++)
        if (set->ids[i] != set->ids[kept - 1])
            set->ids[kept++] = set->ids[i];
    set->count = kept;
}
