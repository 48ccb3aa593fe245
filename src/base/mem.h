// SPDX-License-Identifier: MIT

// Heap memory for a program that cannot usefully go on without it: failure prints a sentence and
// ends the program through abort(), whose handler restores the terminal.
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);                           // zeroed; free() it
void *mem_array(size_t count, size_t size);             // zeroed; refuses an overflowing product
void *mem_resize(void *old, size_t count, size_t size); // new part is not zeroed
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t len);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

// Whole pages, zeroed, that take physical memory only where they are touched; in huge pages when
// there is much. What is released reads as zero again. size is the one of mem_map().
void *mem_map(size_t size);
void mem_unmap(void *memory, size_t size);
void mem_release(void *memory, size_t from, size_t to); // the pages that lie whole in [from, to)

// Grows the array so that one element more fits, counts it, and returns its address, zeroed.
void *mem_push(void *array_ptr, size_t *count, size_t *cap,
               size_t size); // array_ptr: address of the pointer

#endif
