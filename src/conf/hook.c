// SPDX-License-Identifier: MIT

// [hook NAME]: commands that are told of conditions.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/loader.h"

void loader_hook(struct loader *loader, const struct ini_section *from)
{
    struct config *config = loader->config;
    const struct hook_config *hook =
        loader_add(loader, from, &config_section_hook, &config->hooks, &config->hook_count);
    if (hook != NULL && hook->command == NULL)
        ini_fault(loader->errors, &from->place,
                  "[%s] runs nothing; write command = /path/to/program and its words", from->name);
}

static bool has_word(const char *words, const char *wanted)
{
    size_t len = strlen(wanted);
    for (const char *at = words; (at = strstr(at, wanted)) != NULL; at += len)
        if ((at == words || strchr(" ,\t", at[-1]) != NULL) && len > 0 &&
            (at[len] == '\0' || strchr(" ,\t", at[len]) != NULL))
            return true;
    return false;
}

bool config_names_host(const char *word, const struct host_config *host)
{
    if (word[0] != '@')
        return strcmp(word, host->name) == 0;
    return strcmp(word + 1, host->environment) == 0 || has_word(host->groups, word + 1);
}

bool config_hook_hears(const struct hook_config *hook, const struct host_config *host)
{
    for (char **word = hook->hosts; word != NULL && *word != NULL; word++)
        if (config_names_host(*word, host))
            return true;
    return hook->hosts == NULL;
}

void loader_check_hooks(const struct config *config, const struct ini *ini, struct err_list *errors)
{
    for (size_t i = 0; i < config->hook_count; i++) {
        const struct hook_config *hook = &config->hooks[i];
        for (char **word = hook->hosts; word != NULL && *word != NULL; word++) {
            bool known = false;
            for (size_t j = 0; j < config->host_count; j++)
                known = known || config_names_host(*word, &config->hosts[j]);
            if (known)
                continue;
            char *section = mem_printf("hook %s", hook->name);
            const struct ini_section *found = ini_section(ini, section);
            const struct ini_entry *entry = found != NULL ? ini_get(found, "hosts") : NULL;
            err_list_add(errors, "%s:%d: hosts = %s: %s", config->path,
                         entry != NULL ? entry->place.line : 0, *word,
                         (*word)[0] == '@' ? "no host has this environment or group"
                                           : "no [host NAME] has this name");
            free(section);
        }
    }
}
