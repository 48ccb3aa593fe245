// SPDX-License-Identifier: MIT

// How many different things were seen: exact for a few, an estimate of known error for many.
#ifndef METER_DISTINCT_H
#define METER_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISTINCT_FEW = 32, DISTINCT_REGISTERS = 128 };

// Zeroed is empty.
struct distinct {
    uint32_t few; // of them held exactly; more than DISTINCT_FEW: estimated
    union {
        uint32_t hashes[DISTINCT_FEW];
        uint8_t registers[DISTINCT_REGISTERS];
    };
};

// True when it was not held before, as far as can be told.
bool distinct_add(struct distinct *distinct, uint64_t hash);
int64_t distinct_count(const struct distinct *distinct);
bool distinct_is_exact(const struct distinct *distinct);

// HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) over `count` registers, a power of two from
// 128; its standard error is 1.04 / sqrt(count). True when a register rose.
bool sketch_raise(uint8_t *registers, size_t count, uint64_t hash);
double sketch_estimate(const uint8_t *registers, size_t count);

#endif
