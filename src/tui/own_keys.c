// SPDX-License-Identifier: MIT

// [command NAME] to key commands and bindings.
#include "tui/own_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/words.h"
#include "conf/command.h"
#include "probe/probe.h"
#include "tui/own_commands.h"

#define EVERYWHERE "table"

static char *help_of(const struct command_config *command)
{
    if (command->title[0] != '\0')
        return mem_strdup(command->title);
    struct str text = {0};
    for (char **word = command->command; word != NULL && *word != NULL; word++)
        words_append(&text, *word);
    return str_take(&text);
}

struct key_command *own_keys_new(const struct config *config)
{
    struct key_command *own = mem_array(config->command_count + 1, sizeof *own);
    for (size_t i = 0; i < config->command_count; i++)
        own[i] = (struct key_command){
            .name = mem_printf("run-%s", config->commands[i].name),
            .help = help_of(&config->commands[i]),
            .modes = MODE_OVERVIEW | MODE_PANE | MODE_GUIDE | MODE_VIEWER,
            .argument = (int)i,
            .run = own_commands_press,
        };
    return own;
}

void own_keys_free(struct key_command *own, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free((char *)(uintptr_t)own[i].name);
        free((char *)(uintptr_t)own[i].help);
    }
    free(own);
}

static void lay(struct ini *over, const char *scope, const char *name, const char *keys,
                struct ini_place place)
{
    struct ini_section *section = (struct ini_section *)(uintptr_t)ini_section(over, scope);
    if (section == NULL)
        section = ini_add_section(over, scope, place);
    ini_set(over, section, name, keys, place);
}

void own_keys_lay(struct ini *keymap, const struct config *config, struct err_list *errors)
{
    struct ini over = {0};
    for (size_t i = 0; i < config->command_count; i++) {
        const struct command_config *command = &config->commands[i];
        struct ini_place place = {config->path, config_command_line(command, "key")};
        if (command->key[0] == '\0')
            continue;
        if (command->writes && strstr(command->key, "Ctrl-") != NULL)
            ini_fault(errors, &place,
                      "key = %s: a command that writes is on no Ctrl- key, which slips; take "
                      "another",
                      command->key);
        char *name = mem_printf("run-%s", command->name);
        if (command->panes == NULL)
            lay(&over, EVERYWHERE, name, command->key, place);
        for (char **pane = command->panes; pane != NULL && *pane != NULL; pane++) {
            const struct probe *probe = probe_find(*pane);
            char *scope = mem_printf("pane %s", *pane);
            if (probe != NULL && probe->pane) // own_commands_check() tells of the others
                lay(&over, scope, name, command->key, place);
            free(scope);
        }
        free(name);
    }
    ini_overlay(keymap, &over);
    ini_dispose(&over);
}
