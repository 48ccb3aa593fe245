// SPDX-License-Identifier: MIT

// Columns as a list over the prompt, in their order: typing narrows it, Enter hides or shows, signs
// move them and set their width.
#include "tui/columns_menu.h"

#include <string.h>

#include "base/lang.h"
#include "tui/state.h"

#define LINES_MAX 10

// The index-th column that may be hidden and has the typed text in its name or title; -1: none.
static long nth_match(struct console *console, const struct prompt *prompt, int index)
{
    const struct table_view *table = console_table(console);
    const struct schema *schema = table_view_schema(table);
    const char *text = line_edit_text(&prompt->line);
    int col;
    for (int place = 0; (col = table_view_column_in(table, place)) >= 0; place++)
        if (table_view_may_hide(table, (size_t)col) &&
            (strcasestr(schema->columns[col].name, text) != NULL ||
             strcasestr(_(schema->columns[col].title), text) != NULL) &&
            index-- == 0)
            return col;
    return -1;
}

static int count_matches(struct console *console, const struct prompt *prompt)
{
    int count = 0;
    while (nth_match(console, prompt, count) >= 0)
        count++;
    return count;
}

static int chosen(struct console *console, struct prompt *prompt)
{
    int count = count_matches(console, prompt);
    if (prompt->chosen >= count)
        prompt->chosen = count - 1;
    if (prompt->chosen < 0)
        prompt->chosen = 0;
    return prompt->chosen;
}

static bool accept(struct console *console, struct prompt *prompt)
{
    struct table_view *table = console_table(console);
    long col = nth_match(console, prompt, chosen(console, prompt));
    if (col >= 0) {
        table_view_hide(table, (size_t)col, !table_view_is_hidden(table, (size_t)col));
    } else {
        struct err err;
        err_set(&err, "no column is called \"%s\"", line_edit_text(&prompt->line));
        prompt_error(prompt, 0, &err);
    }
    return false; // the list stays open for the next one
}

// The entry moves with its column.
static void move_place(struct console *console, struct prompt *prompt, long col, int places)
{
    table_view_move_place(console_table(console), (size_t)col, places);
    int count = count_matches(console, prompt);
    for (int i = 0; i < count; i++)
        if (nth_match(console, prompt, i) == col)
            prompt->chosen = i;
}

static bool typed(struct console *console, struct prompt *prompt, int code_point)
{
    long col = nth_match(console, prompt, chosen(console, prompt));
    if (code_point == '?')
        return prompt_show_hint(console, prompt);
    switch (col >= 0 ? code_point : 0) {
    case '<':
        move_place(console, prompt, col, -1);
        return true;
    case '>':
        move_place(console, prompt, col, 1);
        return true;
    case '-':
        table_view_widen(console_table(console), (size_t)col, -1);
        return true;
    case '+':
        table_view_widen(console_table(console), (size_t)col, 1);
        return true;
    default:
        return false;
    }
}

static int lines_above(struct console *console, struct prompt *prompt, int width)
{
    (void)width;
    int count = count_matches(console, prompt);
    return count < LINES_MAX ? count : LINES_MAX;
}

static int draw_above(struct console *console, struct prompt *prompt, struct area area)
{
    const struct table_view *table = console_table(console);
    int at = chosen(console, prompt);
    int first = at >= area.height ? at - area.height + 1 : 0;
    for (int line = 0; line < area.height; line++) {
        long col = nth_match(console, prompt, first + line);
        if (col < 0)
            break;
        const struct column *column = &table_view_schema(table)->columns[col];
        bool here = first + line == at, hidden = table_view_is_hidden(table, (size_t)col);
        enum role role = here ? ROLE_CURSOR : hidden ? ROLE_DIM : ROLE_TEXT;
        draw_fill(area.top + line, area.left, area.width, role);
        draw_textf(area.top + line, area.left + 2, 22, role, "[%s] %s", hidden ? " " : "x",
                   _(column->title));
        draw_text(area.top + line, area.left + 25, area.width - 26, here ? ROLE_CURSOR : ROLE_HINT,
                  column->help != NULL ? _(column->help) : "");
    }
    return area.height;
}

static const struct prompt_class columns_class = {
    .label = N_("columns:"),
    .help = N_("Enter shows, hides  < > move  - + width  Esc ends"),
    .typed = typed,
    .accept = accept,
    .lists = true,
    .draw_above = draw_above,
    .lines_above = lines_above,
};

enum next columns_menu_open(struct console *console, int argument)
{
    (void)argument;
    console_open_prompt(console, &columns_class, "");
    return NEXT_PAINT;
}
