// SPDX-License-Identifier: MIT

// Word wrap by terminal columns.
#include "base/wrap.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

static size_t copy_character(const char *text, char out[8])
{
    size_t bytes;
    text_decode(text, strlen(text), &bytes);
    memcpy(out, text, bytes);
    out[bytes] = '\0';
    return bytes;
}

static bool closes(const char *character)
{
    static const char closing[] = "，。、；：！？）】」』》”’";
    return strstr(closing, character) != NULL;
}

// Whether a line may end before this character, which is none of the first.
static bool may_break(const char *before, const char *at)
{
    char last[8], next[8];
    copy_character(before, last);
    copy_character(at, next);
    if (next[0] == ' ' || last[0] == ' ')
        return true;
    return (text_width(last) == 2 || text_width(next) == 2) && !closes(next);
}

size_t text_wrap(const char *clean, int width, const char **rest)
{
    size_t used = 0, before = 0, end = 0;
    int cols = 0;
    while (clean[used] != '\0') {
        char one[8];
        size_t bytes = copy_character(clean + used, one);
        cols += text_width(one);
        if (used > 0 && may_break(clean + before, clean + used))
            end = used;
        if (cols > width && used > 0)
            break;
        before = used;
        used += bytes;
    }
    if (clean[used] == '\0' || end == 0)
        end = used; // all of it, or one long word
    *rest = clean + end + strspn(clean + end, " ");
    while (end > 0 && clean[end - 1] == ' ')
        end--;
    return end;
}
