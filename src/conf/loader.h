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

// Whether a host, a hook … may be called so.
bool loader_is_name(const char *name);
// The NAME of [WORD NAME], or NULL and a fault.
const char *loader_name(struct loader *loader, const struct ini_section *from,
                        const struct config_section *section);
// Reads the options of a section of the file into the struct at base.
void loader_options(struct loader *loader, const struct ini_section *from,
                    const struct config_section *section, void *base);
// Adds a struct to the array of those of the section, as section_add(), and reads the options; NULL
// and a fault where [WORD NAME] has no NAME, or one that stands already.
void *loader_add(struct loader *loader, const struct ini_section *from,
                 const struct config_section *section, void *array_ptr, size_t *count);

// Puts fresh (heap, taken over) in the place of an empty text.
void loader_fill(char **place, char *fresh);
char *loader_login_name(void); // of who runs this; heap

// One section of the file each.
void loader_host(struct loader *loader, const struct ini_section *from);
void loader_hook(struct loader *loader, const struct ini_section *from);
void loader_command(struct loader *loader, const struct ini_section *from);

// Hooks may stand before the hosts that they name.
void loader_check_hooks(const struct config *config, const struct ini *ini,
                        struct err_list *errors);

// What a host takes from the rest of the file, which stands now: trusted networks, its accent. In a
// file without hosts there is one, this machine.
void loader_finish_hosts(struct config *config);
void loader_free_hosts(struct config *config);

#endif
