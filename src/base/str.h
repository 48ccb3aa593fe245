// SPDX-License-Identifier: MIT

// A growing byte string, always terminated by a NUL that is not counted.
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stddef.h>

// Zero-initialised is the empty string; text is NULL until the first append. Allocation failure
// ends the program (see mem.h), so no function here can fail.
struct str {
    char *text;
    size_t len;
    size_t cap;
};

void str_append(struct str *str, const char *text);
void str_append_bytes(struct str *str, const void *bytes, size_t len);
void str_append_char(struct str *str, char c);
void str_appendf(struct str *str, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void str_vappendf(struct str *str, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));

// Between double quotes, with a backslash before those in it and before backslashes.
void str_append_quoted(struct str *str, const char *text);

// Keeps the memory, empties the string.
void str_clear(struct str *str);
void str_dispose(struct str *str);

// The text, never NULL ("" when empty).
const char *str_text(const struct str *str);

// Hands the heap text to the caller, who frees it; the str is empty afterwards. Never NULL.
char *str_take(struct str *str);

#endif
