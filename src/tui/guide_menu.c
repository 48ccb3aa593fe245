// SPDX-License-Identifier: MIT

// The checklists as a table to choose from: those that were left first.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/guide_state.h"

enum {
    MENU_HOST,
    MENU_LIST,
    MENU_TITLE,
    MENU_MINUTES,
    MENU_STEPS,
    MENU_UNFINISHED,
    MENU_LAST,
    MENU_PURPOSE,
    MENU_COLUMNS
};

static const struct column columns[MENU_COLUMNS] = {
    [MENU_HOST] = {.name = "host", .title = "Host", .kind = KIND_TEXT, .key = true, .help = "All."},
    [MENU_LIST] = {.name = "list",
                   .title = "List",
                   .kind = KIND_TEXT,
                   .key = true,
                   .help = "The name, as --checklist takes it."},
    [MENU_TITLE] = {.name = "title",
                    .title = "Title",
                    .kind = KIND_TEXT,
                    .help = "What it is called."},
    [MENU_MINUTES] = {.name = "minutes",
                      .title = "Minutes",
                      .kind = KIND_INT,
                      .priority = 1,
                      .help = "How long a person needs for it."},
    [MENU_STEPS] = {.name = "steps",
                    .title = "Steps",
                    .kind = KIND_INT,
                    .priority = 3,
                    .help = "How many steps it has."},
    [MENU_UNFINISHED] = {.name = "unfinished",
                         .title = "Unfinished",
                         .kind = KIND_TEXT,
                         .help = "How far a run is that was left, by whom and when; Enter goes on "
                                 "with it."},
    [MENU_LAST] = {.name = "last",
                   .title = "Last run",
                   .kind = KIND_TEXT,
                   .priority = 2,
                   .help = "How the last finished run came out, by whom and when."},
    [MENU_PURPOSE] = {.name = "purpose",
                      .title = "For",
                      .kind = KIND_TEXT,
                      .priority = 4,
                      .width = 20,
                      .unbounded = true,
                      .help = "What it is for."},
};

static const struct schema schema = {
    .name = "checklists", .columns = columns, .column_count = MENU_COLUMNS};

const struct probe guide_menu_probe = {
    .schema = &schema,
    .title = "Checklists",
    .purpose = "The checklists: Enter begins one, or goes on with one that was left.",
    .empty = "the profile has no checklists",
};

static void add_list(struct console *console, struct table *table, const char *profile,
                     const char *name)
{
    struct err_list errors = {0};
    struct checklist *list;
    size_t row = table_add_row(table);
    table_set_static(table, row, MENU_HOST, "");
    table_set_text(table, row, MENU_LIST, name);
    if (checklist_load(profile, name, &list, &errors)) {
        table_set_text(table, row, MENU_TITLE, list->title);
        table_set_int(table, row, MENU_MINUTES, checklist_minutes(list));
        table_set_int(table, row, MENU_STEPS, (int64_t)list->count);
        table_set_text(table, row, MENU_PURPOSE, list->purpose);
        checklist_free(list);
    } else {
        table_set_static(table, row, MENU_TITLE, "has faults");
        table_set_text(table, row, MENU_PURPOSE, errors.count > 0 ? errors.texts[0] : "");
        table_set_level(table, row, MENU_TITLE, LEVEL_WARN);
    }
    err_list_dispose(&errors);
    (void)console;
}

const struct table *guide_menu_build(struct console *console, char ***names, size_t *count)
{
    const char *profile = fleet_profile(console->fleet, 0)->name;
    struct table *table = table_new(&schema);
    *names = checklist_names(profile, count);
    for (size_t i = 0; i < *count; i++)
        add_list(console, table, profile, (*names)[i]);
    return table_seal(table);
}
