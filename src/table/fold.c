// SPDX-License-Identifier: MIT

// Case folding without a locale.
#include "table/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define BROKEN_BYTE 0x110000 // the first number beyond Unicode

// Upper-case letters from first to last, every stride-th of them, lie `lower` below their lower
// case. Nothing folds from beyond ASCII into it: a search for ASCII text may then look at bytes
// alone.
struct fold_range {
    int first, last, stride, lower;
};

static const struct fold_range fold_ranges[] = {
    {.first = 0xc0, .last = 0xd6, .stride = 1, .lower = 32}, // Latin
    {.first = 0xd8, .last = 0xde, .stride = 1, .lower = 32},
    {.first = 0x100, .last = 0x12e, .stride = 2, .lower = 1},
    {.first = 0x132, .last = 0x136, .stride = 2, .lower = 1},
    {.first = 0x139, .last = 0x147, .stride = 2, .lower = 1},
    {.first = 0x14a, .last = 0x176, .stride = 2, .lower = 1},
    {.first = 0x178, .last = 0x178, .stride = 1, .lower = -121},
    {.first = 0x179, .last = 0x17d, .stride = 2, .lower = 1},
    {.first = 0x386, .last = 0x386, .stride = 1, .lower = 38}, // Greek
    {.first = 0x388, .last = 0x38a, .stride = 1, .lower = 37},
    {.first = 0x38c, .last = 0x38c, .stride = 1, .lower = 64},
    {.first = 0x38e, .last = 0x38f, .stride = 1, .lower = 63},
    {.first = 0x391, .last = 0x3a1, .stride = 1, .lower = 32},
    {.first = 0x3a3, .last = 0x3ab, .stride = 1, .lower = 32},
    {.first = 0x400, .last = 0x40f, .stride = 1, .lower = 80}, // Cyrillic
    {.first = 0x410, .last = 0x42f, .stride = 1, .lower = 32},
    {.first = 0x460, .last = 0x480, .stride = 2, .lower = 1},
    {.first = 0x48a, .last = 0x4be, .stride = 2, .lower = 1},
    {.first = 0x4c0, .last = 0x4c0, .stride = 1, .lower = 15},
    {.first = 0x4c1, .last = 0x4cd, .stride = 2, .lower = 1},
    {.first = 0x4d0, .last = 0x52e, .stride = 2, .lower = 1},
    {.first = 0x531, .last = 0x556, .stride = 1, .lower = 48},   // Armenian
    {.first = 0x1e00, .last = 0x1e94, .stride = 2, .lower = 1},  // Latin, additional
    {.first = 0x1ea0, .last = 0x1efe, .stride = 2, .lower = 1},  // Vietnamese
    {.first = 0xff21, .last = 0xff3a, .stride = 1, .lower = 32}, // full width
};

static inline int fold_ascii(unsigned char byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

int fold_code(int code)
{
    if (code < 0x80)
        return code >= 0 ? fold_ascii((unsigned char)code) : code;
    for (size_t i = 0; i < sizeof fold_ranges / sizeof *fold_ranges; i++) {
        const struct fold_range *range = &fold_ranges[i];
        if (code < range->first)
            return code;
        if (code <= range->last)
            return (code - range->first) % range->stride == 0 ? code + range->lower : code;
    }
    return code;
}

int fold_next(const char *text, size_t len, size_t *bytes)
{
    unsigned char first = (unsigned char)text[0];
    *bytes = 1;
    if (first < 0x80)
        return fold_ascii(first);
    int code = text_decode(text, len, bytes);
    return code < 0 ? BROKEN_BYTE + first : fold_code(code);
}

int fold_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t i = 0, j = 0;
    while (i < a_len && j < b_len) {
        size_t a_bytes, b_bytes;
        int left = fold_next(a + i, a_len - i, &a_bytes);
        int right = fold_next(b + j, b_len - j, &b_bytes);
        if (left != right)
            return left < right ? -1 : 1;
        i += a_bytes;
        j += b_bytes;
    }
    return (i < a_len) - (j < b_len);
}

static bool is_ascii(const char *text, size_t len)
{
    unsigned char seen = 0;
    for (size_t i = 0; i < len; i++)
        seen |= (unsigned char)text[i];
    return seen < 0x80;
}

void needle_init(struct needle *needle, const char *text, size_t len)
{
    *needle =
        (struct needle){.text = mem_strndup(text, len), .len = len, .ascii = is_ascii(text, len)};
    if (needle->ascii)
        for (size_t i = 0; i < len; i++)
            needle->text[i] = (char)fold_ascii((unsigned char)text[i]);
}

void needle_dispose(struct needle *needle)
{
    free(needle->text);
    *needle = (struct needle){0};
}

static bool ascii_in(const struct needle *needle, const char *text, size_t len)
{
    int first = (unsigned char)needle->text[0];
    int case_bit = first >= 'a' && first <= 'z' ? 0x20 : 0;
    for (size_t at = 0; at + needle->len <= len; at++) {
        if (((unsigned char)text[at] | case_bit) != first)
            continue;
        size_t same = 1;
        while (same < needle->len &&
               fold_ascii((unsigned char)text[at + same]) == needle->text[same])
            same++;
        if (same == needle->len)
            return true;
    }
    return false;
}

static bool begins_with(const char *text, size_t len, const struct needle *needle)
{
    size_t i = 0, j = 0;
    while (j < needle->len) {
        size_t bytes, needle_bytes;
        if (i == len || fold_next(text + i, len - i, &bytes) !=
                            fold_next(needle->text + j, needle->len - j, &needle_bytes))
            return false;
        i += bytes;
        j += needle_bytes;
    }
    return true;
}

bool needle_in(const struct needle *needle, const char *text, size_t len)
{
    if (needle->len == 0)
        return true;
    if (needle->ascii)
        return ascii_in(needle, text, len);
    if (is_ascii(text, len))
        return false;
    for (size_t at = 0, bytes; at < len; at += bytes) {
        if (begins_with(text + at, len - at, needle))
            return true;
        fold_next(text + at, len - at, &bytes);
    }
    return false;
}
