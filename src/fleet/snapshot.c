// SPDX-License-Identifier: MIT

// Immutable, counted readings as they are handed from lanes to whoever shows them.
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "fleet/fleet.h"

#define OVERDUE_PERIODS  3
#define OVERDUE_LEAST_MS 5000
#define COUNTED          offsetof(struct snapshot, tables) // where what is counted begins

struct snapshot *snapshot_new(void)
{
    struct snapshot *snapshot = mem_alloc(sizeof *snapshot);
    atomic_init(&snapshot->refs, 1);
    snapshot->progress_pct = -1;
    return snapshot;
}

struct snapshot *snapshot_copy(const struct snapshot *old)
{
    struct snapshot *copy = snapshot_new();
    if (old == NULL)
        return copy;
    // Not the count: others change it meanwhile.
    memcpy((char *)copy + COUNTED, (const char *)old + COUNTED, sizeof *copy - COUNTED);
    copy->tables = mem_array(old->table_count, sizeof *copy->tables);
    for (size_t i = 0; i < old->table_count; i++)
        copy->tables[i] = table_ref(old->tables[i]);
    return copy;
}

void snapshot_unref(const struct snapshot *snapshot)
{
    // The count is the one thing that changes in a shared snapshot.
    struct snapshot *shared = (struct snapshot *)(uintptr_t)snapshot;
    if (shared == NULL || atomic_fetch_sub(&shared->refs, 1) != 1)
        return;
    for (size_t i = 0; i < shared->table_count; i++)
        table_unref(shared->tables[i]);
    free(shared->tables);
    free(shared);
}

const struct table *snapshot_table(const struct snapshot *snapshot, size_t variant)
{
    if (snapshot == NULL || variant >= snapshot->table_count)
        return NULL;
    return snapshot->tables[variant];
}

enum feed_word snapshot_word(const struct snapshot *snapshot, int64_t now_mono_ms)
{
    if (snapshot == NULL)
        return FEED_WAITING;
    if (snapshot->table_count == 0)
        return snapshot->error[0] != '\0' ? FEED_FAILED
               : snapshot->loading        ? FEED_LOADING
                                          : FEED_WAITING;
    int64_t overdue_ms = snapshot->period_ms * OVERDUE_PERIODS;
    if (overdue_ms < OVERDUE_LEAST_MS)
        overdue_ms = OVERDUE_LEAST_MS;
    bool late = now_mono_ms - snapshot->read_mono_ms > overdue_ms;
    return snapshot->error[0] != '\0' || late ? FEED_STALE : FEED_LIVE;
}

const char *feed_text(enum feed_word word)
{
    static const char *const words[] = {
        [FEED_WAITING] = N_("waiting"), [FEED_LOADING] = N_("loading"),
        [FEED_LIVE] = N_("live"),       [FEED_STALE] = N_("stale"),
        [FEED_FAILED] = N_("failed"),   [FEED_OFF] = N_("not on this host"),
    };
    return words[word];
}
