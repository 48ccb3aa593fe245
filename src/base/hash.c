// SPDX-License-Identifier: MIT

// A fast hash of bytes: eight at a time, multiplied and folded.
#include "base/hash.h"

#include <string.h>

static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t len)
{
    const unsigned char *at = bytes, *end = at + len;
    uint64_t hash = seed ^ (len * 0x9e3779b97f4a7c15ULL);
    uint64_t tail = 0;

    for (; end - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = fold(hash ^ word, 0xa0761d6478bd642fULL);
    }
    if (at < end && len >= 8) // some of the last eight for the second time
        memcpy(&tail, end - 8, 8);
    else
        for (; at < end; at++)
            tail = tail << 8 | *at;
    return hash_mix(fold(hash ^ tail ^ 0xe7037ed1a0b428dbULL, 0x8ebc6af09c88c6e3ULL));
}
