// SPDX-License-Identifier: MIT

// Foreign text made harmless for a terminal.
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/str.h"

#define REPLACEMENT "\xef\xbf\xbd" // U+FFFD
#define MARKS_MAX   2

int text_decode(const char *in, size_t len, size_t *bytes)
{
    const unsigned char *s = (const unsigned char *)in;
    *bytes = 1;
    if (s[0] < 0x80)
        return s[0];
    size_t need = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || len < need)
        return -1;
    static const int first_bits[] = {0, 0, 0x1f, 0x0f, 0x07};
    int code = s[0] & first_bits[need];
    for (size_t i = 1; i < need; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return -1;
        code = code << 6 | (s[i] & 0x3f);
    }
    static const int least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[need] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return -1;
    *bytes = need;
    return code;
}

struct range {
    int first, last;
};

static bool in_ranges(int code, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

// Characters that change what stands beside them or cannot be seen.
static bool is_harmful(int code)
{
    static const struct range harmful[] = {
        {0x00, 0x1f},        {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
        {0x61c, 0x61c},      {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
        {0x200b, 0x200f},    {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
        {0xfe00, 0xfe0f},    {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
        {0xfffe, 0xffff},    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe000, 0xf8ff},
        {0xe0000, 0x10ffff},
    };
    return in_ranges(code, harmful, sizeof harmful / sizeof *harmful);
}

static bool is_combining(int code)
{
    static const struct range marks[] = {
        {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},
        {0x670, 0x670},   {0x900, 0x902},   {0x93c, 0x93c},   {0x941, 0x948},   {0x94d, 0x94d},
        {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},   {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
        {0x20d0, 0x20ff}, {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe20, 0xfe2f},
    };
    return code >= 0x300 && in_ranges(code, marks, sizeof marks / sizeof *marks);
}

static bool is_wide(int code)
{
    static const struct range wide[] = {
        {0x1100, 0x115e},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
        {0x23f0, 0x23f0},   {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
        {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
        {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},
        {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
        {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},
        {0x2728, 0x2728},   {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},
        {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27b0, 0x27b0},   {0x27bf, 0x27bf},
        {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x2e80, 0x303e},
        {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},   {0xa960, 0xa97f},
        {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6f},
        {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18aff}, {0x1b000, 0x1b2ff},
        {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a},
        {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393},
        {0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4},
        {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d},
        {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596},
        {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc},
        {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7}, {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc},
        {0x1f7e0, 0x1f7eb}, {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff},
        {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
    };
    return code >= 0x1100 && in_ranges(code, wide, sizeof wide / sizeof *wide);
}

static int code_width(int code)
{
    return is_combining(code) ? 0 : is_wide(code) ? 2 : 1;
}

// What to print for the character at in: its own bytes, or a stand-in. A mark is 0 columns wide.
static const char *clean_char(const char *in, size_t len, size_t *taken, size_t *bytes, int *cols)
{
    int code = text_decode(in, len, taken);
    *bytes = 1;
    *cols = 1;
    if (code == '\t' || code == '\n')
        return " ";
    if (code < 0 || is_harmful(code)) {
        *bytes = sizeof REPLACEMENT - 1;
        return REPLACEMENT;
    }
    *bytes = *taken;
    *cols = code_width(code);
    return in;
}

int text_clean(char *out, size_t size, const char *in, size_t len, int max_cols)
{
    if (size == 0)
        return 0;
    size_t used = 0;
    int cols = 0;
    int marks = MARKS_MAX; // a mark with nothing before it is dropped
    for (size_t at = 0, taken; at < len; at += taken) {
        size_t bytes;
        int width;
        const char *from = clean_char(in + at, len - at, &taken, &bytes, &width);
        if (width == 0 && marks++ >= MARKS_MAX)
            continue;
        if ((max_cols >= 0 && cols + width > max_cols) || bytes >= size - used)
            break;
        if (width > 0)
            marks = 0;
        memcpy(out + used, from, bytes);
        used += bytes;
        cols += width;
    }
    out[used] = '\0';
    return cols;
}

char *text_clean_dup(const char *in)
{
    size_t len = strlen(in);
    size_t size = len * (sizeof REPLACEMENT - 1) + 1;
    char *out = mem_array(size, 1);
    text_clean(out, size, in, len, -1);
    return out;
}

int text_width(const char *clean)
{
    int cols = 0;
    size_t len = strlen(clean);
    for (size_t at = 0, bytes; at < len; at += bytes) {
        int code = text_decode(clean + at, len - at, &bytes);
        cols += code < 0 ? 1 : code_width(code);
    }
    return cols;
}

int text_gap(const char *clean, int cols)
{
    int width = text_width(clean);
    return width < cols ? cols - width : 0;
}

char *text_valid_utf8(const char *in, size_t len)
{
    struct str out = {0};
    for (size_t at = 0, bytes; at < len; at += bytes) {
        if (text_decode(in + at, len - at, &bytes) < 0)
            str_append(&out, REPLACEMENT);
        else
            str_append_bytes(&out, in + at, bytes);
    }
    return str_take(&out);
}
