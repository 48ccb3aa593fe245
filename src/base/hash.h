// SPDX-License-Identifier: MIT

// A fast hash for identities and tables in memory; not for security.
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_SEED 0xcbf29ce484222325ULL // the seed for a first hash_bytes call

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t len);

// Spreads the bits of an integer (for tables whose size is a power of two).
static inline uint64_t hash_mix(uint64_t x)
{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33);
}

#endif
