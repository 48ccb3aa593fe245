// SPDX-License-Identifier: MIT

// The key sets that come with the program reach everything and ban nobody by a slip; the user's
// file is laid over them, and what clashes is named with both places.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tui/keymap.h"

static const enum mode modes[] = {MODE_OVERVIEW, MODE_PANE, MODE_GUIDE, MODE_VIEWER, MODE_PROMPT};
#define MODE_COUNT (sizeof modes / sizeof *modes)

// What the users of a set press to move, without looking. Vi: motions of vi and less, marks that
// are jumped to, scrolling. Emacs: motions, and those of its lists, View and Info.
static const struct {
    const char *set;
    const char *keys;
} movement[] = {
    {"vi.ini",
     "h j k l w W b B e E g G 0 $ ^ _ H M L n N f F t T ; Comma % * # + - ( ) { } [ ] ' ` "
     "/ ? | z Space Backspace Enter Tab Up Down Left Right Home End PageUp PageDown"},
    {"emacs.ini", "n p b f l r j u d < > ^ [ ] Space Backspace Enter Tab Up Down Left Right Home "
                  "End PageUp PageDown Alt-v Alt-f Alt-b Alt-a Alt-e Alt-< Alt-> Alt-{ Alt-}"},
    {"default.ini",
     "h j k l w g G n N Space Backspace Enter Tab Up Down Left Right Home End PageUp "
     "PageDown"},
    {"no-fkeys.ini", "h j k l w g G n N Space Backspace Enter Tab Up Down Left Right Home End "
                     "PageUp PageDown"},
};

static struct keymap *load(const char *name, struct err_list *errors, struct err_list *notes)
{
    struct keymap *keymap;
    bool ok = keymap_load(&keymap, name, NULL, errors, notes);
    assert_int_equal(ok, errors->count == 0);
    return keymap;
}

static struct keymap *load_shipped(const char *file)
{
    char name[40];
    struct err_list errors = {0}, notes = {0};
    snprintf(name, sizeof name, "%.*s", (int)strcspn(file, "."), file);
    struct keymap *keymap = load(name, &errors, &notes);
    for (size_t i = 0; i < errors.count; i++)
        print_error("%s\n", errors.texts[i]);
    for (size_t i = 0; i < notes.count; i++)
        print_error("%s\n", notes.texts[i]);
    assert_int_equal(errors.count, 0);
    assert_int_equal(notes.count, 0);
    return keymap;
}

static bool moves(const char *file, const struct chord_keys *keys)
{
    for (size_t i = 0; i < sizeof movement / sizeof *movement; i++) {
        if (strcmp(movement[i].set, file) != 0)
            continue;
        char *words = mem_strdup(movement[i].keys), *rest;
        bool found = false;
        for (char *word = strtok_r(words, " ", &rest); word != NULL;
             word = strtok_r(NULL, " ", &rest)) {
            struct chord_keys one;
            assert_true(chord_keys_parse(word, &one));
            found |= one.items[0] == keys->items[0];
        }
        free(words);
        return found;
    }
    fail_msg("%s: say here what its users know as movement", file);
    return false;
}

static bool is_control(int chord)
{
    return chord < ' ' && chord != CHORD_TAB && chord != CHORD_ENTER && chord != CHORD_ESC;
}

static void no_key_set_writes_by_a_slip(void **state)
{
    (void)state;
    const char *file;
    size_t seen = 0, faults = 0;
    for (size_t set = 0; (file = keymap_shipped(set)) != NULL; set++) {
        struct keymap *keymap = load_shipped(file);
        const struct keymap_binding *binding;
        for (size_t i = 0; (binding = keymap_binding(keymap, i)) != NULL; i++) {
            if (binding->command == NULL || !key_command_writes(binding->command))
                continue;
            char name[CHORD_KEYS_NAME];
            chord_keys_print(&binding->keys, name);
            bool wrong = moves(file, &binding->keys);
            for (size_t key = 0; key < binding->keys.count; key++)
                wrong |= is_control(binding->keys.items[key]);
            if (wrong)
                print_error("%s: %s does %s\n", file, name, binding->command->name);
            faults += wrong;
            seen++;
        }
        keymap_free(keymap);
    }
    assert_int_equal(faults, 0);
    assert_true(seen > 40);
}

static void every_key_set_reaches_what_the_default_reaches(void **state)
{
    (void)state;
    const char *file;
    struct keymap *standard = load_shipped("default.ini");
    size_t lost = 0, sets = 0;
    for (; (file = keymap_shipped(sets)) != NULL; sets++) {
        struct keymap *keymap = load_shipped(file);
        for (size_t i = 0; i < key_command_count; i++)
            for (size_t mode = 0; mode < MODE_COUNT; mode++) {
                struct str keys = {0};
                const struct key_command *command = &key_commands[i];
                bool had = keymap_keys(standard, modes[mode], NULL, command, 1, "", &keys) > 0;
                if (had && keymap_keys(keymap, modes[mode], NULL, command, 1, "", &keys) == 0) {
                    print_error("%s: no key for %s in mode %u\n", file, command->name, modes[mode]);
                    lost++;
                }
                str_dispose(&keys);
            }
        keymap_free(keymap);
    }
    assert_int_equal(lost, 0);
    assert_int_equal(sets, 4);
    keymap_free(standard);
}

static void no_fkeys_needs_no_f_key(void **state)
{
    (void)state;
    struct keymap *keymap = load_shipped("no-fkeys.ini");
    const struct keymap_binding *binding;
    for (size_t i = 0; (binding = keymap_binding(keymap, i)) != NULL; i++)
        for (size_t key = 0; key < binding->keys.count; key++)
            assert_true(binding->keys.items[key] < CHORD_F1 ||
                        binding->keys.items[key] >= CHORD_F1 + CHORD_F_COUNT);
    keymap_free(keymap);
}

// A configuration folder with keymaps/NAME.ini in it.
static char *user_file(const char *name, const char *text)
{
    static char folder[] = "/tmp/nocdesk-keymap-XXXXXX";
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    assert_non_null(mkdtemp(folder));
    setenv("XDG_CONFIG_HOME", folder, 1);
    char path[200];
    snprintf(path, sizeof path, "%s/nocdesk", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/nocdesk/keymaps", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/nocdesk/keymaps/%s.ini", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return mem_strdup(path);
}

static void remove_user_file(char *path)
{
    char command[300];
    char *end = strstr(path, "/nocdesk/keymaps");
    snprintf(command, sizeof command, "rm -r %.*s", (int)(end - path), path);
    assert_int_equal(system(command), 0);
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    free(path);
}

static const char *does(const struct keymap *keymap, enum mode mode, const char *pane,
                        const char *name)
{
    struct chord_keys keys;
    const struct key_command *command;
    assert_true(chord_keys_parse(name, &keys));
    switch (keymap_look(keymap, mode, pane, &keys, &command)) {
    case KEYMAP_NOTHING:
        return "nothing";
    case KEYMAP_BEGINS:
        return "begins";
    case KEYMAP_COMMAND:
        return command->name;
    }
    return NULL;
}

static void the_users_file_lies_over_the_set_of_its_name(void **state)
{
    (void)state;
    struct err_list errors = {0}, notes = {0};
    char *path = user_file("vi", "[table]\nsort = d,s\nban = X\nunban =\n"
                                 "[pane flood]\nfilter = Comma,f\nunbind = i\n");
    struct keymap *keymap = load("vi", &errors, &notes);
    assert_int_equal(errors.count, 0);
    assert_string_equal(does(keymap, MODE_PANE, "flood", "d,s"), "sort");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "s"), "nothing");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "d"), "begins");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "X"), "ban");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "d,b"), "nothing");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "p"), "nothing");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "Comma"), "begins");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "Comma,f"), "filter");
    assert_string_equal(does(keymap, MODE_PANE, "calls", "Comma,f"), "nothing");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "i"), "nothing");
    assert_string_equal(does(keymap, MODE_PANE, "gateways", "i"), "window");
    assert_string_equal(does(keymap, MODE_PANE, "gateways", "g,g"), "first");
    keymap_free(keymap);
    err_list_dispose(&errors);
    err_list_dispose(&notes);
    remove_user_file(path);
}

static void check_words(const struct err_list *list, const char *const *parts)
{
    for (; *parts != NULL; parts++) {
        bool found = false;
        for (size_t i = 0; i < list->count; i++)
            found |= strstr(list->texts[i], *parts) != NULL;
        if (!found) {
            for (size_t i = 0; i < list->count; i++)
                print_error("said: %s\n", list->texts[i]);
            fail_msg("not said: %s", *parts);
        }
    }
}

static void what_is_taken_away_is_said_with_both_places(void **state)
{
    (void)state;
    struct err_list errors = {0}, notes = {0};
    char *path = user_file("default", "[table]\nsort = b\nfilter = n,n\n[global]\nquit = s\n");
    struct keymap *keymap = load("default", &errors, &notes);
    assert_int_equal(errors.count, 0);
    static const char *const said[] = {
        "default.ini:2: b does sort, not ban (keymaps/default.ini:",
        "default.ini:3: n,n does filter, and so n no longer does search-next "
        "(keymaps/default.ini:",
        NULL};
    check_words(&notes, said);
    keymap_free(keymap);
    err_list_dispose(&errors);
    err_list_dispose(&notes);
    remove_user_file(path);
}

static void a_key_that_a_narrower_scope_hides_is_said(void **state)
{
    (void)state;
    struct err_list errors = {0}, notes = {0};
    char *path = user_file("default", "[table]\nwindow = /\n[overview]\nhelp = b\n[global]\n"
                                      "quit = n\n");
    struct keymap *keymap = load("default", &errors, &notes);
    static const char *const said[] = {"default.ini:6: n never does quit: [",
                                       "] is narrower than [global] (keymaps/default.ini:", NULL};
    check_words(&notes, said);
    keymap_free(keymap);
    err_list_dispose(&errors);
    err_list_dispose(&notes);
    remove_user_file(path);
}

static void faults_of_one_file_name_both_lines(void **state)
{
    (void)state;
    struct err_list errors = {0}, notes = {0};
    char *path = user_file("mine", "[table]\nsort = i\nfilter = i\nsearch = e,e\nban = e\n"
                                   "up = g,g,g,g,g\n[prompt]\naccept = a\n[nowhere]\nup = k\n");
    struct keymap *keymap;
    assert_false(keymap_load(&keymap, "mine", NULL, &errors, &notes));
    static const char *const said[] = {
        "mine.ini:3: i does filter here and sort on line 2; keep one",
        "mine.ini:5: e for ban and e,e for search on line 4 begin alike",
        "mine.ini:6: \"g,g,g,g,g\" is no key",
        "mine.ini:8: a in [prompt] begins with a key that types text",
        "mine.ini:9: [nowhere] is no part of a keymap",
        NULL};
    check_words(&errors, said);
    keymap_free(keymap);
    err_list_dispose(&errors);
    err_list_dispose(&notes);
    remove_user_file(path);
}

static void commands_of_ones_own_have_keys_and_rivals_are_named(void **state)
{
    static char a[] = "a", b[] = "b", c[] = "c", none[] = "", key[] = "Alt-w", ctrl[] = "Ctrl-B";
    static char flood[] = "flood", alone[] = "Alt-q", path[] = "nocdesk.ini";
    char *panes[] = {flood, NULL};
    int lines[32] = {0};
    struct command_config commands[] = {
        {.name = a, .title = a, .key = key, .panes = panes, .line = 3, .lines = lines},
        {.name = b, .title = b, .key = alone, .line = 7, .lines = lines},
        {.name = c, .title = c, .key = none, .line = 9, .lines = lines},
    };
    for (size_t i = 0; i < config_section_command.option_count; i++)
        if (strcmp(config_section_command.options[i].name, "key") == 0)
            lines[i] = 4;
    struct config config = {.path = path, .commands = commands, .command_count = 3};
    struct err_list errors = {0}, notes = {0};
    struct keymap *keymap;
    const struct key_command *found;
    struct chord_keys keys;
    (void)state;
    assert_true(keymap_load(&keymap, "default", &config, &errors, &notes));
    assert_true(chord_keys_parse("Alt-w", &keys));
    assert_int_equal(keymap_look(keymap, MODE_PANE, "flood", &keys, &found), KEYMAP_COMMAND);
    assert_string_equal(found->name, "run-a");
    keymap_look(keymap, MODE_PANE, "bans", &keys, &found);
    assert_true(found == NULL || strcmp(found->name, "run-a") != 0);
    assert_null(keymap_own(keymap, 3));
    assert_int_equal(notes.count, 0);
    keymap_free(keymap);
    // Two of them on one key, and one that writes on a Ctrl- key.
    commands[1].key = key;
    commands[1].panes = panes;
    commands[2].key = ctrl;
    commands[2].writes = true;
    assert_false(keymap_load(&keymap, "default", &config, &errors, &notes));
    static const char *const said[] = {
        "nocdesk.ini:4: key = Ctrl-B: a command that writes is on no Ctrl- key",
        "nocdesk.ini:4: Alt-w does run-b here and run-a on line 4; keep one", NULL};
    check_words(&errors, said);
    keymap_free(keymap);
    err_list_dispose(&errors);
    err_list_dispose(&notes);
}

static void a_key_of_the_program_is_no_key_of_ones_own_until_it_is_free(void **state)
{
    static char name[] = "a", path[] = "nocdesk.ini", flood[] = "flood";
    static char many[] = "b q Enter x,y w g,x";
    char *panes[] = {flood, NULL};
    int lines[32] = {0};
    struct command_config command = {
        .name = name, .title = name, .key = many, .line = 3, .lines = lines};
    struct config config = {.path = path, .commands = &command, .command_count = 1};
    struct err_list errors = {0}, notes = {0};
    struct keymap *keymap;
    (void)state;
    for (size_t i = 0; i < config_section_command.option_count; i++)
        lines[i] = 4;
    // Everywhere, or in one pane: neither hides a key of the program.
    for (int round = 0; round < 2; round++) {
        assert_false(keymap_load(&keymap, "default", &config, &errors, &notes));
        static const char *const said[] = {
            "nocdesk.ini:4: b for run-a: b is the key of ban (keymaps/default.ini:",
            "nocdesk.ini:4: q for run-a: q is the key of quit (keymaps/default.ini:",
            "nocdesk.ini:4: Enter for run-a: Enter is the key of enter (keymaps/default.ini:",
            "nocdesk.ini:4: x,y for run-a: x is the key of mark-none (keymaps/default.ini:",
            "nocdesk.ini:4: g,x for run-a: g is the key of first (keymaps/default.ini:",
            NULL};
        check_words(&errors, said);
        assert_int_equal(errors.count, 6);
        assert_string_equal(does(keymap, MODE_PANE, "flood", "b"), "ban");
        keymap_free(keymap);
        err_list_dispose(&errors);
        errors = (struct err_list){0};
        command.panes = panes;
    }
    command.panes = NULL;
    static char freed[] = "b q Enter";
    command.key = freed;
    char *file = user_file("default", "[table]\nban = X\nunbind = Enter\n[global]\nquit = Q\n");
    if (!keymap_load(&keymap, "default", &config, &errors, &notes))
        fail_msg("%s", errors.texts[0]);
    assert_string_equal(does(keymap, MODE_PANE, "flood", "b"), "run-a");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "q"), "run-a");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "Enter"), "run-a");
    assert_string_equal(does(keymap, MODE_PANE, "flood", "X"), "ban");
    keymap_free(keymap);
    err_list_dispose(&errors);
    err_list_dispose(&notes);
    remove_user_file(file);
}

static void keys_are_printed_as_they_are_written(void **state)
{
    (void)state;
    static const char *const names[] = {"q",           "Comma",     "g,g",     "Ctrl-X,Ctrl-C",
                                        "Alt-x,Comma", "Space,F12", "d,Comma", "Alt-Left"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct chord_keys keys;
        char out[CHORD_KEYS_NAME];
        assert_true(chord_keys_parse(names[i], &keys));
        chord_keys_print(&keys, out);
        assert_string_equal(out, names[i]);
    }
    struct chord_keys keys;
    assert_false(chord_keys_parse(",", &keys));
    assert_false(chord_keys_parse("g,", &keys));
    assert_false(chord_keys_parse("gg", &keys));
}

// The modes in which the command has a key.
static unsigned reached(const struct keymap *keymap, const struct key_command *command)
{
    static const enum mode places[] = {MODE_OVERVIEW, MODE_PANE, MODE_GUIDE, MODE_VIEWER};
    unsigned out = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct str keys = {0};
        if (keymap_keys(keymap, places[i], NULL, command, 1, " ", &keys) > 0)
            out |= places[i];
        str_dispose(&keys);
    }
    return out;
}

static void a_replay_has_its_keys_and_takes_no_command_its_last_one(void **state)
{
    const unsigned all = MODE_OVERVIEW | MODE_PANE | MODE_GUIDE | MODE_VIEWER;
    const char *file;
    (void)state;
    for (size_t set = 0; (file = keymap_shipped(set)) != NULL; set++) {
        struct keymap *keymap = load_shipped(file);
        for (size_t i = 0; i < key_command_count; i++) {
            const struct key_command *command = &key_commands[i];
            bool of_replay = (command->modes & MODE_REPLAY) != 0;
            keymap_set_replay(keymap, false);
            unsigned live = reached(keymap, command);
            keymap_set_replay(keymap, true);
            unsigned played = reached(keymap, command);
            if (live != (of_replay ? 0 : played) || (of_replay && played != all))
                fail_msg("%s: %s is reached in %x, in a replay in %x", file, command->name, live,
                         played);
        }
        keymap_free(keymap);
    }
}

int main(void)
{
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_set_writes_by_a_slip),
        cmocka_unit_test(every_key_set_reaches_what_the_default_reaches),
        cmocka_unit_test(no_fkeys_needs_no_f_key),
        cmocka_unit_test(the_users_file_lies_over_the_set_of_its_name),
        cmocka_unit_test(what_is_taken_away_is_said_with_both_places),
        cmocka_unit_test(a_key_that_a_narrower_scope_hides_is_said),
        cmocka_unit_test(faults_of_one_file_name_both_lines),
        cmocka_unit_test(commands_of_ones_own_have_keys_and_rivals_are_named),
        cmocka_unit_test(a_key_of_the_program_is_no_key_of_ones_own_until_it_is_free),
        cmocka_unit_test(keys_are_printed_as_they_are_written),
        cmocka_unit_test(a_replay_has_its_keys_and_takes_no_command_its_last_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
