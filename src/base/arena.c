// SPDX-License-Identifier: MIT

// Chunks of memory that are freed together.
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CHUNK_FIRST 4096
#define CHUNK_MAX   (256 * 1024)

struct chunk {
    struct chunk *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct chunk *chunks; // the newest first
    size_t total;
};

struct arena *arena_new(void)
{
    return mem_alloc(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    for (struct chunk *chunk = arena->chunks, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(arena);
}

static struct chunk *arena_grow(struct arena *arena, size_t size)
{
    size_t next = arena->chunks == NULL ? CHUNK_FIRST : arena->chunks->size * 2;
    if (next > CHUNK_MAX)
        next = CHUNK_MAX;
    if (next < size)
        next = size;
    struct chunk *chunk = mem_array(1, sizeof *chunk + next);
    chunk->size = next;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->total += sizeof *chunk + next;
    return chunk;
}

static void *arena_take(struct arena *arena, size_t size, size_t alignment)
{
    struct chunk *chunk = arena->chunks;
    size_t start = chunk == NULL ? 0 : (chunk->used + alignment - 1) & ~(alignment - 1);
    if (chunk == NULL || start > chunk->size || size > chunk->size - start) {
        chunk = arena_grow(arena, size);
        start = 0;
    }
    chunk->used = start + size;
    return chunk->bytes + start;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return arena_take(arena, size, alignof(max_align_t)); // chunks come zeroed
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_take(arena, len + 1, 1);
    memcpy(copy, text, len);
    return copy;
}

size_t arena_bytes(const struct arena *arena)
{
    return arena->total;
}
