// SPDX-License-Identifier: MIT

// Every action that names a key has a command in the console, and the default keymap binds it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "action/action.h"
#include "tui/act_keys.h"
#include "tui/keymap.h"

// The command that runs this action, or another one that shares its key (lock and unlock).
static const struct key_command *command_of(const struct action *action)
{
    for (size_t i = 0; i < key_command_count; i++) {
        const struct key_command *command = &key_commands[i];
        if (command->run != act_keys_press)
            continue;
        const struct action *other = action_find(act_keys_action((enum act_key)command->argument));
        if (other != NULL && strcmp(other->key, action->key) == 0)
            return command;
    }
    return NULL;
}

static void every_action_with_a_key_has_a_command_on_it(void **state)
{
    (void)state;
    struct keymap *keymap;
    struct err_list errors = {0}, notes = {0};
    assert_true(keymap_load(&keymap, "default", NULL, &errors, &notes));
    for (size_t i = 0; actions[i] != NULL; i++) {
        if (actions[i]->key[0] == '\0')
            continue;
        const struct key_command *command = command_of(actions[i]);
        if (command == NULL)
            fail_msg("the action %s has the key %s and no command", actions[i]->name,
                     actions[i]->key);
        struct str keys = {0};
        keymap_keys(keymap, MODE_PANE, NULL, command, 1, "", &keys);
        assert_string_equal(str_text(&keys), actions[i]->key);
        str_dispose(&keys);
    }
    keymap_free(keymap);
    err_list_dispose(&errors);
    err_list_dispose(&notes);
}

static void every_key_that_acts_has_an_action(void **state)
{
    (void)state;
    for (int key = 0; key < ACT_KEYS; key++)
        assert_non_null(action_find(act_keys_action((enum act_key)key)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_with_a_key_has_a_command_on_it),
        cmocka_unit_test(every_key_that_acts_has_an_action),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
