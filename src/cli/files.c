// SPDX-License-Identifier: MIT

// Loads everything as the program does, and collects what is wrong.
#include "cli/files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/xdg.h"
#include "checklist/checklist.h"
#include "probe/probe.h"
#include "tui/keymap.h"
#include "tui/own_commands.h"
#include "tui/saved_check.h"
#include "tui/theme.h"

static void add_path(struct files *files, const char *path)
{
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->paths[i], path) == 0)
            return;
    char **slot = mem_push(&files->paths, &files->count, &files->cap, sizeof *slot);
    *slot = mem_strdup(path);
}

static void worsen(struct files *files, size_t faults_before, enum files_state state)
{
    if (files->faults.count > faults_before && state > files->state)
        files->state = state;
}

static int is_ini(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return entry->d_name[0] != '.' && len > 4 && strcmp(entry->d_name + len - 4, ".ini") == 0;
}

// The operator's own INI files in a folder of the configuration; each is noted, and handed over by
// its name without the ending where there is somebody to take it.
static void each_own(struct files *files, const struct config *config, const char *folder,
                     void (*take)(struct files *files, const struct config *config,
                                  const char *name))
{
    char *path = xdg_config_path(folder);
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_ini, alphasort);
    for (int i = 0; i < count; i++) {
        char *file = mem_printf("%s/%s", path, entries[i]->d_name);
        add_path(files, file);
        free(file);
        if (take != NULL) {
            entries[i]->d_name[strlen(entries[i]->d_name) - 4] = '\0';
            take(files, config, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
    free(path);
}

static void take_theme(struct files *files, const struct config *config, const char *name)
{
    (void)config;
    struct theme theme;
    memset(&theme, 0, sizeof theme);
    theme_load(&theme, name, &files->faults);
}

static void take_keymap(struct files *files, const struct config *config, const char *name)
{
    struct keymap *keymap;
    struct err_list notes = {0};
    keymap_load(&keymap, name, config, &files->faults, &notes);
    keymap_free(keymap);
    err_list_dispose(&notes);
}

// "path:line: …": the line's number, and how long the path is; a fault without a place is all path.
static long place_of(const char *text, size_t *path_len)
{
    for (const char *at = strchr(text, ':'); at != NULL; at = strchr(at + 1, ':')) {
        char *end;
        long line = strtol(at + 1, &end, 10);
        if (at[1] < '0' || at[1] > '9' || *end != ':')
            continue;
        *path_len = (size_t)(at - text);
        return line;
    }
    *path_len = strlen(text);
    return 0;
}

// The theme or keymap in force; one that does not exist is a fault of the line that chose it.
static void take_chosen(struct files *files, const struct config *config, const char *option,
                        const char *typed, const char *configured,
                        void (*take)(struct files *files, const struct config *config,
                                     const char *name))
{
    size_t before = files->faults.count;
    int line = config_option_line(&config_section_nocdesk, config, option);
    if (typed != NULL)
        line = CONFIG_LINE_COMMAND;
    const char *fallback = configured[0] != '\0' ? configured : "default";
    take(files, config, typed != NULL ? typed : fallback);
    for (size_t i = before; i < files->faults.count; i++) {
        char **text = &files->faults.texts[i];
        size_t path_len;
        if (line <= 0 || (*text)[0] == '/' || place_of(*text, &path_len) > 0)
            continue;
        char *placed = mem_printf("%s:%d: %s", config->path, line, *text);
        free(*text);
        *text = placed;
    }
}

static bool is_program(const char *name)
{
    const char *path = getenv("PATH");
    if (strchr(name, '/') != NULL)
        return access(name, X_OK) == 0;
    bool found = false;
    while (path != NULL && *path != '\0' && !found) {
        size_t len = strcspn(path, ":");
        char *file = mem_printf("%.*s/%s", (int)len, path, name);
        found = access(file, X_OK) == 0;
        free(file);
        path += len + (path[len] == ':');
    }
    return found;
}

static void take_hooks(struct files *files, const struct config *config)
{
    for (size_t i = 0; i < config->hook_count; i++) {
        const struct hook_config *hook = &config->hooks[i];
        if (hook->command == NULL || is_program(hook->command[0]))
            continue;
        err_list_add(&files->faults, "%s:%d: command = %s: no program that can be run",
                     config->path, config_option_line(&config_section_hook, hook, "command"),
                     hook->command[0]);
    }
}

// The default keys need not be there; one that is named must.
static void take_identities(struct files *files, const struct config *config)
{
    for (size_t i = 0; i < config->host_count; i++) {
        const struct host_config *host = &config->hosts[i];
        if (host->link != LINK_SSH || host->identity[0] == '\0')
            continue;
        char *path = xdg_expand(host->identity);
        if (access(path, F_OK) != 0)
            err_list_add(&files->faults, "%s:%d: identity = %s: no such file", config->path,
                         config_option_line(&config_section_host, host, "identity"), path);
        free(path);
    }
}

static void take_commands(struct files *files, const struct config *config)
{
    own_commands_check(config, &files->faults);
    own_panes_check(config, &files->faults);
    for (size_t i = 0; i < config->command_count; i++) {
        const struct command_config *command = &config->commands[i];
        if (command->where != COMMAND_HERE || command->command == NULL ||
            is_program(command->command[0]))
            continue;
        err_list_add(&files->faults, "%s:%d: command = %s: no program that can be run",
                     config->path, config_option_line(&config_section_command, command, "command"),
                     command->command[0]);
    }
}

static void take_checklists(struct files *files, const char *profile)
{
    char *folder = mem_printf("profiles/%s/checklists", profile);
    size_t count;
    char **names = checklist_names(profile, &count);
    each_own(files, NULL, folder, NULL);
    for (size_t i = 0; i < count; i++) {
        struct checklist *list = NULL;
        checklist_load(profile, names[i], &list, &files->faults);
        checklist_free(list);
        free(names[i]);
    }
    free(names);
    free(folder);
}

static void take_profile(struct files *files, const struct config *config, const char *name)
{
    char *folder = mem_printf("profiles/%s", name);
    size_t before = files->faults.count;
    each_own(files, NULL, folder, NULL);
    struct profile *profile = profile_read(name, &config->profile_overrides, &files->faults);
    probe_join_panes(profile, &files->faults);
    probe_check_profile(profile, &files->faults);
    profile_free(profile);
    worsen(files, before, FILES_UNUSABLE);
    take_checklists(files, name);
    free(folder);
}

static void take_profiles(struct files *files, const struct config *config)
{
    for (size_t i = 0; i < config->host_count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen = seen || strcmp(config->hosts[j].profile, config->hosts[i].profile) == 0;
        if (!seen)
            take_profile(files, config, config->hosts[i].profile);
    }
}

static int by_place(const void *left, const void *right)
{
    const char *const *a = left, *const *b = right;
    size_t a_len, b_len;
    long a_line = place_of(*a, &a_len), b_line = place_of(*b, &b_len);
    int order = strncmp(*a, *b, a_len < b_len ? a_len : b_len);
    if (order != 0 || a_len != b_len)
        return order != 0 ? order : a_len < b_len ? -1 : 1;
    return a_line != b_line ? (a_line > b_line) - (a_line < b_line) : strcmp(*a, *b);
}

static void sort_faults(struct err_list *faults)
{
    size_t kept = 0;
    if (faults->count > 0)
        qsort(faults->texts, faults->count, sizeof *faults->texts, by_place);
    for (size_t i = 0; i < faults->count; i++) {
        if (kept > 0 && strcmp(faults->texts[kept - 1], faults->texts[i]) == 0)
            free(faults->texts[i]);
        else
            faults->texts[kept++] = faults->texts[i];
    }
    faults->count = kept;
}

void files_check(struct files *files, const struct invocation *invocation)
{
    *files = (struct files){0};
    struct config *config = config_read(invocation->config_path, &files->faults);
    worsen(files, 0, FILES_UNUSABLE);
    if (config->path != NULL)
        add_path(files, config->path);
    take_profiles(files, config);
    take_identities(files, config);
    take_hooks(files, config);
    take_commands(files, config);
    saved_check(config, &files->faults);
    take_chosen(files, config, "theme", invocation->theme, config->theme, take_theme);
    take_chosen(files, config, "keymap", invocation->keymap, config->keymap, take_keymap);
    each_own(files, config, "themes", take_theme);
    each_own(files, config, "keymaps", take_keymap);
    worsen(files, 0, FILES_FAULTY);
    sort_faults(&files->faults);
    config_free(config);
}

void files_complain(const struct files *files)
{
    for (size_t i = 0; i < files->faults.count; i++)
        cli_complain("%s", files->faults.texts[i]);
}

void files_dispose(struct files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
    err_list_dispose(&files->faults);
}
