// SPDX-License-Identifier: MIT

// What the filter, hosts and sort prompts do with their text.
#include "tui/filter_prompt.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/state.h"

static void filter_changed(struct console *console, struct prompt *prompt)
{
    struct err err = {0};
    size_t position = SIZE_MAX;
    if (!table_view_set_filter(console_table(console), line_edit_text(&prompt->line), &position,
                               &err)) {
        prompt_error(prompt, position, &err);
        // A half-typed column name was a word just now, and hid every row: better what was shown
        // before.
        table_view_set_filter(console_table(console), prompt->before, NULL, NULL);
    }
}

static bool no_error(struct console *console, struct prompt *prompt)
{
    (void)console;
    return !err_is_set(&prompt->error);
}

static void filter_cancel(struct console *console, struct prompt *prompt)
{
    table_view_set_filter(console_table(console), prompt->before, NULL, NULL);
}

static void hosts_changed(struct console *console, struct prompt *prompt)
{
    struct err err = {0};
    size_t position = SIZE_MAX;
    if (!console_choose_hosts(console, line_edit_text(&prompt->line), &position, &err))
        prompt_error(prompt, position, &err);
}

static void hosts_cancel(struct console *console, struct prompt *prompt)
{
    console_choose_hosts(console, prompt->before, NULL, NULL);
}

static void sort_changed(struct console *console, struct prompt *prompt)
{
    struct err err = {0};
    const char *text = line_edit_text(&prompt->line);
    if (text[0] != '\0' && !table_view_set_sort(console_table(console), text, &err))
        prompt_error(prompt, SIZE_MAX, &err);
}

static void sort_cancel(struct console *console, struct prompt *prompt)
{
    if (prompt->before[0] != '\0')
        table_view_set_sort(console_table(console), prompt->before, NULL);
}

// The word at the end of the text becomes the first column name that begins with it.
static char *complete_column(const char *text, const struct schema *schema)
{
    size_t begin = strlen(text);
    while (begin > 0 && strchr(" |!,-", text[begin - 1]) == NULL)
        begin--;
    size_t len = strlen(text + begin);
    for (size_t i = 0; len > 0 && i < schema->column_count; i++)
        if (strncmp(schema->columns[i].name, text + begin, len) == 0)
            return mem_printf("%.*s%s", (int)begin, text, schema->columns[i].name);
    return NULL;
}

static char *filter_complete(struct console *console, struct prompt *prompt)
{
    return complete_column(line_edit_text(&prompt->line),
                           table_view_schema(console_table(console)));
}

static char *hosts_complete(struct console *console, struct prompt *prompt)
{
    (void)console;
    return complete_column(line_edit_text(&prompt->line), &host_table_schema);
}

static const struct prompt_class filter_class = {
    .label = "filter:",
    .help = "word  col=value  col>10  col~regex  !not  a | b   Tab completes columns",
    .changed = filter_changed,
    .accept = no_error,
    .cancel = filter_cancel,
    .remembers = true,
    .complete = filter_complete,
};

static const struct prompt_class hosts_class = {
    .label = "hosts:",
    .help = "sw1 | sw2   environment=prod   state!=live   empty: all",
    .changed = hosts_changed,
    .accept = no_error,
    .cancel = hosts_cancel,
    .remembers = true,
    .complete = hosts_complete,
};

static const struct prompt_class sort_class = {
    .label = "sort by:",
    .help = "column, or -column for descending; two with a comma   Tab completes",
    .changed = sort_changed,
    .accept = no_error,
    .cancel = sort_cancel,
    .remembers = true,
    .complete = filter_complete,
};

enum next filter_prompt_open(struct console *console, int argument)
{
    (void)argument;
    console_open_prompt(console, &filter_class, table_view_filter(console_table(console)));
    return NEXT_PAINT;
}

enum next filter_prompt_open_hosts(struct console *console, int argument)
{
    (void)argument;
    console_open_prompt(console, &hosts_class, console->host_filter);
    return NEXT_PAINT;
}

enum next filter_prompt_open_sort(struct console *console, int argument)
{
    (void)argument;
    struct str text = {0};
    table_view_sort_text(console_table(console), &text);
    console_open_prompt(console, &sort_class, str_text(&text));
    str_dispose(&text);
    return NEXT_PAINT;
}
