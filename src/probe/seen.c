// SPDX-License-Identifier: MIT

// Met texts by their hashes: a few hundred logins, not a table of calls.
#include "probe/seen.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

struct met {
    uint64_t hash;
    int64_t first_ms; // monotonic; 0: in the first reading
};

struct seen {
    struct met *items;
    size_t count, cap;
    bool begun; // the first reading is over
};

struct seen *seen_new(void)
{
    return mem_alloc(sizeof(struct seen));
}

void seen_free(struct seen *seen)
{
    if (seen == NULL)
        return;
    free(seen->items);
    free(seen);
}

static const struct met *find(struct seen *seen, uint64_t hash)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (seen->items[i].hash == hash)
            return &seen->items[i];
    }
    struct met *met = mem_push(&seen->items, &seen->count, &seen->cap, sizeof *met);
    *met = (struct met){hash, seen->begun ? clock_mono_ms() : 0};
    return met;
}

void seen_apply(struct seen *seen, struct value *value)
{
    const struct met *met = find(seen, hash_bytes(HASH_SEED, value->text, value->len));
    *value = (struct value){0};
    if (met->first_ms != 0)
        *value = value_of_int(clock_mono_ms() - met->first_ms < SEEN_NEW_MS);
}

void seen_end(struct seen *seen)
{
    seen->begun = seen->begun || seen->count > 0;
}
