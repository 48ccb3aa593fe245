// SPDX-License-Identifier: MIT

// Marking by key.
#include "tui/mark_keys.h"

#include "base/lang.h"
#include "tui/state.h"
#include "tui/table_marks.h"

static void say_count(struct console *console)
{
    size_t count = table_marks_count(console_table(console), NULL);
    journal_add(console->journal, LEVEL_INFO, "", P_("%zu row marked", "%zu rows marked", count),
                count);
}

enum next mark_keys_toggle(struct console *console, int argument)
{
    (void)argument;
    table_marks_toggle(console_table(console));
    return NEXT_PAINT;
}

enum next mark_keys_range(struct console *console, int argument)
{
    (void)argument;
    table_marks_range(console_table(console));
    return NEXT_PAINT;
}

static bool accept(struct console *console, struct prompt *prompt)
{
    struct err err = {0};
    size_t position = SIZE_MAX;
    if (!table_marks_matching(console_table(console), line_edit_text(&prompt->line), &position,
                              &err)) {
        prompt_error(prompt, position, &err);
        return false;
    }
    say_count(console);
    return true;
}

static const struct prompt_class matching_class = {
    .label = N_("mark:"),
    .help = N_("rows that match an expression; empty: all that are shown"),
    .remembers = true,
    .accept = accept,
};

enum next mark_keys_matching(struct console *console, int argument)
{
    (void)argument;
    console_open_prompt(console, &matching_class, "");
    return NEXT_PAINT;
}

enum next mark_keys_invert(struct console *console, int argument)
{
    (void)argument;
    table_marks_invert(console_table(console));
    say_count(console);
    return NEXT_PAINT;
}

enum next mark_keys_clear(struct console *console, int argument)
{
    (void)argument;
    table_marks_clear(console_table(console));
    say_count(console);
    return NEXT_PAINT;
}
