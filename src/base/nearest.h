// SPDX-License-Identifier: MIT

// How far a mistyped word is from a known one, for "did you mean".
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

#define NEAREST_WORD_MAX 64

// Letters to insert, remove or replace to make one word of the other (Levenshtein); SIZE_MAX when
// one of them is longer than NEAREST_WORD_MAX.
size_t nearest_distance(const char *a, const char *b);

#endif
