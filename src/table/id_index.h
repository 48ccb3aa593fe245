// SPDX-License-Identifier: MIT

// Row identities to small numbers, for finding a row without looking at all of them.
#ifndef TABLE_ID_INDEX_H
#define TABLE_ID_INDEX_H

#include <stddef.h>
#include <stdint.h>

struct id_slot {
    uint64_t id;
    uint32_t value; // ID_NONE: the slot is free
};

#define ID_NONE UINT32_MAX

// Zero-initialised holds nothing.
struct id_index {
    struct id_slot *slots; // owned; open addressing, at most half full
    size_t mask;
};

// Empties the index and makes room for count ids.
void id_index_reset(struct id_index *index, size_t count);
void id_index_dispose(struct id_index *index);

// The value kept under id; when it is new, `value` is put there and returned. At most `count`
// different ids.
uint32_t *id_index_put(struct id_index *index, uint64_t id, uint32_t value);
// The value kept under id, or ID_NONE.
uint32_t id_index_get(const struct id_index *index, uint64_t id);

#endif
