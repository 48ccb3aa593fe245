// SPDX-License-Identifier: MIT

// Open addressing with linear probing. A slot's home grows with the hash, so that a resize is one
// pass in order over both tables.
#include "meter/sources.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    REGION = 256,        // slots that share a floor
    MAKE_WAY_AMONG = 16, // slots looked at to find a light one
    MAKE_WAY_FARTHEST = 4096,
    RELEASE = 32768, // slots between two releases of memory while resizing
};

static const double CROWDED = 0.8, FULL = 0.875;

static size_t regions_of(size_t size)
{
    return size / REGION + 1;
}

size_t sources_bytes(size_t size, bool wide)
{
    return size * (sizeof(struct source) + (wide ? sizeof(struct address) : 0)) +
           regions_of(size) * sizeof(uint32_t);
}

void sources_init(struct sources *sources, bool wide, size_t size, const uint64_t seeds[2])
{
    *sources = (struct sources){.wide = wide, .size = size, .seeds = {seeds[0], seeds[1] | 1}};
    sources->slots = mem_map(size * sizeof *sources->slots);
    sources->floors = mem_array(regions_of(size), sizeof *sources->floors);
    if (wide)
        sources->addresses = mem_map(size * sizeof *sources->addresses);
}

void sources_dispose(struct sources *sources)
{
    mem_unmap(sources->slots, sources->size * sizeof *sources->slots);
    if (sources->wide)
        mem_unmap(sources->addresses, sources->size * sizeof *sources->addresses);
    free(sources->floors);
}

bool sources_crowded(const struct sources *sources)
{
    return (double)sources->count > (sources->full ? FULL : CROWDED) * (double)sources->size;
}

static uint32_t short_key(const struct sources *sources, const struct source_key *key)
{
    return sources->wide ? (uint32_t)key->hash : source_word(&key->address);
}

static size_t next_slot(const struct sources *sources, size_t slot)
{
    return ++slot == sources->size ? 0 : slot;
}

static size_t distance(const struct sources *sources, size_t from, size_t to)
{
    return to >= from ? to - from : to + sources->size - from;
}

static bool is_at(const struct sources *sources, size_t slot, uint32_t short_key,
                  const struct source_key *key)
{
    return sources->slots[slot].key == short_key &&
           (!sources->wide || memcmp(sources->addresses[slot].bytes, key->address.bytes,
                                     sizeof key->address.bytes) == 0);
}

struct source *sources_find(const struct sources *sources, const struct source_key *key)
{
    uint32_t wanted = short_key(sources, key);
    size_t slot = source_home(sources, key->hash);

    for (; sources->slots[slot].packets != 0; slot = next_slot(sources, slot))
        if (is_at(sources, slot, wanted, key))
            return &sources->slots[slot];
    return NULL;
}

static size_t home_of(const struct sources *sources, size_t slot)
{
    struct address address;
    source_address(sources, &sources->slots[slot], &address);
    return source_home(sources, source_hash(sources, &address));
}

static void move_slot(struct sources *sources, size_t to, size_t from)
{
    sources->slots[to] = sources->slots[from];
    if (sources->wide)
        sources->addresses[to] = sources->addresses[from];
}

// Closes the gap, so that searches that went past it still end where they should.
static void remove_slot(struct sources *sources, size_t gap)
{
    for (size_t slot = next_slot(sources, gap); sources->slots[slot].packets != 0;
         slot = next_slot(sources, slot)) {
        if (distance(sources, home_of(sources, slot), slot) >= distance(sources, gap, slot)) {
            move_slot(sources, gap, slot);
            gap = slot;
        }
    }
    memset(&sources->slots[gap], 0, sizeof sources->slots[gap]);
    sources->count--;
}

// The lightest without detail among the next few.
static bool make_way(struct sources *sources, size_t slot)
{
    size_t lightest = sources->size;

    for (int looked = 0, tried = 0; looked < MAKE_WAY_AMONG && tried < MAKE_WAY_FARTHEST;
         tried++, slot = next_slot(sources, slot)) {
        const struct source *source = &sources->slots[slot];
        if (source->packets == 0 || source->detail != SOURCE_NO_DETAIL)
            continue;
        looked++;
        if (lightest == sources->size || source->packets < sources->slots[lightest].packets)
            lightest = slot;
    }
    if (lightest == sources->size)
        return false;
    uint32_t *floor = &sources->floors[home_of(sources, lightest) / REGION];
    if (sources->slots[lightest].packets > *floor)
        *floor = sources->slots[lightest].packets;
    sources->evicted++;
    remove_slot(sources, lightest);
    return true;
}

static size_t free_slot(const struct sources *sources, size_t slot)
{
    while (sources->slots[slot].packets != 0)
        slot = next_slot(sources, slot);
    return slot;
}

struct source *sources_add(struct sources *sources, const struct source_key *key)
{
    size_t home = source_home(sources, key->hash);
    if (sources_crowded(sources) && !make_way(sources, home))
        return NULL;

    size_t slot = free_slot(sources, home);
    uint32_t before = sources->floors[home / REGION];
    sources->slots[slot] =
        (struct source){.key = short_key(sources, key), .packets = before, .error = before};
    if (sources->wide)
        sources->addresses[slot] = key->address;
    sources->count++;
    return &sources->slots[slot];
}

static void copy_slot(struct sources *to, const struct sources *from, size_t slot)
{
    struct address address;
    source_address(from, &from->slots[slot], &address);
    size_t target = free_slot(to, source_home(to, source_hash(to, &address)));

    to->slots[target] = from->slots[slot];
    if (to->wide)
        to->addresses[target] = address;
}

void sources_resize(struct sources *sources, size_t size)
{
    struct sources old = *sources;
    size_t released = 0;

    sources_init(sources, old.wide, size, old.seeds);
    sources->full = old.full;
    sources->count = old.count;
    sources->evicted = old.evicted;
    for (size_t slot = 0; slot < old.size; slot++) {
        if (old.slots[slot].packets != 0)
            copy_slot(sources, &old, slot);
        if (slot - released == RELEASE) {
            mem_release(old.slots, released * sizeof *old.slots, slot * sizeof *old.slots);
            released = slot;
        }
    }
    for (size_t region = 0; region < regions_of(size); region++)
        sources->floors[region] = old.floors[region * old.size / size];
    sources_dispose(&old);
}
