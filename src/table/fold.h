// SPDX-License-Identifier: MIT

// UTF-8 text compared and searched without case, whatever the locale.
#ifndef TABLE_FOLD_H
#define TABLE_FOLD_H

#include <stdbool.h>
#include <stddef.h>

// The lower case of a Latin, Greek, Cyrillic, Armenian or full-width letter; any other code point
// as it is.
int fold_code(int code);

// Decodes and folds one character of text[0..len), len > 0. A broken byte becomes a number of its
// own beyond Unicode, so that text that is not UTF-8 still compares byte by byte.
int fold_next(const char *text, size_t len, size_t *bytes);

// Orders two texts by folded code points: negative, 0 or positive.
int fold_compare(const char *a, size_t a_len, const char *b, size_t b_len);

// A text to look for, folded once. Zero-initialised is the empty needle, which every text contains.
struct needle {
    char *text; // owned
    size_t len;
    bool ascii;
};

void needle_init(struct needle *needle, const char *text, size_t len);
void needle_dispose(struct needle *needle);
bool needle_in(const struct needle *needle, const char *text, size_t len);

#endif
