// SPDX-License-Identifier: MIT

// Heap memory that is there or ends the program with a sentence.
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, HUGE_PAGE = 2 << 20, HUGE_FROM = 4 << 20 };

static _Noreturn void mem_fail(void)
{
    static const char text[] = "nocdesk: this machine is out of memory; the program cannot go on\n";
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    abort();
}

static size_t product(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        mem_fail();
    return bytes == 0 ? 1 : bytes;
}

void *mem_alloc(size_t size)
{
    return mem_array(1, size);
}

void *mem_array(size_t count, size_t size)
{
    void *memory = calloc(1, product(count, size));
    if (memory == NULL)
        mem_fail();
    return memory;
}

void *mem_resize(void *old, size_t count, size_t size)
{
    void *memory = realloc(old, product(count, size));
    if (memory == NULL)
        mem_fail();
    return memory;
}

char *mem_strdup(const char *text)
{
    return mem_strndup(text, strlen(text));
}

char *mem_strndup(const char *text, size_t len)
{
    if (len == SIZE_MAX)
        mem_fail();
    char *copy = mem_array(len + 1, 1);
    memcpy(copy, text, len);
    return copy;
}

char *mem_printf(const char *fmt, ...)
{
    char *text;
    va_list args;
    va_start(args, fmt);
    int len = vasprintf(&text, fmt, args);
    va_end(args);
    if (len < 0)
        mem_fail();
    return text;
}

void *mem_push(void *array_ptr, size_t *count, size_t *cap, size_t size)
{
    void *array;
    memcpy(&array, array_ptr, sizeof array);
    if (*count == *cap) {
        *cap = *cap == 0 ? 8 : *cap * 2;
        array = mem_resize(array, *cap, size);
        memcpy(array_ptr, &array, sizeof array);
    }
    void *element = (char *)array + *count * size;
    memset(element, 0, size);
    ++*count;
    return element;
}

void *mem_map(size_t size)
{
    void *memory = mmap(NULL, product(1, size), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        mem_fail();
    if (size >= HUGE_FROM) // the first part stays small: few may ever use more
        (void)madvise((char *)memory + HUGE_PAGE, size - HUGE_PAGE, MADV_HUGEPAGE);
    return memory;
}

void mem_unmap(void *memory, size_t size)
{
    if (memory != NULL)
        munmap(memory, product(1, size));
}

void mem_release(void *memory, size_t from, size_t to)
{
    from = (from + PAGE - 1) & ~(size_t)(PAGE - 1);
    to &= ~(size_t)(PAGE - 1);
    if (from < to)
        (void)madvise((char *)memory + from, to - from, MADV_DONTNEED);
}
