// SPDX-License-Identifier: MIT

// Memory that dies together: strings and rows of one table.
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size); // zeroed, aligned for any type
char *arena_strndup(struct arena *arena, const char *text, size_t len);
size_t arena_bytes(const struct arena *arena); // what it holds from the heap

#endif
