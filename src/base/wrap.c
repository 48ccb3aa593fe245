// SPDX-License-Identifier: MIT

// Word wrap by terminal columns.
#include "base/wrap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"
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

int wrap_columns(FILE *out)
{
    struct winsize size;
    if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 0;
    return size.ws_col < 20 ? 20 : size.ws_col;
}

void wrap_print(FILE *out, int width, int used, int indent, const char *clean)
{
    const char *at = clean, *rest;
    bool first = true;
    do {
        size_t line = strcspn(at, "\n"), len = line;
        rest = at + line;
        if (width > 0) {
            char *paragraph = mem_strndup(at, line);
            const char *next;
            len = text_wrap(paragraph, width - (first ? used : indent), &next);
            rest = at + (next - paragraph);
            free(paragraph);
        }
        fprintf(out, "%*s%.*s\n", len > 0 && !first ? indent : 0, "", (int)len, at);
        at = rest + (*rest == '\n');
        first = false;
    } while (*at != '\0');
}
