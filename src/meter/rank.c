// SPDX-License-Identifier: MIT

// Two heaps that keep the heaviest while every source passes by once.
#include "meter/rank.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct heap {
    struct ranked *items; // items[0] is the lightest of those kept
    size_t count, cap, most;
};

struct ranking {
    const struct talkers *talkers;
    struct heap ever, lately;
    int64_t second;
};

static int compare_heavier(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return address_compare(&x->source, &y->source);
}

static void sift_down(struct heap *heap, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= heap->count)
            return;
        if (child + 1 < heap->count &&
            compare_heavier(&heap->items[child], &heap->items[child + 1]) < 0)
            child++;
        if (compare_heavier(&heap->items[at], &heap->items[child]) >= 0)
            return;
        struct ranked swapped = heap->items[at];
        heap->items[at] = heap->items[child];
        heap->items[child] = swapped;
        at = child;
    }
}

// Whether one of this weight could be among those kept.
static bool heap_wants(const struct heap *heap, int64_t weight)
{
    return weight > 0 && heap->most > 0 &&
           (heap->count < heap->most || weight >= heap->items[0].weight);
}

static void heap_offer(struct heap *heap, const struct ranked *one)
{
    if (heap->count < heap->most) {
        *(struct ranked *)mem_push(&heap->items, &heap->count, &heap->cap, sizeof *one) = *one;
        if (heap->count == heap->most)
            for (size_t at = heap->count / 2; at-- > 0;)
                sift_down(heap, at);
    } else if (compare_heavier(one, &heap->items[0]) < 0) {
        heap->items[0] = *one;
        sift_down(heap, 0);
    }
}

static void rank_detailed(void *user, struct talker *talker)
{
    struct ranking *ranking = user;
    struct ranked one = {.source = talker->key.address, .talker = talker};

    one.weight = talker->packets;
    if (heap_wants(&ranking->ever, one.weight))
        heap_offer(&ranking->ever, &one);
    one.weight = talker_lately(talker, ranking->second);
    if (heap_wants(&ranking->lately, one.weight))
        heap_offer(&ranking->lately, &one);
}

// What it sent in the last minute is not known, unless it began in it; the heavy have details.
static void rank_light(void *user, const struct sources *table, const struct source *const *some,
                       size_t count)
{
    struct ranking *ranking = user;
    struct heap *heap = &ranking->ever;
    struct address address;

    for (size_t i = 0; i < count; i++) {
        if (!heap_wants(heap, some[i]->packets))
            continue;
        // Of very many most have sent the same: the address decides before more is copied.
        source_address(table, some[i], &address);
        if (heap->count == heap->most && heap->items[0].weight == some[i]->packets &&
            address_compare(&address, &heap->items[0].source) > 0)
            continue;
        struct ranked one = {.weight = some[i]->packets, .source = address};
        talkers_tell(ranking->talkers, table, some[i], &one.light);
        heap_offer(heap, &one);
    }
}

size_t rank_talkers(const struct talkers *talkers, int64_t second, size_t most,
                    const struct talkers_visitor *other, struct ranked **out)
{
    struct ranking ranking = {.talkers = talkers,
                              .second = second,
                              .ever.most = most == 0 ? SIZE_MAX : most,
                              .lately.most = most}; // all are there already, when all are wanted
    const struct talkers_visitor own = {
        .detailed = rank_detailed, .light = rank_light, .user = &ranking};

    talkers_walk(talkers, (const struct talkers_visitor *const[]){&own, other},
                 other != NULL ? 2 : 1);
    // Who was heard for days would hide who attacks now: both lists make one.
    size_t found = ranking.ever.count + ranking.lately.count, count = 0;
    struct ranked *all = mem_resize(ranking.ever.items, found, sizeof *all);
    if (ranking.lately.count > 0)
        memcpy(all + ranking.ever.count, ranking.lately.items, ranking.lately.count * sizeof *all);
    free(ranking.lately.items);
    for (size_t i = 0; i < found; i++)
        if (all[i].talker != NULL)
            all[i].weight = all[i].talker->packets;
    qsort(all, found, sizeof *all, compare_heavier);
    for (size_t i = 0; i < found; i++)
        if (count == 0 || address_compare(&all[i].source, &all[count - 1].source) != 0)
            all[count++] = all[i];
    *out = all;
    return count;
}
