// SPDX-License-Identifier: MIT

// Wrapped sentences on the screen.
#include "tui/wrap.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/wrap.h"

static int wrap(struct area area, enum role role, int indent, const char *text, bool draw)
{
    char *clean = text_clean_dup(text);
    const char *at = clean;
    int line = 0;
    while (*at != '\0' && line < area.height) {
        int shift = line > 0 ? indent : 0;
        const char *rest;
        size_t bytes = text_wrap(at, area.width - shift, &rest);
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
