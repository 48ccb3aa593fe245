// SPDX-License-Identifier: MIT

// The search prompt, and going on from match to match.
#include "tui/search.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/state.h"

static void search_text(struct console *console, struct prompt *prompt)
{
    viewer_set_search(console->viewer, line_edit_text(&prompt->line));
    if (!viewer_search(console->viewer, 1, prompt->origin_line) && prompt->line.text.len > 0) {
        struct err err;
        err_set(&err, "nothing here contains it");
        prompt_error(prompt, SIZE_MAX, &err);
    }
}

static void search_rows(struct console *console, struct prompt *prompt)
{
    struct table_view *table = console_table(console);
    struct err err = {0};
    size_t position = SIZE_MAX;
    table_view_go(table, prompt->origin_row);
    if (!table_view_set_search(table, line_edit_text(&prompt->line), &position, &err)) {
        prompt_error(prompt, position, &err);
    } else if (prompt->line.text.len > 0 && table_view_search(table, 1, true) == FOUND_NOTHING) {
        err_set(&err, "no row matches");
        prompt_error(prompt, SIZE_MAX, &err);
    }
}

static void changed(struct console *console, struct prompt *prompt)
{
    if (console->viewer != NULL)
        search_text(console, prompt);
    else
        search_rows(console, prompt);
}

static void cancel(struct console *console, struct prompt *prompt)
{
    if (console->viewer != NULL)
        viewer_set_search(console->viewer, "");
    else
        table_view_go(console_table(console), prompt->origin_row);
}

static const struct prompt_class table_search = {
    .label = N_("search:"),
    .help = N_("a word, or an expression as in the filter"),
    .remembers = true,
    .changed = changed,
    .cancel = cancel,
};

static const struct prompt_class text_search = {
    .label = N_("search:"),
    .help = N_("text"),
    .remembers = true,
    .changed = changed,
    .cancel = cancel,
};

enum next search_open(struct console *console, int argument)
{
    (void)argument;
    struct row_ref row;
    bool any = console->viewer == NULL && table_view_current(console_table(console), &row);
    console_open_prompt(console, console->viewer != NULL ? &text_search : &table_search, "");
    console->prompt->origin_row = any ? row.id : 0;
    console->prompt->origin_line = console->viewer != NULL ? console->viewer->top : 0;
    return NEXT_PAINT;
}

static void again_in_text(struct console *console, int direction)
{
    struct viewer *viewer = console->viewer;
    if (!viewer_search(viewer, direction, viewer_search_from(viewer, direction)))
        journal_add(console->journal, LEVEL_INFO, "", "nothing here contains \"%s\"",
                    viewer->search != NULL ? viewer->search : "");
}

enum next search_again(struct console *console, int argument)
{
    if (console->viewer != NULL) {
        again_in_text(console, argument);
        return NEXT_PAINT;
    }
    switch (table_view_search(console_table(console), argument, false)) {
    case FOUND_NOTHING:
        journal_add(console->journal, LEVEL_INFO, "", "no row matches the search");
        break;
    case FOUND_ROUND:
        journal_add(console->journal, LEVEL_INFO, "", "%s",
                    argument > 0 ? _("the search went on from the first row")
                                 : _("the search went on from the last row"));
        break;
    case FOUND:
        break;
    }
    return NEXT_PAINT;
}
