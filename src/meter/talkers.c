// SPDX-License-Identifier: MIT

// Two tables of sources, one for each address family, and a pool of details that the heaviest of
// the last minute hold.
#include "meter/talkers.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum {
    SIZE_LEAST = 1024, // slots
    SIZE_DOUBLES = 1 << 18,
    DETAIL_LEAST = 1024,
    SKETCH = 4096,   // registers: a standard error of 1.6 %
    MERIT_FROM = 8,  // packets of a source that asks for a detail
    LOOK_AMONG = 16, // details looked at to find one that is little used
    WALK_SOME = 256, // slots that visitors are shown at once: they stay in the cache
    TICK_US = 10000,
    TICKS = 1000000 / TICK_US,
};

struct talkers {
    size_t memory_max;
    struct sources v4, v6;
    int64_t base_us; // tick 0
    struct talker *details;
    size_t detail_max;   // as reserved
    size_t detail_limit; // as the memory allows now
    size_t detail_count;
    size_t hand;
    struct series fresh, once;
    uint8_t sketch[SKETCH];
};

static size_t tables_bytes(const struct talkers *talkers)
{
    return sources_bytes(talkers->v4.size, false) + sources_bytes(talkers->v6.size, true);
}

size_t talkers_bytes(const struct talkers *talkers)
{
    return sizeof *talkers + tables_bytes(talkers) +
           talkers->detail_limit * sizeof *talkers->details;
}

// As many details as the tables leave room for.
static size_t details_allowed(const struct talkers *talkers, size_t tables)
{
    size_t used = sizeof *talkers + tables;
    size_t left = talkers->memory_max > used ? talkers->memory_max - used : 0;
    size_t allowed = left / sizeof *talkers->details;
    return allowed < 1 ? 1 : allowed < talkers->detail_max ? allowed : talkers->detail_max;
}

struct talkers *talkers_new(const struct talkers_options *options)
{
    struct talkers *talkers = mem_alloc(sizeof *talkers);

    talkers->memory_max = options->memory_max;
    talkers->detail_max = options->detail_max;
    const uint64_t seeds[2] = {hash_mix(options->seeds[0] + 1), hash_mix(options->seeds[1] + 2)};
    sources_init(&talkers->v4, false, SIZE_LEAST, seeds);
    sources_init(&talkers->v6, true, SIZE_LEAST, seeds);
    // Half of the memory at most, so that a small bound still holds many sources.
    size_t half = options->memory_max / 2;
    talkers->detail_limit =
        details_allowed(talkers, tables_bytes(talkers) > half ? tables_bytes(talkers) : half);
    talkers->detail_max = talkers->detail_limit;
    talkers->details = mem_map(talkers->detail_max * sizeof *talkers->details);
    return talkers;
}

void talkers_free(struct talkers *talkers)
{
    if (talkers == NULL)
        return;
    mem_unmap(talkers->details, talkers->detail_max * sizeof *talkers->details);
    sources_dispose(&talkers->v4);
    sources_dispose(&talkers->v6);
    free(talkers);
}

static const struct sources *table_of(const struct talkers *talkers, const struct source_key *key)
{
    return key->wide ? &talkers->v6 : &talkers->v4;
}

void talkers_key(const struct talkers *talkers, const struct address *source,
                 struct source_key *out)
{
    out->address = *source;
    out->wide = !address_is_v4(source);
    out->hash = source_hash(table_of(talkers, out), source);
}

void talkers_prefetch(const struct talkers *talkers, const struct source_key *key)
{
    source_prefetch(table_of(talkers, key), key->hash);
}

static struct talker *detail_of(const struct talkers *talkers, const struct source *source)
{
    return source == NULL || source->detail == SOURCE_NO_DETAIL
               ? NULL
               : &talkers->details[source->detail - 1];
}

void talkers_prefetch_detail(const struct talkers *talkers, const struct arrival *arrival)
{
    const struct sources *sources = table_of(talkers, &arrival->key);
    const struct talker *talker =
        detail_of(talkers, &sources->slots[source_home(sources, arrival->key.hash)]);

    if (talker == NULL)
        return;
    __builtin_prefetch(talker, 1);
    __builtin_prefetch(&talker->totals, 1);
    __builtin_prefetch(&talker->window, 1);
    __builtin_prefetch(talker->window.buckets[arrival->second % WINDOW_SECONDS], 1);
    __builtin_prefetch(&talker->last_agent);
}

struct talker *talkers_find(const struct talkers *talkers, const struct source_key *key)
{
    return detail_of(talkers, sources_find(table_of(talkers, key), key));
}

static int32_t tick_of(const struct talkers *talkers, int64_t time_us)
{
    int64_t tick = (time_us - talkers->base_us) / TICK_US;
    return tick > INT32_MAX ? INT32_MAX : tick < INT32_MIN ? INT32_MIN : (int32_t)tick;
}

static int64_t tick_us(const struct talkers *talkers, int32_t tick)
{
    return talkers->base_us + (int64_t)tick * TICK_US;
}

int64_t talker_lately(const struct talker *talker, int64_t second)
{
    return second - talker->window.second < WINDOW_SECONDS
               ? window_sum(&talker->window, WINDOW_PACKETS, WINDOW_SECONDS)
               : 0;
}

// Gives the counts back to the table.
static void detail_leave(struct talkers *talkers, struct talker *talker)
{
    struct source *source = sources_find(table_of(talkers, &talker->key), &talker->key);

    if (source == NULL) // it is in the table for as long as it has detail
        return;
    source->packets = talker->packets < UINT32_MAX ? (uint32_t)talker->packets : UINT32_MAX;
    source->error = talker->error < UINT32_MAX ? (uint32_t)talker->error : UINT32_MAX;
    source->bytes = (uint64_t)talker->bytes;
    source->first_tick = tick_of(talkers, talker->first_us);
    source->last_tick = tick_of(talkers, talker->last_us);
    source->outgoing = talker->outgoing;
    source->detail = SOURCE_NO_DETAIL;
}

static struct talker *detail_take(struct talkers *talkers, struct talker *talker,
                                  struct source *source, const struct source_key *key)
{
    memset(talker, 0, sizeof *talker);
    talker->key = *key;
    talker->outgoing = source->outgoing;
    talker->packets = source->packets;
    talker->error = source->error;
    talker->bytes = (int64_t)source->bytes;
    talker->first_us = tick_us(talkers, source->first_tick);
    talker->last_us = tick_us(talkers, source->last_tick);
    source->detail = (uint32_t)(talker - talkers->details + 1) & 0x7fffffff;
    return talker;
}

static struct talker *detail_next(struct talkers *talkers)
{
    struct talker *talker = &talkers->details[talkers->hand];

    talkers->hand = (talkers->hand + 1) % talkers->detail_count;
    return talker;
}

// The least used of the next few; there is at least one detail.
static struct talker *detail_idle(struct talkers *talkers, int64_t second, int64_t *lately)
{
    struct talker *idle = detail_next(talkers);

    *lately = talker_lately(idle, second);
    for (int i = 1; i < LOOK_AMONG; i++) {
        struct talker *talker = detail_next(talkers);
        int64_t weight = talker_lately(talker, second);
        if (weight >= *lately)
            continue;
        idle = talker;
        *lately = weight;
    }
    return idle;
}

// A source without detail gets one when it sends twice as much as one that has it.
static struct talker *detail_by_merit(struct talkers *talkers, struct source *source,
                                      const struct arrival *arrival)
{
    int64_t sent = source->packets - source->error;
    int64_t ticks = (int64_t)tick_of(talkers, arrival->time_us) - source->first_tick;
    int64_t lately = 0;

    if (ticks > WINDOW_SECONDS * TICKS)
        sent = sent * WINDOW_SECONDS * TICKS / ticks;
    struct talker *idle = detail_idle(talkers, arrival->second, &lately);
    if (sent < 2 * lately || sent == 0)
        return NULL;
    detail_leave(talkers, idle);
    return detail_take(talkers, idle, source, &arrival->key);
}

// How many slots are next, as far as the memory allows; the details shrink for it.
static size_t next_size(const struct talkers *talkers, const struct sources *sources)
{
    const struct sources *other = sources == &talkers->v4 ? &talkers->v6 : &talkers->v4;
    size_t size = sources->size < SIZE_DOUBLES ? sources->size * 2 : sources->size / 2 * 3;
    size_t kept = DETAIL_LEAST * sizeof *talkers->details;
    size_t reserved = sources_bytes(other->size, other->wide);
    size_t max = talkers->memory_max - sizeof *talkers;

    if (kept > max / 4)
        kept = max / 4;
    if (reserved < max / 16) // so that one family does not take all
        reserved = max / 16;
    size_t left = max > kept + reserved ? max - kept - reserved : 0;
    size_t most = left / sources_bytes(1024, sources->wide) * 1024;
    return size < most ? size : most;
}

static void make_room(struct talkers *talkers, struct sources *sources)
{
    size_t size = next_size(talkers, sources);

    if (size < sources->size / 16 * 17) {
        sources->full = true;
        return;
    }
    size_t tables = tables_bytes(talkers) - sources_bytes(sources->size, sources->wide) +
                    sources_bytes(size, sources->wide);
    size_t limit = details_allowed(talkers, tables);
    if (limit < talkers->detail_limit) {
        for (size_t i = limit; i < talkers->detail_count; i++)
            detail_leave(talkers, &talkers->details[i]);
        if (talkers->detail_count > limit)
            talkers->detail_count = limit;
        mem_release(talkers->details, limit * sizeof *talkers->details,
                    talkers->detail_limit * sizeof *talkers->details);
        talkers->detail_limit = limit;
        talkers->hand = 0;
    }
    sources_resize(sources, size);
}

static void count_fresh(struct talkers *talkers, const struct arrival *arrival, int64_t sent,
                        int64_t first_us)
{
    int64_t first = first_us / 1000000 + arrival->second - arrival->time_us / 1000000;

    if (sent == 1)
        series_add(&talkers->fresh, first, 1);
    series_add(&talkers->once, first, sent == 1 ? 1 : -1);
}

static struct talker *count_detailed(struct talkers *talkers, struct talker *talker,
                                     const struct arrival *arrival)
{
    talker->packets++;
    talker->bytes += arrival->len;
    if (arrival->time_us > talker->last_us)
        talker->last_us = arrival->time_us;
    talker->outgoing = talker->outgoing || arrival->outgoing;
    if (talker->packets - talker->error == 2)
        count_fresh(talkers, arrival, 2, talker->first_us);
    if (arrival->time_us < talker->first_us)
        talker->first_us = arrival->time_us;
    return talker;
}

static struct talker *count_newcomer(struct talkers *talkers, struct sources *sources,
                                     const struct arrival *arrival)
{
    if (talkers->base_us == 0)
        talkers->base_us = arrival->time_us / 1000000 * 1000000;
    if (!sources->full && sources_crowded(sources))
        make_room(talkers, sources);
    sketch_raise(talkers->sketch, SKETCH, hash_mix(arrival->key.hash));
    count_fresh(talkers, arrival, 1, arrival->time_us);

    struct source *source = sources_add(sources, &arrival->key);
    if (source == NULL)
        return NULL;
    bool exact = source->error == 0;
    source->packets += source->packets < UINT32_MAX;
    source->bytes = arrival->len;
    source->outgoing = arrival->outgoing;
    source->first_tick = source->last_tick = tick_of(talkers, arrival->time_us);
    if (talkers->detail_count == talkers->detail_limit)
        return NULL;
    struct talker *talker =
        detail_take(talkers, &talkers->details[talkers->detail_count++], source, &arrival->key);
    talker->first_us = talker->last_us = arrival->time_us;
    talker->whole = exact;
    return talker;
}

static struct talker *count_light(struct talkers *talkers, struct source *source,
                                  const struct arrival *arrival)
{
    int32_t tick = tick_of(talkers, arrival->time_us);

    source->packets += source->packets < UINT32_MAX;
    source->bytes += arrival->len;
    source->outgoing |= arrival->outgoing;
    uint32_t sent = source->packets - source->error;
    if (sent == 2)
        count_fresh(talkers, arrival, 2, tick_us(talkers, source->first_tick));
    if (tick > source->last_tick)
        source->last_tick = tick;
    if (tick < source->first_tick)
        source->first_tick = tick;
    if (sent < MERIT_FROM || (sent & (sent - 1)) != 0)
        return NULL;
    if (talkers->detail_count < talkers->detail_limit)
        return detail_take(talkers, &talkers->details[talkers->detail_count++], source,
                           &arrival->key);
    return detail_by_merit(talkers, source, arrival);
}

struct talker *talkers_count(struct talkers *talkers, const struct arrival *arrival)
{
    struct sources *sources = arrival->key.wide ? &talkers->v6 : &talkers->v4;
    struct source *source = sources_find(sources, &arrival->key);

    if (source == NULL)
        return count_newcomer(talkers, sources, arrival);
    return source->detail == SOURCE_NO_DETAIL
               ? count_light(talkers, source, arrival)
               : count_detailed(talkers, detail_of(talkers, source), arrival);
}

bool talkers_exact(const struct talkers *talkers)
{
    return talkers->v4.evicted + talkers->v6.evicted == 0;
}

size_t talkers_seen(const struct talkers *talkers)
{
    size_t held = talkers->v4.count + talkers->v6.count;
    if (talkers_exact(talkers))
        return held;
    size_t estimate = (size_t)sketch_estimate(talkers->sketch, SKETCH);
    return estimate > held ? estimate : held;
}

double talkers_seen_error_pct(const struct talkers *talkers)
{
    return talkers_exact(talkers) ? 0 : 104.0 / 64; // 1.04 / sqrt(4096)
}

void talkers_fresh(struct talkers *talkers, int64_t second, int64_t *fresh, int64_t *once)
{
    series_advance(&talkers->fresh, second);
    series_advance(&talkers->once, second);
    *fresh = talkers->fresh.sum;
    *once = talkers->once.sum > 0 ? talkers->once.sum : 0;
}

void talkers_fresh_seconds(const struct talkers *talkers, uint32_t out[WINDOW_SECONDS])
{
    for (int64_t age = 0; age < WINDOW_SECONDS; age++) {
        int64_t of = talkers->fresh.second - age;
        out[WINDOW_SECONDS - 1 - age] =
            of >= 0 ? (uint32_t)talkers->fresh.buckets[of % WINDOW_SECONDS] : 0;
    }
}

void talkers_tell(const struct talkers *talkers, const struct sources *table,
                  const struct source *source, struct light *out)
{
    source_address(table, source, &out->source);
    out->outgoing = source->outgoing;
    out->packets = source->packets;
    out->bytes = (int64_t)source->bytes;
    out->error = source->error;
    out->first_us = tick_us(talkers, source->first_tick);
    out->last_us = tick_us(talkers, source->last_tick);
}

bool talkers_light(const struct talkers *talkers, const struct source_key *key, struct light *out)
{
    const struct sources *sources = table_of(talkers, key);
    const struct source *source = sources_find(sources, key);

    if (source == NULL || source->detail != SOURCE_NO_DETAIL)
        return false;
    talkers_tell(talkers, sources, source, out);
    return true;
}

size_t talkers_held(const struct talkers *talkers)
{
    return talkers->v4.count + talkers->v6.count;
}

size_t talkers_light_count(const struct talkers *talkers)
{
    return talkers->v4.count + talkers->v6.count - talkers->detail_count;
}

// Which slots of a crowded table are free cannot be foreseen: nothing depends on it in a branch.
static void walk_light(const struct sources *table, const struct talkers_visitor *const *visitors,
                       size_t count)
{
    const struct source *some[WALK_SOME];

    for (size_t from = 0; from < table->size; from += WALK_SOME) {
        size_t found = 0, left = table->size - from;
        for (size_t i = 0; i < (left < WALK_SOME ? left : WALK_SOME); i++) {
            const struct source *source = &table->slots[from + i];
            some[found] = source;
            found += (source->packets != 0) & (source->detail == SOURCE_NO_DETAIL);
        }
        for (size_t i = 0; i < count && found > 0; i++)
            visitors[i]->light(visitors[i]->user, table, some, found);
    }
}

void talkers_walk(const struct talkers *talkers, const struct talkers_visitor *const *visitors,
                  size_t count)
{
    for (size_t i = 0; i < talkers->detail_count; i++)
        for (size_t j = 0; j < count; j++)
            visitors[j]->detailed(visitors[j]->user, &talkers->details[i]);
    if (talkers_light_count(talkers) == 0)
        return;
    walk_light(&talkers->v4, visitors, count);
    walk_light(&talkers->v6, visitors, count);
}
