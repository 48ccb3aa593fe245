// SPDX-License-Identifier: MIT

// Talkers live in chunks that never move; an open-addressing index of their numbers finds them.
#include "meter/talkers.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum {
    CHUNK = 64,         // talkers that get their memory together
    MAKE_WAY_AMONG = 16 // talkers looked at to find a light one
};

struct chunk {
    struct talker talkers[CHUNK];
    struct window windows[CHUNK];
};

struct talkers {
    uint64_t seed;
    size_t count, capacity;
    size_t seen;
    size_t hand;       // where the search for a light talker goes on
    uint32_t *index;   // number of a talker + 1; 0: free
    size_t index_mask; // index size - 1; the index is at most half full
    struct chunk **chunks;
};

static size_t index_size(size_t capacity)
{
    size_t size = 2 * CHUNK;
    while (size < 2 * capacity)
        size *= 2;
    return size;
}

static size_t memory_for(size_t chunks)
{
    return sizeof(struct talkers) + chunks * (sizeof(struct chunk) + sizeof(struct chunk *)) +
           index_size(chunks * CHUNK) * sizeof(uint32_t);
}

struct talkers *talkers_new(size_t memory_max, uint64_t seed)
{
    struct talkers *talkers = mem_alloc(sizeof *talkers);
    size_t chunks = memory_max / sizeof(struct chunk);

    while (chunks > 1 && memory_for(chunks) > memory_max)
        chunks--;
    if (chunks == 0)
        chunks = 1; // however little memory is allowed
    talkers->seed = seed;
    talkers->capacity = chunks * CHUNK;
    size_t size = index_size(talkers->capacity);
    talkers->index = mem_array(size, sizeof *talkers->index);
    talkers->index_mask = size - 1;
    talkers->chunks = mem_array(chunks, sizeof(struct chunk *));
    return talkers;
}

void talkers_free(struct talkers *talkers)
{
    if (talkers == NULL)
        return;
    for (size_t i = 0; i * CHUNK < talkers->count; i++)
        free(talkers->chunks[i]);
    free(talkers->chunks);
    free(talkers->index);
    free(talkers);
}

static struct talker *talker_at(const struct talkers *talkers, size_t number)
{
    return &talkers->chunks[number / CHUNK]->talkers[number % CHUNK];
}

static size_t index_home(const struct talkers *talkers, const struct address *source)
{
    uint64_t words[2];
    memcpy(words, source->bytes, sizeof words);
    return (size_t)hash_mix(words[0] ^ hash_mix(words[1] ^ talkers->seed)) & talkers->index_mask;
}

// The place of this source in the index, or the free place where it would go.
static size_t index_find(const struct talkers *talkers, const struct address *source)
{
    size_t place = index_home(talkers, source);
    for (; talkers->index[place] != 0; place = (place + 1) & talkers->index_mask) {
        const struct talker *talker = talker_at(talkers, talkers->index[place] - 1);
        if (memcmp(talker->source.bytes, source->bytes, sizeof source->bytes) == 0)
            break;
    }
    return place;
}

// Closes the gap, so that searches that went past it still end where they should.
static void index_remove(struct talkers *talkers, size_t gap)
{
    size_t mask = talkers->index_mask;
    for (size_t place = (gap + 1) & mask; talkers->index[place] != 0; place = (place + 1) & mask) {
        const struct talker *talker = talker_at(talkers, talkers->index[place] - 1);
        size_t home = index_home(talkers, &talker->source);
        if (((place - home) & mask) >= ((place - gap) & mask)) {
            talkers->index[gap] = talkers->index[place];
            gap = place;
        }
    }
    talkers->index[gap] = 0;
}

struct talker *talkers_find(struct talkers *talkers, const struct address *source)
{
    uint32_t number = talkers->index[index_find(talkers, source)];
    return number != 0 ? talker_at(talkers, number - 1) : NULL;
}

// The lightest among the next few in turn: cheap, and it spares whoever sends much.
static size_t make_way(struct talkers *talkers)
{
    size_t lightest = talkers->hand;
    for (int i = 0; i < MAKE_WAY_AMONG; i++) {
        if (talker_at(talkers, talkers->hand)->packets < talker_at(talkers, lightest)->packets)
            lightest = talkers->hand;
        talkers->hand = (talkers->hand + 1) % talkers->capacity;
    }
    index_remove(talkers, index_find(talkers, &talker_at(talkers, lightest)->source));
    return lightest;
}

struct talker *talkers_get(struct talkers *talkers, const struct address *source, int64_t now_us)
{
    size_t place = index_find(talkers, source), number;
    if (talkers->index[place] != 0)
        return talker_at(talkers, talkers->index[place] - 1);

    if (talkers->count == talkers->capacity) {
        number = make_way(talkers);
        place = index_find(talkers, source);
    } else {
        number = talkers->count++;
        if (number % CHUNK == 0)
            talkers->chunks[number / CHUNK] = mem_alloc(sizeof(struct chunk));
    }
    talkers->seen++;
    talkers->index[place] = (uint32_t)number + 1;
    struct talker *talker = talker_at(talkers, number);
    struct window *window = &talkers->chunks[number / CHUNK]->windows[number % CHUNK];
    memset(window, 0, sizeof *window);
    *talker =
        (struct talker){.source = *source, .first_us = now_us, .last_us = now_us, .window = window};
    return talker;
}

size_t talkers_seen(const struct talkers *talkers)
{
    return talkers->seen;
}

bool talkers_complete(const struct talkers *talkers)
{
    return talkers->seen == talkers->count;
}

size_t talkers_capacity(const struct talkers *talkers)
{
    return talkers->capacity;
}

struct ranked {
    int64_t weight;
    struct talker *talker;
};

static int compare_heavier(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return address_compare(&x->talker->source, &y->talker->source);
}

// heap[0] is the lightest of those kept.
static void sift_down(struct ranked *heap, size_t count, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count)
            return;
        if (child + 1 < count && compare_heavier(&heap[child], &heap[child + 1]) < 0)
            child++;
        if (compare_heavier(&heap[at], &heap[child]) >= 0)
            return;
        struct ranked swapped = heap[at];
        heap[at] = heap[child];
        heap[child] = swapped;
        at = child;
    }
}

// Packets ever, or those of the minute before its newest packet when that is younger than a minute.
static int64_t weigh(const struct talker *talker, bool lately, int64_t second)
{
    if (!lately)
        return talker->packets;
    return second - talker->window->second < WINDOW_SECONDS
               ? window_sum(talker->window, WINDOW_PACKETS, WINDOW_SECONDS)
               : 0;
}

// Leaves the `most` heaviest in out, in no order; how many there are.
static size_t pick(const struct talkers *talkers, bool lately, int64_t second, size_t most,
                   struct ranked *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < talkers->count; i++) {
        struct ranked one = {.talker = talker_at(talkers, i)};
        one.weight = weigh(one.talker, lately, second);
        if (one.weight == 0)
            continue;
        if (kept < most) {
            out[kept++] = one;
            for (size_t at = kept / 2; kept == most && at-- > 0;)
                sift_down(out, kept, at);
        } else if (compare_heavier(&one, &out[0]) < 0) {
            out[0] = one;
            sift_down(out, kept, 0);
        }
    }
    return kept;
}

struct talker **talkers_top(const struct talkers *talkers, int64_t second, size_t *count)
{
    size_t most = *count == 0 || *count > talkers->count ? talkers->count : *count;
    struct ranked *picked = mem_array(2 * most + 1, sizeof *picked);
    size_t found = pick(talkers, false, second, most, picked);

    // Who was heard for days would hide who attacks now.
    if (most < talkers->count)
        found += pick(talkers, true, second, most, picked + found);
    for (size_t i = 0; i < found; i++)
        picked[i].weight = picked[i].talker->packets;
    qsort(picked, found, sizeof *picked, compare_heavier);

    struct talker **top = mem_array(found + 1, sizeof *top);
    *count = 0;
    for (size_t i = 0; i < found; i++)
        if (i == 0 || picked[i].talker != picked[i - 1].talker)
            top[(*count)++] = picked[i].talker;
    free(picked);
    return top;
}
