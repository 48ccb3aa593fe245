// SPDX-License-Identifier: MIT

// What the sections of nocdesk.ini are read with. Private to the configuration.
#ifndef CONF_LOADER_H
#define CONF_LOADER_H

#include "conf/config.h"

struct loader {
    struct config *config;
    struct err_list *errors;
    char **profile_words; // first words of the sections that belong to the profile
    size_t profile_word_count;
};

// The NAME of [WORD NAME], or NULL and a fault.
const char *loader_name(struct loader *loader, const struct ini_section *section, const char *word);
// Reads the section's options into the struct at base. lines: of that struct, by option.
void loader_options(struct loader *loader, const struct ini_section *section,
                    const struct config_option *options, size_t count, void *base, int *lines);

// hook.c
void loader_hook(struct loader *loader, const struct ini_section *section);
// Hooks may stand before the hosts that they name.
void loader_check_hooks(const struct config *config, const struct ini *ini,
                        struct err_list *errors);
void hook_dispose(struct hook_config *hook);

// command.c
void loader_command(struct loader *loader, const struct ini_section *section);
void command_dispose(struct command_config *command);

#endif
