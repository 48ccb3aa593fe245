// SPDX-License-Identifier: MIT

// POSIX extended regular expressions without case, bounded in time and memory for any input.
#ifndef TABLE_PATTERN_H
#define TABLE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define PATTERN_LEN_MAX 256

// Why not regexec(): its table of states grows without bound ("(.*)1.{18}x" on 10,000 phone numbers
// does not end within 30 s), it follows the locale, and its errors have no position.
struct pattern;

// Understands . [...] [^...] [[:alpha:]] ( ) | * + ? {m,n} ^ $ and \d \w \s \D \W \S; \ before any
// other sign takes it literally. On an error *position is the byte in text that is wrong.
bool pattern_compile(const char *text, size_t len, struct pattern **out, size_t *position,
                     struct err *err);
void pattern_free(struct pattern *pattern);

// Whether it matches anywhere in the text, in time proportional to the text's length. A broken byte
// reads as U+FFFD. One thread at a time: the pattern remembers what it has seen.
bool pattern_match(struct pattern *pattern, const char *text, size_t len);

#endif
