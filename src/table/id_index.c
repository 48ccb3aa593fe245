// SPDX-License-Identifier: MIT

// A hash table of 64-bit identities with open addressing.
#include "table/id_index.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

void id_index_reset(struct id_index *index, size_t count)
{
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    if (index->slots == NULL || index->mask + 1 != size) {
        free(index->slots);
        index->slots = mem_array(size, sizeof *index->slots);
        index->mask = size - 1;
    }
    for (size_t i = 0; i < size; i++)
        index->slots[i].value = ID_NONE;
}

void id_index_dispose(struct id_index *index)
{
    free(index->slots);
    *index = (struct id_index){0};
}

static struct id_slot *slot_of(const struct id_index *index, uint64_t id)
{
    size_t at = hash_mix(id) & index->mask;
    while (index->slots[at].value != ID_NONE && index->slots[at].id != id)
        at = (at + 1) & index->mask;
    return &index->slots[at];
}

uint32_t *id_index_put(struct id_index *index, uint64_t id, uint32_t value)
{
    struct id_slot *slot = slot_of(index, id);
    if (slot->value == ID_NONE)
        *slot = (struct id_slot){.id = id, .value = value};
    return &slot->value;
}

uint32_t id_index_get(const struct id_index *index, uint64_t id)
{
    return index->slots == NULL ? ID_NONE : slot_of(index, id)->value;
}
