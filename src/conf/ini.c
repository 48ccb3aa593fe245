// SPDX-License-Identifier: MIT

// INI documents in memory: looked up, laid over one another, mistyped names resolved.
#include "conf/ini.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/str.h"

static void entry_dispose(struct ini_entry *entry)
{
    free(entry->key);
    if (entry->value != NULL)
        explicit_bzero(entry->value, strlen(entry->value)); // may be a password
    free(entry->value);
}

void ini_fault(struct err_list *errors, const struct ini_place *place, const char *fmt, ...)
{
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, _(fmt), args);
    va_end(args);
    err_list_add(errors, "%s:%d: %s", place->path, place->line, str_text(&text));
    str_dispose(&text);
}

void ini_dispose(struct ini *ini)
{
    for (size_t i = 0; i < ini->count; i++) {
        struct ini_section *section = &ini->sections[i];
        for (size_t j = 0; j < section->count; j++)
            entry_dispose(&section->entries[j]);
        free(section->entries);
        free(section->name);
    }
    for (size_t i = 0; i < ini->path_count; i++)
        free(ini->paths[i]);
    free(ini->paths);
    free(ini->sections);
    *ini = (struct ini){0};
}

static const char *keep_path(struct ini *ini, const char *path)
{
    for (size_t i = 0; i < ini->path_count; i++) {
        if (strcmp(ini->paths[i], path) == 0)
            return ini->paths[i];
    }
    char **slot = mem_push(&ini->paths, &ini->path_count, &ini->path_cap, sizeof *slot);
    *slot = mem_strdup(path);
    return *slot;
}

static struct ini_section *find_section(const struct ini *ini, const char *name)
{
    for (size_t i = 0; i < ini->count; i++) {
        if (strcmp(ini->sections[i].name, name) == 0)
            return &ini->sections[i];
    }
    return NULL;
}

static struct ini_entry *find_entry(const struct ini_section *section, const char *key)
{
    for (size_t i = 0; i < section->count; i++) {
        if (strcmp(section->entries[i].key, key) == 0)
            return &section->entries[i];
    }
    return NULL;
}

const struct ini_section *ini_section(const struct ini *ini, const char *name)
{
    return find_section(ini, name);
}

const struct ini_entry *ini_get(const struct ini_section *section, const char *key)
{
    return find_entry(section, key);
}

struct ini_section *ini_add_section(struct ini *ini, const char *name, struct ini_place place)
{
    struct ini_section *section = mem_push(&ini->sections, &ini->count, &ini->cap, sizeof *section);
    section->name = mem_strdup(name);
    section->place = (struct ini_place){keep_path(ini, place.path), place.line};
    return section;
}

void ini_set(struct ini *ini, struct ini_section *section, const char *key, const char *value,
             struct ini_place place)
{
    struct ini_entry *entry = find_entry(section, key);
    if (entry != NULL)
        entry_dispose(entry);
    else
        entry = mem_push(&section->entries, &section->count, &section->cap, sizeof *entry);
    entry->key = mem_strdup(key);
    entry->value = mem_strdup(value);
    entry->place = (struct ini_place){keep_path(ini, place.path), place.line};
}

void ini_lay_section(struct ini *base, const struct ini_section *over)
{
    struct ini_section *section = find_section(base, over->name);
    if (section == NULL)
        section = ini_add_section(base, over->name, over->place);
    for (size_t i = 0; i < over->count; i++)
        ini_set(base, section, over->entries[i].key, over->entries[i].value,
                over->entries[i].place);
}

void ini_overlay(struct ini *base, const struct ini *over)
{
    for (size_t i = 0; i < over->count; i++)
        ini_lay_section(base, &over->sections[i]);
}

char *ini_unquote(const char *value)
{
    size_t len = strlen(value);
    if (len < 2 || value[0] != '"' || value[len - 1] != '"')
        return mem_strdup(value);
    struct str out = {0};
    for (size_t i = 1; i < len - 1; i++) {
        if (value[i] == '"') { // two quoted parts: "a" "b"
            str_dispose(&out);
            return mem_strdup(value);
        }
        if (value[i] == '\\' && (value[i + 1] == '"' || value[i + 1] == '\\'))
            i++;
        str_append_char(&out, value[i]);
    }
    return str_take(&out);
}

const char *ini_nearest(const char *typed, const char *const *names, size_t count)
{
    size_t len = strlen(typed);
    size_t best_distance = len < 4 ? 2 : len / 3 + 2; // this many edits are too many
    const char *best = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t distance = nearest_distance(typed, names[i]);
        if (distance < best_distance) {
            best_distance = distance;
            best = names[i];
        }
    }
    return best;
}

static bool is_key(const char *key, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        size_t len = strlen(*keys);
        if ((*keys)[len - 1] == '.' ? strncmp(key, *keys, len) == 0 : strcmp(key, *keys) == 0)
            return true;
    }
    return false;
}

void ini_check_keys(const struct ini_section *section, const char *const *keys,
                    struct err_list *errors)
{
    size_t count = 0;
    while (keys[count] != NULL)
        count++;
    for (size_t i = 0; i < section->count; i++) {
        const struct ini_entry *entry = &section->entries[i];
        if (is_key(entry->key, keys))
            continue;
        const char *nearest = ini_nearest(entry->key, keys, count);
        err_list_add(errors, "%s:%d: [%s] has no key '%s'%s%s%s", entry->place.path,
                     entry->place.line, section->name, entry->key,
                     nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "'?" : "");
    }
}
