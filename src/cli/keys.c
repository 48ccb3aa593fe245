// SPDX-License-Identifier: MIT

// nocdesk keys: which keys do what where, as the console would have it.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/xdg.h"
#include "cli/cli.h"
#include "tui/keymap.h"

enum { COL_WHERE, COL_KEYS, COL_COMMAND, COL_HELP, COL_FROM, COLS };

static const struct column columns[COLS] = {
    [COL_WHERE] = {.name = "where",
                   .title = N_("Where"),
                   .help = N_("the narrowest part of the console in which it holds"),
                   .kind = KIND_TEXT,
                   .key = true},
    [COL_KEYS] = {.name = "keys",
                  .title = N_("Keys"),
                  .help = N_("a key, or several to press one after the other"),
                  .kind = KIND_TEXT,
                  .key = true},
    [COL_COMMAND] = {.name = "command",
                     .title = N_("Command"),
                     .help = N_("its name in keymap files and behind :"),
                     .kind = KIND_TEXT},
    [COL_HELP] = {.name = "help",
                  .title = N_("What it does"),
                  .help = N_("what the command does"),
                  .kind = KIND_TEXT,
                  .priority = 2,
                  .unbounded = true,
                  .words = true},
    [COL_FROM] = {.name = "from",
                  .title = N_("From"),
                  .help = N_("the file and line that says so"),
                  .kind = KIND_TEXT,
                  .priority = 1},
};

static const struct schema keys_schema = {.name = "keys", .columns = columns, .column_count = COLS};

static bool holds_anywhere(const struct keymap *keymap, const struct keymap_binding *binding)
{
    static const enum mode modes[] = {MODE_OVERVIEW, MODE_PANE,   MODE_GUIDE,
                                      MODE_VIEWER,   MODE_PROMPT, MODE_REPLAY};
    const char *pane = strncmp(binding->scope, "pane ", 5) == 0 ? binding->scope + 5 : NULL;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (keymap_holds(keymap, modes[i], pane, binding))
            return true;
    return false;
}

static const struct table *make_table(const struct keymap *keymap)
{
    struct table *table = table_new(&keys_schema);
    const struct keymap_binding *binding;
    for (size_t i = 0; (binding = keymap_binding(keymap, i)) != NULL; i++) {
        if (!holds_anywhere(keymap, binding))
            continue;
        char keys[CHORD_KEYS_NAME];
        chord_keys_print(&binding->keys, keys);
        char *from = mem_printf("%s:%d", binding->place.path, binding->place.line);
        size_t row = table_add_row(table);
        table_set_text(table, row, COL_WHERE, binding->scope);
        table_set_text(table, row, COL_KEYS, keys);
        table_set_text(table, row, COL_COMMAND, binding->command->name);
        table_set_text(table, row, COL_HELP, binding->command->help);
        table_set_text(table, row, COL_FROM, from);
        free(from);
    }
    return table_seal(table);
}

static int print(const struct invocation *invocation, const struct keymap *keymap, const char *name)
{
    struct view *view = cli_view(invocation, &keys_schema, "where,command");
    if (view == NULL)
        return EXIT_USAGE;
    const struct table *table = make_table(keymap);
    view_set_tables(view, &table, 1);
    struct write_options options = cli_write_options(invocation);
    if (invocation->format == FORMAT_JSON) {
        json_t *root =
            json_pack("{s:s, s:o}", "keymap", name, "rows", write_json_rows(view, &options));
        json_dumpf(root, stdout, WRITE_JSON_FLAGS);
        putchar('\n');
        json_decref(root);
    } else if (invocation->format == FORMAT_CSV) {
        write_csv(stdout, view, &options);
    } else {
        write_text(stdout, view, &options);
    }
    view_free(view);
    table_unref(table);
    return EXIT_DONE;
}

static int keys_run(const struct invocation *invocation)
{
    struct setup setup = {0};
    int code = EXIT_USAGE;
    if (setup_load(invocation, &setup)) {
        const char *name = invocation->keymap != NULL ? invocation->keymap : setup.config->keymap;
        struct keymap *keymap;
        struct err_list errors = {0}, notes = {0};
        bool ok = keymap_load(&keymap, name, setup.config, &errors, &notes);
        for (size_t i = 0; i < errors.count; i++)
            cli_complain("%s", errors.texts[i]);
        for (size_t i = 0; i < notes.count; i++)
            cli_complain("%s", notes.texts[i]);
        if (ok)
            code = print(invocation, keymap, name);
        keymap_free(keymap);
        err_list_dispose(&errors);
        err_list_dispose(&notes);
    }
    setup_dispose(&setup);
    return code;
}

static const char *const keys_options[] = {"keymap", "filter", "sort", "limit", NULL};

const struct command command_keys = {
    .name = "keys",
    .operands = "",
    .summary = N_("Print which keys do what where, and which file says so."),
    .help =
        N_("The key set of --keymap or of the configuration, with your own "
           "~/.config/nocdesk/keymaps/NAME.ini laid over it: default, vi, emacs and no-fkeys "
           "come with the program. Keys with commas between are pressed one after the other. What "
           "your file takes away from the key set is said on standard error, with both places; "
           "faults are too, and the exit code is 2 then."),
    .options = keys_options,
    .run = keys_run,
};
