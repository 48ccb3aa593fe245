// SPDX-License-Identifier: MIT

// A checklist from its files: the program's, laid over by the user's own.
#include "checklist/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "conf/profile.h"

#define STEP_PREFIX "step "

static void fault_no_checklist(const char *profile, const char *name, struct err_list *errors)
{
    size_t count;
    char **names = checklist_names(profile, &count);
    const char *nearest = ini_nearest(name, (const char *const *)names, count);
    struct str known = {0};
    for (size_t i = 0; i < count; i++)
        str_appendf(&known, "%s%s", i > 0 ? ", " : "", names[i]);
    if (nearest != NULL)
        err_list_add(errors,
                     "%s: the profile %s has no such checklist; did you mean %s?; there are %s",
                     name, profile, nearest, str_text(&known));
    else if (count > 0)
        err_list_add(errors, "%s: the profile %s has no such checklist; there are %s", name,
                     profile, str_text(&known));
    else
        err_list_add(errors, "%s: the profile %s has no such checklist; there are none", name,
                     profile);
    str_dispose(&known);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

// False: neither file is there.
static bool read_files(const char *profile, const char *name, struct ini *ini,
                       struct err_list *errors)
{
    const struct embedded *embedded = checklist_embedded(profile, name);
    if (embedded != NULL)
        ini_read_text(ini, embedded->path, embedded->text, embedded->len, errors);
    char *path = checklist_own_path(profile, name);
    bool own = access(path, F_OK) == 0;
    if (own) {
        struct ini over = {0};
        ini_read_file(&over, path, errors);
        ini_overlay(ini, &over);
        ini_dispose(&over);
    }
    free(path);
    return own || embedded != NULL;
}

static void read_head(struct checklist *list, const struct ini_section *section,
                      struct err_list *errors)
{
    static const char *const keys[] = {"title", "purpose", NULL};
    ini_check_keys(section, keys, errors);
    const struct ini_entry *title = ini_get(section, "title");
    const struct ini_entry *purpose = ini_get(section, "purpose");
    if (title != NULL)
        list->title = ini_unquote(title->value);
    if (purpose != NULL)
        list->purpose = ini_unquote(purpose->value);
}

static long find_step(const struct checklist *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->steps[i].id, id) == 0)
            return (long)i;
    return -1;
}

static void move_step(struct checklist *list, size_t from, size_t behind)
{
    struct step moved = list->steps[from];
    memmove(&list->steps[from], &list->steps[from + 1],
            (list->count - from - 1) * sizeof *list->steps);
    size_t to = behind < from ? behind + 1 : behind;
    memmove(&list->steps[to + 1], &list->steps[to], (list->count - to - 1) * sizeof *list->steps);
    list->steps[to] = moved;
}

// Puts the steps with `after` where they say, in the order of the file.
static void order_steps(struct checklist *list, struct err_list *errors)
{
    char **ids = mem_array(list->count + 1, sizeof *ids);
    size_t count = list->count;
    for (size_t i = 0; i < count; i++)
        ids[i] = list->steps[i].id;
    for (size_t i = 0; i < count; i++) {
        long from = find_step(list, ids[i]);
        const struct step *step = &list->steps[from];
        if (step->after[0] == '\0')
            continue;
        long behind = find_step(list, step->after);
        const char *nearest =
            behind < 0 ? ini_nearest(step->after, (const char *const *)ids, count) : NULL;
        if (nearest != NULL)
            ini_fault(errors, &step->place,
                      "[step %s] after = %s: there is no such step; did you mean %s?", step->id,
                      step->after, nearest);
        else if (behind < 0)
            ini_fault(errors, &step->place, "[step %s] after = %s: there is no such step", step->id,
                      step->after);
        else if (behind == from)
            ini_fault(errors, &step->place, "[step %s] after = %s: that is the step itself",
                      step->id, step->after);
        else
            move_step(list, (size_t)from, (size_t)behind);
    }
    free(ids);
}

static void read_sections(struct checklist *list, struct err_list *errors)
{
    size_t cap = 0;
    for (size_t i = 0; i < list->ini.count; i++) {
        const struct ini_section *section = &list->ini.sections[i];
        if (strcmp(section->name, "checklist") == 0)
            read_head(list, section, errors);
        else if (strncmp(section->name, STEP_PREFIX, strlen(STEP_PREFIX)) == 0)
            step_read(mem_push(&list->steps, &list->count, &cap, sizeof *list->steps), section,
                      errors);
        else
            ini_fault(errors, &section->place,
                      "[%s] is no section of a checklist; there are [checklist] and [step ID]",
                      section->name);
    }
    if (list->count == 0)
        err_list_add(errors, "%s: the checklist has no [step ID]", list->name);
    order_steps(list, errors);
}

bool checklist_load(const char *profile, const char *name, struct checklist **out,
                    struct err_list *errors)
{
    size_t faults_before = errors->count;
    struct checklist *list = mem_alloc(sizeof *list);
    list->name = mem_strdup(name);
    bool sane = name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
    if (!sane || !read_files(profile, name, &list->ini, errors))
        fault_no_checklist(profile, name, errors);
    else
        read_sections(list, errors);
    if (list->title == NULL)
        list->title = mem_strdup(name);
    if (list->purpose == NULL)
        list->purpose = mem_strdup("");
    bool fine = errors->count == faults_before;
    *out = fine ? list : NULL;
    if (!fine)
        checklist_free(list);
    return fine;
}
