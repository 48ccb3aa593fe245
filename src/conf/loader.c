// SPDX-License-Identifier: MIT

// Sections of the file into their structs, with every fault named by its place.
#include "conf/loader.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "conf/option.h"
#include "conf/section.h"

#define NAME_MAX_BYTES 40

bool loader_is_name(const char *name)
{
    if (!isalnum((unsigned char)name[0]) || strlen(name) > NAME_MAX_BYTES)
        return false;
    for (; *name != '\0'; name++) {
        if (!isalnum((unsigned char)*name) && strchr("_.-", *name) == NULL)
            return false;
    }
    return true;
}

const char *loader_name(struct loader *loader, const struct ini_section *from,
                        const struct config_section *section)
{
    const char *name = from->name + strlen(section->word);
    name += strspn(name, " \t");
    if (loader_is_name(name))
        return name;
    ini_fault(loader->errors, &from->place,
              "[%s] names no %s; write [%s NAME] with a NAME of letters, digits and . _ - "
              "(at most %d)",
              from->name, section->word, section->word, NAME_MAX_BYTES);
    return NULL;
}

static void fault_unknown_option(struct loader *loader, const struct ini_section *from,
                                 const struct ini_entry *entry,
                                 const struct config_section *section)
{
    const char **names = mem_array(section->option_count, sizeof *names);
    struct str all = {0};
    for (size_t i = 0; i < section->option_count; i++) {
        names[i] = section->options[i].name;
        str_appendf(&all, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
    const char *nearest = ini_nearest(entry->key, names, section->option_count);
    if (nearest != NULL)
        ini_fault(loader->errors, &entry->place, "[%s] has no option '%s'; did you mean '%s'?",
                  from->name, entry->key, nearest);
    else
        ini_fault(loader->errors, &entry->place, "[%s] has no option '%s'; it has %s", from->name,
                  entry->key, str_text(&all));
    str_dispose(&all);
    free(names);
}

void loader_options(struct loader *loader, const struct ini_section *from,
                    const struct config_section *section, void *base)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct ini_entry *entry = &from->entries[i];
        const struct config_option *option = config_option_find(section, entry->key);
        struct err err = {0};
        if (option == NULL)
            fault_unknown_option(loader, from, entry, section);
        else if (!option_set(option, base, entry->value, &err))
            ini_fault(loader->errors, &entry->place, "%s", err.text);
        else
            section_lines(section, base)[option - section->options] = entry->place.line;
    }
}

void *loader_add(struct loader *loader, const struct ini_section *from,
                 const struct config_section *section, void *array_ptr, size_t *count)
{
    const char *name = loader_name(loader, from, section);
    if (name == NULL)
        return NULL;
    void *array;
    memcpy(&array, array_ptr, sizeof array);
    // "[host  a]" is "[host a]"
    if (section_find(section, array, *count, name) != NULL) {
        ini_fault(loader->errors, &from->place, "[%s] has a section already; keep one", from->name);
        return NULL;
    }
    void *base = section_add(section, name, array_ptr, count);
    loader_options(loader, from, section, base);
    return base;
}

void loader_fill(char **place, char *fresh)
{
    if ((*place)[0] != '\0') {
        free(fresh);
        return;
    }
    free(*place);
    *place = fresh;
}

char *loader_login_name(void)
{
    struct passwd entry, *found = NULL;
    char buffer[4096];
    if (getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
        return mem_strdup(found->pw_name);
    return mem_printf("uid%u", (unsigned)getuid());
}
