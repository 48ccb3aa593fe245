// SPDX-License-Identifier: MIT

// What the filter, hosts and sort prompts do with their text.
#include "tui/filter_prompt.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/complete.h"
#include "tui/state.h"

#define OFFERED_MAX 10

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
    struct table_view *table = console_table(console);
    const char *text = line_edit_text(&prompt->line);
    if (!table_view_set_sort(table, text[0] != '\0' ? text : table_view_first_sort(table), &err))
        prompt_error(prompt, SIZE_MAX, &err);
}

static void sort_cancel(struct console *console, struct prompt *prompt)
{
    table_view_set_sort(console_table(console), prompt->before, NULL);
}

// The tables whose values are offered: the hosts', or those of the table that has the keyboard.
static const struct table **tables_of(struct console *console, bool hosts, size_t *count)
{
    if (hosts) {
        *count = console->overview->host_count;
        const struct table **tables = mem_array(*count + 1, sizeof *tables);
        for (size_t i = 0; i < *count; i++)
            tables[i] = console->overview->host_tables[i];
        return tables;
    }
    const struct table_view *view = console_table(console);
    *count = 0;
    while (table_view_table(view, *count) != NULL)
        ++*count;
    const struct table **tables = mem_array(*count + 1, sizeof *tables);
    for (size_t i = 0; i < *count; i++)
        tables[i] = table_view_table(view, i);
    return tables;
}

// What may stand for what was typed when Tab was pressed first.
static void offer(struct console *console, const struct prompt *prompt, const char *stem,
                  struct completions *out)
{
    bool hosts = prompt->kind->of_hosts;
    const struct schema *schema =
        hosts ? &host_table_schema : table_view_schema(console_table(console));
    size_t count;
    const struct table **tables = tables_of(console, hosts, &count);
    complete_filter(stem, schema, tables, count, console->config, out);
    free(tables);
}

// Tab again: the next one.
static char *filter_complete(struct console *console, struct prompt *prompt)
{
    struct completions completions;
    if (prompt->stem == NULL) {
        prompt->stem = mem_strdup(line_edit_text(&prompt->line));
        prompt->chosen = -1;
    }
    offer(console, prompt, prompt->stem, &completions);
    char *text = NULL;
    if (completions.count > 0) {
        prompt->chosen = (int)((size_t)(prompt->chosen + 1) % completions.count);
        text = mem_strdup(completions.items[prompt->chosen].text);
    } else {
        free(prompt->stem);
        prompt->stem = NULL;
    }
    completions_dispose(&completions);
    return text;
}

static int offered_lines(struct console *console, struct prompt *prompt, int width)
{
    (void)width;
    if (prompt->stem == NULL)
        return 0;
    struct completions completions;
    offer(console, prompt, prompt->stem, &completions);
    int count = completions.count < OFFERED_MAX ? (int)completions.count : OFFERED_MAX;
    completions_dispose(&completions);
    return count > 1 ? count : 0;
}

static int draw_offered(struct console *console, struct prompt *prompt, struct area area)
{
    struct completions completions;
    offer(console, prompt, prompt->stem, &completions);
    int first = prompt->chosen >= area.height ? prompt->chosen - area.height + 1 : 0;
    for (int line = 0; line < area.height && first + line < (int)completions.count; line++) {
        const struct completion *item = &completions.items[first + line];
        bool here = first + line == prompt->chosen;
        int row = area.top + line, half = area.width / 2;
        draw_fill(row, area.left, area.width, here ? ROLE_CURSOR : ROLE_TEXT);
        draw_text(row, area.left + 2, half - 3, here ? ROLE_CURSOR : ROLE_TEXT, item->text);
        enum role role = here ? ROLE_CURSOR : ROLE_HINT;
        if (item->rows > 0)
            draw_textf(row, area.left + half, half - 1, role, P_("%zu row", "%zu rows", item->rows),
                       item->rows);
        else
            draw_text(row, area.left + half, half - 1, role, item->help);
    }
    completions_dispose(&completions);
    return area.height;
}

static const struct prompt_class filter_class = {
    .label = N_("filter:"),
    .help = N_("word  col=value  col>10  col~regex  !not  a | b   Tab completes"),
    .changed = filter_changed,
    .accept = no_error,
    .cancel = filter_cancel,
    .remembers = true,
    .complete = filter_complete,
    .draw_above = draw_offered,
    .lines_above = offered_lines,
};

static const struct prompt_class hosts_class = {
    .label = N_("hosts:"),
    .help = N_("sw1 | sw2   environment=prod   state!=live   empty: all"),
    .changed = hosts_changed,
    .accept = no_error,
    .cancel = hosts_cancel,
    .remembers = true,
    .complete = filter_complete,
    .of_hosts = true,
    .draw_above = draw_offered,
    .lines_above = offered_lines,
};

static const struct prompt_class sort_class = {
    .label = N_("sort by:"),
    .help = N_("column, or -column for descending; two with a comma   Tab completes"),
    .changed = sort_changed,
    .accept = no_error,
    .cancel = sort_cancel,
    .remembers = true,
    .complete = filter_complete,
    .draw_above = draw_offered,
    .lines_above = offered_lines,
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
