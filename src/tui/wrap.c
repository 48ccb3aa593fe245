// SPDX-License-Identifier: MIT

// Word wrap by terminal columns.
#include "tui/wrap.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

// Bytes of clean text that fill at most width columns; at least one character, so that it always
// goes on.
static size_t fitting_bytes(const char *text, int width)
{
    size_t len = strlen(text), used = 0;
    int cols = 0;
    while (used < len) {
        char one[8] = "";
        size_t bytes;
        text_decode(text + used, len - used, &bytes);
        memcpy(one, text + used, bytes);
        cols += text_width(one);
        if (cols > width && used > 0)
            break;
        used += bytes;
    }
    return used;
}

size_t wrap_line(const char *text, int width, const char **rest)
{
    size_t fits = fitting_bytes(text, width > 0 ? width : 1);
    size_t end = fits;
    if (text[fits] != '\0' && text[fits] != ' ') {
        while (end > 0 && text[end - 1] != ' ')
            end--;
        if (end == 0)
            end = fits; // one long word
    }
    *rest = text + end;
    while (**rest == ' ')
        (*rest)++;
    while (end > 0 && text[end - 1] == ' ')
        end--;
    return end;
}

static int wrap(struct area area, enum role role, int indent, const char *text, bool draw)
{
    char *clean = text_clean_dup(text);
    const char *at = clean;
    int line = 0;
    while (*at != '\0' && line < area.height) {
        int shift = line > 0 ? indent : 0;
        const char *rest;
        size_t bytes = wrap_line(at, area.width - shift, &rest);
        bool last = line == area.height - 1;
        char *part = last ? mem_strdup(at) : mem_strndup(at, bytes);
        if (draw)
            draw_text(area.top + line, area.left + shift, area.width - shift, role, part);
        free(part);
        at = rest;
        line++;
    }
    free(clean);
    return line;
}

int wrap_draw(struct area area, enum role role, int indent, const char *text)
{
    return wrap(area, role, indent, text, true);
}

int wrap_lines(const char *text, int width, int indent)
{
    return wrap((struct area){.height = 1000, .width = width}, ROLE_TEXT, indent, text, false);
}
