// SPDX-License-Identifier: MIT

// The checklists as a table to choose from: those that were left first.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
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
    [MENU_HOST] =
        {.name = "host", .title = N_("Host"), .kind = KIND_TEXT, .key = true, .help = N_("All.")},
    [MENU_LIST] = {.name = "list",
                   .title = N_("List"),
                   .kind = KIND_TEXT,
                   .key = true,
                   .help = N_("The name, as --checklist takes it.")},
    [MENU_TITLE] = {.name = "title",
                    .title = N_("Title"),
                    .kind = KIND_TEXT,
                    .words = true,
                    .help = N_("What it is called.")},
    [MENU_MINUTES] = {.name = "minutes",
                      .title = N_("Minutes"),
                      .kind = KIND_INT,
                      .priority = 1,
                      .help = N_("How long a person needs for it.")},
    [MENU_STEPS] = {.name = "steps",
                    .title = N_("Steps"),
                    .kind = KIND_INT,
                    .priority = 3,
                    .help = N_("How many steps it has.")},
    [MENU_UNFINISHED] = {.name = "unfinished",
                         .title = N_("Unfinished"),
                         .kind = KIND_TEXT,
                         .help =
                             N_("How far a run is that was left, by whom and when; Enter goes on "
                                "with it.")},
    [MENU_LAST] = {.name = "last",
                   .title = N_("Last run"),
                   .kind = KIND_TEXT,
                   .priority = 2,
                   .help = N_("How the last finished run came out, by whom and when.")},
    [MENU_PURPOSE] = {.name = "purpose",
                      .title = N_("For"),
                      .kind = KIND_TEXT,
                      .words = true,
                      .priority = 4,
                      .width = 20,
                      .unbounded = true,
                      .help = N_("What it is for.")},
};

static const struct schema schema = {
    .name = "checklists", .columns = columns, .column_count = MENU_COLUMNS};

const struct probe guide_menu_probe = {
    .schema = &schema,
    .title = N_("Checklists"),
    .purpose = N_("The checklists: Enter begins one, or goes on with one that was left."),
    .empty = N_("the profile has no checklists"),
};

static void add_past(struct table *table, size_t row, const struct guide_past *past)
{
    struct str words = {0};
    guide_past_left(past, clock_wall_ms(), &words);
    table_set_text(table, row, MENU_UNFINISHED, str_text(&words));
    if (words.len > 0)
        table_set_level(table, row, MENU_UNFINISHED, LEVEL_WARN);
    str_clear(&words);
    guide_past_ended(past, &words);
    table_set_text(table, row, MENU_LAST, str_text(&words));
    str_dispose(&words);
}

static void add_list(struct table *table, const char *profile, const char *name,
                     const struct guide_past *past)
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
        table_set_static(table, row, MENU_TITLE, N_("has faults"));
        table_set_text(table, row, MENU_PURPOSE, errors.count > 0 ? errors.texts[0] : "");
        table_set_level(table, row, MENU_TITLE, LEVEL_WARN);
    }
    add_past(table, row, past);
    err_list_dispose(&errors);
}

static bool was_left(const struct guide_past *past)
{
    return past->left != NULL && guide_story_is_fresh(past->left, clock_wall_ms());
}

// The day's rounds in their order, then the others as they are named.
static int rank(const char *name)
{
    static const char *const first[] = {"morning", "midday", "evening", "weekly", "monthly"};
    int count = sizeof first / sizeof *first;
    for (int i = 0; i < count; i++)
        if (strcmp(first[i], name) == 0)
            return i;
    return count;
}

const struct table *guide_menu_build(const char *profile, const char *const *names,
                                     const struct guide_past *pasts, size_t count)
{
    struct table *table = table_new(&schema);
    for (int left = 1; left >= 0; left--)
        for (int place = 0; place <= rank(""); place++)
            for (size_t i = 0; i < count; i++)
                if (was_left(&pasts[i]) == left && rank(names[i]) == place)
                    add_list(table, profile, names[i], &pasts[i]);
    return table_seal(table);
}
