// SPDX-License-Identifier: MIT

// Sections of a source that consists of parts.
#include "probe/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void add_part(const struct profile *profile, const struct profile_source *source,
                     const struct ini_entry *entry, const char *name,
                     const struct ini_section **parts, size_t *count, struct err_list *errors)
{
    char *section_name = mem_printf("%s %s", source->reader, name);
    const struct ini_section *section = ini_section(&profile->ini, section_name);
    if (section == NULL)
        err_list_add(errors, "%s:%d: there is no [%s]", entry->place.path, entry->place.line,
                     section_name);
    else if (ini_get(section, "parts") != NULL)
        err_list_add(errors, "%s:%d: [%s] has parts itself; name its parts here", entry->place.path,
                     entry->place.line, section_name);
    else
        parts[(*count)++] = section;
    free(section_name);
}

static const struct ini_section **find_sections(const struct profile *profile,
                                                const struct profile_source *source, size_t *count,
                                                struct err_list *errors)
{
    const struct ini_entry *entry =
        source->section != NULL ? ini_get(source->section, "parts") : NULL;
    if (entry == NULL) {
        const struct ini_section **alone = mem_array(1, sizeof(struct ini_section *));
        if (source->section != NULL)
            alone[(*count)++] = source->section;
        return alone;
    }
    char *text = mem_strdup(entry->value);
    const struct ini_section **parts = mem_array(strlen(text) + 1, sizeof(struct ini_section *));
    char *save;
    for (char *name = strtok_r(text, ", \t", &save); name != NULL;
         name = strtok_r(NULL, ", \t", &save))
        add_part(profile, source, entry, name, parts, count, errors);
    free(text);
    return parts;
}

const struct ini_section **parts_find(const struct profile *profile,
                                      const struct profile_source *source, const char *const *keys,
                                      size_t *count, struct err_list *errors)
{
    *count = 0;
    const struct ini_section **parts = find_sections(profile, source, count, errors);
    if (keys == NULL)
        return parts;
    for (size_t i = 0; i < *count; i++)
        ini_check_keys(parts[i], keys, errors);
    if (source->section != NULL && ini_get(source->section, "parts") != NULL)
        ini_check_keys(source->section, (const char *const[]){"parts", NULL}, errors);
    return parts;
}

bool parts_are_sound(const struct reading *reading, size_t count, struct err_list *errors,
                     struct err *err)
{
    bool sound = errors->count == 0 && count > 0;
    if (!sound)
        err_set(err, "%s: the profile is faulty: %s", reading->host->name,
                errors->count > 0 ? errors->texts[0] : "the source has no section");
    err_list_dispose(errors);
    return sound;
}
