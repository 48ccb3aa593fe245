// SPDX-License-Identifier: MIT

// Every source of one address family with its plain counts: 32 bytes each, found in one or two
// cache lines.
#ifndef METER_SOURCES_H
#define METER_SOURCES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

enum { SOURCE_NO_DETAIL = 0 };

struct source {
    uint32_t key;     // the IPv4 address, or a part of the hash of an IPv6 one
    uint32_t packets; // 0: free; stays at its greatest value
    uint32_t error;   // of packets: how many it may not have sent
    uint32_t outgoing : 1;
    uint32_t detail : 31;          // number of its detail + 1
    int32_t first_tick, last_tick; // of the table's time
    uint64_t bytes;
};

struct sources {
    struct source *slots;
    struct address *addresses; // IPv6 only
    bool wide;                 // IPv6
    bool full;                 // may not grow: light ones make way
    size_t size, count, evicted;
    uint32_t *floors; // the most packets that anyone who made way had, for each region of slots
    uint64_t seeds[2];
};

struct source_key {
    struct address address;
    bool wide;
    uint64_t hash;
};

void sources_init(struct sources *sources, bool wide, size_t size, const uint64_t seeds[2]);
void sources_dispose(struct sources *sources);
size_t sources_bytes(size_t size, bool wide);

// Sizes are in slots; old memory is given back as the new is filled.
void sources_resize(struct sources *sources, size_t size);
bool sources_crowded(const struct sources *sources); // it should grow, or is full

static inline uint64_t source_fold(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint32_t source_word(const struct address *address)
{
    uint32_t word;
    __builtin_memcpy(&word, address->bytes + 12, sizeof word);
    return word;
}

static inline uint64_t source_hash(const struct sources *sources, const struct address *address)
{
    uint64_t words[2];

    if (!sources->wide)
        return source_fold(source_word(address) ^ sources->seeds[0], sources->seeds[1]);
    __builtin_memcpy(words, address->bytes, sizeof words);
    uint64_t half = source_fold(words[0] ^ sources->seeds[0], sources->seeds[1]);
    return source_fold(half ^ words[1], sources->seeds[1]);
}

static inline size_t source_home(const struct sources *sources, uint64_t hash)
{
    return (size_t)((hash >> 32) * sources->size >> 32);
}

static inline void source_prefetch(const struct sources *sources, uint64_t hash)
{
    __builtin_prefetch(&sources->slots[source_home(sources, hash)], 1);
}

// NULL: unknown. Valid until the next sources_add() or resize.
struct source *sources_find(const struct sources *sources, const struct source_key *key);

// A new one, not known yet, with packets and error as who may have been here before leaves them
// (packets may be 0 until the caller counts). When the table is full, a light one without detail
// makes way; NULL when there is none.
struct source *sources_add(struct sources *sources, const struct source_key *key);

// In whole words, which are read again as such.
static inline void source_address(const struct sources *sources, const struct source *source,
                                  struct address *out)
{
    const uint64_t mapped[2] = {0, htobe64(UINT64_C(0xffff) << 32 | be32toh(source->key))};

    if (sources->wide)
        *out = sources->addresses[source - sources->slots];
    else
        __builtin_memcpy(out->bytes, mapped, sizeof mapped);
}

#endif
