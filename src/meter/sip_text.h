// SPDX-License-Identifier: MIT

// Words, slices and blocks of bytes, for the code that reads SIP start lines and headers.
#ifndef METER_SIP_TEXT_H
#define METER_SIP_TEXT_H

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "meter/sip.h"

struct word {
    const char *text;
    size_t len;
};

#define WORD(s)                                                                                    \
    {                                                                                              \
        s, sizeof(s) - 1                                                                           \
    }

static inline struct sip_slice slice_from(const char *begin, const char *end)
{
    return (struct sip_slice){.text = begin, .len = (size_t)(end - begin)};
}

static inline bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline struct sip_slice slice_trim(struct sip_slice slice)
{
    while (slice.len > 0 && is_space(slice.text[0])) {
        slice.text++;
        slice.len--;
    }
    while (slice.len > 0 && is_space(slice.text[slice.len - 1]))
        slice.len--;
    return slice;
}

static inline char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

// ASCII only, whatever the locale: in a Turkish one strncasecmp() finds "SIP" and "sip" different.
static inline bool slice_begins(struct sip_slice slice, const struct word *lower_word)
{
    if (slice.len < lower_word->len)
        return false;
    for (size_t i = 0; i < lower_word->len; i++)
        if (lower(slice.text[i]) != lower_word->text[i])
            return false;
    return true;
}

// SIP methods are case-sensitive.
void sip_take_method(struct sip_slice token, enum meter_method *method,
                     enum meter_other_method *other);

enum { BLOCK = 64 };

// The line breaks among so many bytes, a bit each.
static inline uint64_t breaks_in_block(const char *at)
{
    uint64_t bits = 0;
#ifdef __SSE2__
    const __m128i wanted = _mm_set1_epi8('\n');
    for (int i = 0; i < BLOCK / 16; i++) {
        __m128i bytes;
        memcpy(&bytes, at + i * 16, sizeof bytes);
        uint32_t found = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted));
        bits |= (uint64_t)found << i * 16;
    }
#else
    for (int i = 0; i < BLOCK; i++)
        bits |= (uint64_t)(at[i] == '\n') << i;
#endif
    return bits;
}

#endif
