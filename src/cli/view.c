// SPDX-License-Identifier: MIT

// How a table is printed that a command's options filter, sort and cut.
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/cli.h"

#define POINTED_COLS  120 // of a wrong filter
#define POINTED_BYTES (POINTED_COLS * 8)

static void point_at(const char *filter, size_t position)
{
    char shown[POINTED_BYTES];
    int column = text_clean(shown, sizeof shown, filter, position, POINTED_COLS);
    text_clean(shown, sizeof shown, filter, strlen(filter), POINTED_COLS);
    fprintf(stderr, "  %s\n  %*s^\n", shown, column, "");
}

struct view *cli_view(const struct invocation *invocation, const struct schema *schema,
                      const char *default_sort)
{
    struct filter *filter;
    size_t position;
    struct err err = {0};
    if (!filter_parse(invocation->filter, schema, &filter, &position, &err)) {
        cli_complain("--filter: %s", err.text);
        point_at(invocation->filter, position);
        return NULL;
    }
    struct view *view = view_new(schema);
    view_set_filter(view, filter);
    struct sort_key keys[VIEW_SORT_LEVELS];
    const char *sort = invocation->sort != NULL ? invocation->sort : default_sort;
    if (sort_parse(sort, schema, keys, &err)) {
        view_set_sort(view, keys);
        return view;
    }
    cli_complain("%s: %s", invocation->sort != NULL ? "--sort" : _("the table's own sort"),
                 err.text);
    view_free(view);
    return NULL;
}

static int terminal_width(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

struct write_options cli_write_options(const struct invocation *invocation)
{
    const char *no_colour = getenv("NO_COLOR");
    return (struct write_options){
        .limit = invocation->limit,
        .now_ms = clock_shown_wall_ms(),
        .width = terminal_width(),
        .colour = isatty(STDOUT_FILENO) && (no_colour == NULL || no_colour[0] == '\0'),
    };
}
