// SPDX-License-Identifier: MIT

// A short list of hashes that turns into a HyperLogLog sketch in its own place.
#include "meter/distinct.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"

bool sketch_raise(uint8_t *registers, size_t count, uint64_t hash)
{
    size_t at = hash & (count - 1);
    // Of what the index leaves, the position of the first one bit.
    uint8_t rank = (uint8_t)(__builtin_clzll(hash | 0xffff) + 1);

    if (rank <= registers[at])
        return false;
    registers[at] = rank;
    return true;
}

double sketch_estimate(const uint8_t *registers, size_t count)
{
    double sum = 0, m = (double)count;
    size_t zeros = 0;

    for (size_t i = 0; i < count; i++) {
        sum += ldexp(1, -registers[i]);
        zeros += registers[i] == 0;
    }
    double estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum;
    // Few are counted better by the registers that are still empty.
    if (estimate <= 2.5 * m && zeros > 0)
        return m * log(m / (double)zeros);
    return estimate;
}

static void become_sketch(struct distinct *distinct)
{
    uint32_t hashes[DISTINCT_FEW];

    memcpy(hashes, distinct->hashes, sizeof hashes);
    memset(distinct->registers, 0, sizeof distinct->registers);
    for (int i = 0; i < DISTINCT_FEW; i++)
        sketch_raise(distinct->registers, DISTINCT_REGISTERS, hash_mix(hashes[i]));
    distinct->few = DISTINCT_FEW + 1;
}

bool distinct_add(struct distinct *distinct, uint64_t hash)
{
    uint32_t part = (uint32_t)(hash >> 32);

    if (distinct->few <= DISTINCT_FEW) {
        for (uint32_t i = 0; i < distinct->few; i++)
            if (distinct->hashes[i] == part)
                return false;
        if (distinct->few < DISTINCT_FEW) {
            distinct->hashes[distinct->few++] = part;
            return true;
        }
        become_sketch(distinct);
    }
    return sketch_raise(distinct->registers, DISTINCT_REGISTERS, hash_mix(part));
}

int64_t distinct_count(const struct distinct *distinct)
{
    if (distinct_is_exact(distinct))
        return distinct->few;
    int64_t estimate = llround(sketch_estimate(distinct->registers, DISTINCT_REGISTERS));
    return estimate > DISTINCT_FEW ? estimate : DISTINCT_FEW + 1;
}

bool distinct_is_exact(const struct distinct *distinct)
{
    return distinct->few <= DISTINCT_FEW;
}
