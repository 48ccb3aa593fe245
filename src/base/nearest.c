// SPDX-License-Identifier: MIT

// The edit distance of two words.
#include "base/nearest.h"

#include <stdint.h>
#include <string.h>

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(const char *a, const char *b)
{
    size_t row[NEAREST_WORD_MAX + 1];
    size_t a_len = strnlen(a, NEAREST_WORD_MAX + 1), b_len = strnlen(b, NEAREST_WORD_MAX + 1);
    if (a_len > NEAREST_WORD_MAX || b_len > NEAREST_WORD_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = smaller(replaced, smaller(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_len];
}
