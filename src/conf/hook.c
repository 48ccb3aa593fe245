// SPDX-License-Identifier: MIT

// [hook NAME]: commands that are told of conditions.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/loader.h"
#include "conf/option.h"

void loader_hook(struct loader *loader, const struct ini_section *section)
{
    struct config *config = loader->config;
    const char *name = loader_name(loader, section, "hook");
    if (name == NULL)
        return;
    for (size_t i = 0; i < config->hook_count; i++) {
        if (strcmp(config->hooks[i].name, name) == 0) {
            ini_fault(loader->errors, &section->place,
                      "the hook '%s' has a section already; keep one", name);
            return;
        }
    }
    config->hooks = mem_resize(config->hooks, config->hook_count + 1, sizeof *config->hooks);
    struct hook_config *hook = &config->hooks[config->hook_count++];
    *hook = (struct hook_config){.name = mem_strdup(name)};
    hook->lines = mem_array(config_hook_option_count, sizeof *hook->lines);
    option_set_fallbacks(config_hook_options, config_hook_option_count, hook);
    loader_options(loader, section, config_hook_options, config_hook_option_count, hook,
                   hook->lines);
    if (hook->command == NULL)
        ini_fault(loader->errors, &section->place,
                  "[%s] runs nothing; write command = /path/to/program and its words",
                  section->name);
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

void hook_dispose(struct hook_config *hook)
{
    option_dispose_all(config_hook_options, config_hook_option_count, hook);
    free(hook->name);
    free(hook->lines);
}
