// SPDX-License-Identifier: MIT

// Checklists: their words, and where their files are.
#include "checklist/checklist.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/xdg.h"
#include "checklist/load.h"
#include "conf/profile.h"
#include "table/filter.h"

#define SUFFIX ".ini"

const char *step_state_text(enum step_state state)
{
    static const char *const words[STEP_STATES] = {
        [STEP_OK] = N_("ok"),
        [STEP_SKIPPED] = N_("skipped"),
        [STEP_UNKNOWN] = N_("unknown"),
        [STEP_WARNING] = N_("warning"),
        [STEP_CRITICAL] = N_("critical"),
    };
    return words[state];
}

const char *step_priority_text(enum step_priority priority)
{
    static const char *const words[] = {
        [STEP_PRIORITY_HIGH] = "high",
        [STEP_PRIORITY_NORMAL] = "normal",
        [STEP_PRIORITY_LOW] = "low",
    };
    return words[priority];
}

int checklist_minutes(const struct checklist *checklist)
{
    int minutes = 0;
    for (size_t i = 0; i < checklist->count; i++)
        minutes += checklist->steps[i].minutes;
    return minutes;
}

static void step_dispose(struct step *step)
{
    for (size_t i = 0; i < STEP_STATES; i++) {
        condition_free(step->outcomes[i].condition);
        free(step->outcomes[i].summary);
        free(step->outcomes[i].advice);
    }
    filter_free(step->filter);
    free(step->filter_text);
    free(step->columns);
    free(step->actions);
    free(step->id);
    free(step->title);
    free(step->why);
    free(step->ref);
    free(step->skip);
    free(step->after);
}

void checklist_free(struct checklist *checklist)
{
    if (checklist == NULL)
        return;
    for (size_t i = 0; i < checklist->count; i++)
        step_dispose(&checklist->steps[i]);
    free(checklist->steps);
    free(checklist->name);
    free(checklist->title);
    free(checklist->purpose);
    ini_dispose(&checklist->ini);
    free(checklist);
}

static char *embedded_folder(const char *profile)
{
    return mem_printf("src/profiles/%s/checklists/", profile);
}

char *checklist_own_path(const char *profile, const char *name)
{
    char *relative =
        mem_printf("profiles/%s/checklists/%s%s", profile, name, name[0] != '\0' ? SUFFIX : "");
    char *path = xdg_config_path(relative);
    free(relative);
    return path;
}

const struct embedded *checklist_embedded(const char *profile, const char *name)
{
    char *folder = embedded_folder(profile);
    char *path = mem_printf("%s%s%s", folder, name, SUFFIX);
    const struct embedded *found = NULL;
    for (size_t i = 0; i < embedded_file_count && found == NULL; i++)
        if (strcmp(embedded_files[i].path, path) == 0)
            found = &embedded_files[i];
    free(path);
    free(folder);
    return found;
}

static void add_name(char ***names, size_t *count, size_t *cap, const char *file)
{
    size_t len = strlen(file);
    if (len <= strlen(SUFFIX) || file[0] == '.' || strcmp(file + len - strlen(SUFFIX), SUFFIX) != 0)
        return;
    len -= strlen(SUFFIX);
    for (size_t i = 0; i < *count; i++)
        if (strlen((*names)[i]) == len && strncmp((*names)[i], file, len) == 0)
            return;
    char **slot = mem_push(names, count, cap, sizeof *slot);
    *slot = mem_strndup(file, len);
}

static int compare_names(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left, *right);
}

char **checklist_names(const char *profile, size_t *count)
{
    char **names = NULL;
    size_t cap = 0;
    *count = 0;
    char *folder = embedded_folder(profile);
    for (size_t i = 0; i < embedded_file_count; i++)
        if (strncmp(embedded_files[i].path, folder, strlen(folder)) == 0)
            add_name(&names, count, &cap, embedded_files[i].path + strlen(folder));
    free(folder);
    char *own = checklist_own_path(profile, "");
    DIR *dir = opendir(own);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        add_name(&names, count, &cap, entry->d_name);
    if (dir != NULL)
        closedir(dir);
    free(own);
    if (*count > 0)
        qsort(names, *count, sizeof *names, compare_names);
    return names;
}
