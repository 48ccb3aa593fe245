// SPDX-License-Identifier: MIT

// nocdesk.ini as a whole: its sections, and those that belong to the profile.
#include "conf/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/xdg.h"
#include "conf/loader.h"
#include "conf/profile.h"
#include "conf/section.h"

static void load_nocdesk(struct loader *loader, const struct ini_section *from)
{
    loader_options(loader, from, &config_section_nocdesk, loader->config);
}

static void load_memory(struct loader *loader, const struct ini_section *from)
{
    loader_options(loader, from, &config_section_memory, &loader->config->memory);
}

static void load_overview(struct loader *loader, const struct ini_section *from)
{
    loader_options(loader, from, &config_section_overview, &loader->config->overview);
}

static void load_filter(struct loader *loader, const struct ini_section *from)
{
    struct config *config = loader->config;
    const struct filter_config *filter =
        loader_add(loader, from, &config_section_filter, &config->filters, &config->filter_count);
    if (filter != NULL && (filter->pane[0] == '\0' || filter->expression[0] == '\0'))
        ini_fault(loader->errors, &from->place, "[%s] needs pane = PANE and rows = EXPRESSION",
                  from->name);
}

static void load_layout(struct loader *loader, const struct ini_section *from)
{
    struct config *config = loader->config;
    const struct layout_config *layout =
        loader_add(loader, from, &config_section_layout, &config->layouts, &config->layout_count);
    if (layout != NULL && layout->tiles[0] == '\0')
        ini_fault(loader->errors, &from->place, "[%s] needs tiles = hosts attention …", from->name);
}

static void load_environment(struct loader *loader, const struct ini_section *from)
{
    struct config *config = loader->config;
    loader_add(loader, from, &config_section_environment, &config->environments,
               &config->environment_count);
}

static const struct {
    const struct config_section *section;
    void (*load)(struct loader *loader, const struct ini_section *from);
} readers[] = {
    {&config_section_nocdesk, load_nocdesk},   {&config_section_memory, load_memory},
    {&config_section_host, loader_host},       {&config_section_hook, loader_hook},
    {&config_section_command, loader_command}, {&config_section_filter, load_filter},
    {&config_section_layout, load_layout},     {&config_section_environment, load_environment},
    {&config_section_overview, load_overview},
};

static bool is_of_profile(const struct loader *loader, const char *word)
{
    for (size_t i = 0; i < loader->profile_word_count; i++)
        if (strcmp(loader->profile_words[i], word) == 0)
            return true;
    return false;
}

static void fault_unknown_section(struct loader *loader, const struct ini_section *from,
                                  const char *word)
{
    size_t own = config_section_count, count = loader->profile_word_count + own;
    const char **names = mem_array(count, sizeof *names);
    struct str all = {0};
    for (size_t i = 0; i < count; i++)
        names[i] = i < own ? config_sections[i]->word : loader->profile_words[i - own];
    for (size_t i = 0; i < own; i++)
        str_appendf(&all, "%s[%s%s]", i > 0 ? ", " : "", names[i],
                    config_sections[i]->named ? " NAME" : "");
    const char *nearest = ini_nearest(word, names, count);
    if (nearest != NULL)
        ini_fault(loader->errors, &from->place, "[%s] is no known section; did you mean [%s%s]?",
                  from->name, nearest, strcmp(nearest, word) != 0 ? from->name + strlen(word) : "");
    else
        ini_fault(loader->errors, &from->place,
                  "[%s] is no known section; there are %s and the sections of the profile",
                  from->name, str_text(&all));
    str_dispose(&all);
    free(names);
}

static void load_section(struct loader *loader, const struct ini_section *from)
{
    char *word = mem_strndup(from->name, strcspn(from->name, " \t"));
    size_t i = 0, count = sizeof readers / sizeof *readers;
    while (i < count &&
           strcmp(readers[i].section->named ? word : from->name, readers[i].section->word) != 0)
        i++;
    if (i < count)
        readers[i].load(loader, from);
    else if (is_of_profile(loader, word))
        ini_lay_section(&loader->config->profile_overrides, from);
    else
        fault_unknown_section(loader, from, word);
    free(word);
}

static void load_file(struct config *config, struct err_list *errors)
{
    struct loader loader = {.config = config, .errors = errors};
    struct ini ini = {0};
    loader.profile_words = profile_section_words(&loader.profile_word_count);
    ini_read_file(&ini, config->path, errors);
    for (size_t i = 0; i < ini.count; i++)
        load_section(&loader, &ini.sections[i]);
    loader_check_hooks(config, &ini, errors);
    for (size_t i = 0; i < loader.profile_word_count; i++)
        free(loader.profile_words[i]);
    free(loader.profile_words);
    ini_dispose(&ini);
}

// The file to read, or NULL: there is none, and none was asked for.
static char *find_file(const char *path)
{
    if (path != NULL)
        return mem_strdup(path);
    char *usual = xdg_config_path("nocdesk.ini");
    if (access(usual, F_OK) == 0)
        return usual;
    free(usual);
    return NULL;
}

struct config *config_read(const char *path, struct err_list *errors)
{
    struct config *config = mem_alloc(sizeof *config);
    section_init(&config_section_nocdesk, config);
    section_init(&config_section_memory, &config->memory);
    section_init(&config_section_overview, &config->overview);
    config->path = find_file(path);
    if (config->path != NULL)
        load_file(config, errors);
    loader_fill(&config->operator_name, loader_login_name());
    loader_fill(&config->state_dir, xdg_state_path(""));
    loader_finish_hosts(config);
    return config;
}

bool config_load(const char *path, struct config **out, struct err_list *errors)
{
    size_t faults_before = errors->count;
    struct config *config = config_read(path, errors);
    bool ok = errors->count == faults_before;
    *out = ok ? config : NULL;
    if (!ok)
        config_free(config);
    return ok;
}

void config_free(struct config *config)
{
    if (config == NULL)
        return;
    loader_free_hosts(config);
    section_free_all(&config_section_filter, config->filters, config->filter_count);
    section_free_all(&config_section_layout, config->layouts, config->layout_count);
    section_free_all(&config_section_environment, config->environments, config->environment_count);
    section_free_all(&config_section_hook, config->hooks, config->hook_count);
    section_free_all(&config_section_command, config->commands, config->command_count);
    section_dispose(&config_section_memory, &config->memory);
    section_dispose(&config_section_overview, &config->overview);
    section_dispose(&config_section_nocdesk, config);
    ini_dispose(&config->profile_overrides);
    free(config->path);
    free(config);
}
