// SPDX-License-Identifier: MIT

// What the writers share.
#include "table/write.h"

#include <string.h>

#include "table/write_common.h"

static const char *const names[] = {
    [FORMAT_TEXT] = "text",         [FORMAT_JSON] = "json", [FORMAT_CSV] = "csv",
    [FORMAT_MARKDOWN] = "markdown", [FORMAT_HTML] = "html",
};

const char *format_text(enum format format)
{
    return names[format];
}

bool format_parse(const char *text, enum format *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum format)i;
            return true;
        }
    }
    return false;
}

size_t write_row_count(struct view *view, const struct write_options *options)
{
    size_t count = view_count(view);
    return options->limit > 0 && options->limit < count ? options->limit : count;
}
