// SPDX-License-Identifier: MIT

// Bytes inside a longer text, and the marked parts of a command's output.
#include <string.h>

#include "probe/slice.h"
#include "probe/value.h"

#define MARK "@@"

struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

bool slice_is(struct slice slice, const char *text)
{
    return slice_equal(slice, slice_of(text));
}

bool slice_contains(struct slice slice, const char *text)
{
    return memmem(slice.text, slice.len, text, strlen(text)) != NULL;
}

static struct slice slice_from(struct slice slice, size_t start)
{
    return (struct slice){slice.text + start, slice.len - start};
}

bool slice_take_line(struct slice *text, struct slice *line)
{
    if (text->len == 0)
        return false;
    const char *newline = memchr(text->text, '\n', text->len);
    size_t len = newline == NULL ? text->len : (size_t)(newline - text->text);
    *line = (struct slice){text->text, len};
    *text = slice_from(*text, newline == NULL ? len : len + 1);
    while (line->len > 0 && line->text[line->len - 1] == '\r')
        line->len--;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct slice slice_take_word(struct slice *line)
{
    size_t start = 0;
    while (start < line->len && is_blank(line->text[start]))
        start++;
    size_t end = start;
    while (end < line->len && !is_blank(line->text[end]))
        end++;
    struct slice word = {line->text + start, end - start};
    *line = slice_from(*line, end);
    return word;
}

bool slice_take_uint(struct slice *text, int64_t *out)
{
    int64_t value = 0;
    size_t i = 0;
    for (; i < text->len && text->text[i] >= '0' && text->text[i] <= '9'; i++) {
        int digit = text->text[i] - '0';
        if (value > (INT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *text = slice_from(*text, i);
    *out = value;
    return i > 0;
}

bool slice_real(struct slice slice, double *out)
{
    struct value value = value_of_text(slice.text, slice.len);
    return value_real(&value, out);
}

// Where the next mark line begins, at or after `from`; the length of the text when there is none.
static size_t next_mark(struct slice text, size_t from)
{
    while (from < text.len) {
        if (text.len - from >= sizeof MARK - 1 &&
            memcmp(text.text + from, MARK, sizeof MARK - 1) == 0)
            return from;
        const char *found =
            memmem(text.text + from, text.len - from, "\n" MARK, sizeof "\n" MARK - 1);
        if (found == NULL)
            break;
        from = (size_t)(found - text.text) + 1;
    }
    return text.len;
}

bool slice_marked_part(struct slice text, const char *name, struct slice *out)
{
    size_t at = next_mark(text, 0);
    while (at < text.len) {
        struct slice rest = slice_from(text, at), line;
        slice_take_line(&rest, &line);
        size_t begin = text.len - rest.len;
        size_t end = next_mark(text, begin);
        if (slice_is(slice_from(line, sizeof MARK - 1), name)) {
            *out = (struct slice){text.text + begin, end - begin};
            return true;
        }
        at = end;
    }
    return false;
}
