// SPDX-License-Identifier: MIT

// [pane NAME] sections to the declarations that other panes are in C.
#include "probe/user_pane.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/host_column.h"
#include "table/view.h"

#define NAME_MAX_BYTES 24
#define COLUMN_PREFIX  "column."

static const char *const kind_words[] = {
    [KIND_TEXT] = "text",
    [KIND_ADDRESS] = "address",
    [KIND_INT] = "int",
    [KIND_REAL] = "real",
    [KIND_PCT] = "pct",
    [KIND_BOOL] = "bool",
    [KIND_TIME] = "time",
    [KIND_DURATION_S] = "duration_s",
    [KIND_DURATION_MS] = "duration_ms",
    [KIND_BYTES] = "bytes",
};
#define KIND_COUNT (sizeof kind_words / sizeof *kind_words)

static bool is_name(const char *name)
{
    if (!islower((unsigned char)name[0]) || strlen(name) > NAME_MAX_BYTES)
        return false;
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static char *entry_or(const struct ini_section *section, const char *key, const char *fallback)
{
    const struct ini_entry *entry = ini_get(section, key);
    return ini_unquote(entry != NULL ? entry->value : fallback);
}

// The next part of "A | B | C", trimmed; a heap string, "" where none is left.
static char *take_part(const char **rest)
{
    const char *begin = *rest + strspn(*rest, " \t");
    size_t len = strcspn(begin, "|");
    *rest = begin + len + (begin[len] == '|');
    while (len > 0 && strchr(" \t", begin[len - 1]) != NULL)
        len--;
    return mem_strndup(begin, len);
}

// "real total": the kind and what else is true of the column.
static bool take_kind(struct column *column, const char *words, const struct ini_entry *entry,
                      struct err_list *errors)
{
    const struct {
        const char *word;
        bool *flag;
    } flags[] = {{"key", &column->key},
                 {"id", &column->id},
                 {"total", &column->total},
                 {"wide", &column->unbounded}};
    char *copy = mem_strdup(words), *save = NULL;
    bool ok = true;
    for (char *word = strtok_r(copy, " \t", &save); word != NULL;
         word = strtok_r(NULL, " \t", &save)) {
        bool known = false;
        for (size_t i = 0; i < KIND_COUNT; i++)
            if (strcmp(word, kind_words[i]) == 0) {
                column->kind = (enum kind)i;
                known = true;
            }
        for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
            if (strcmp(word, flags[i].word) == 0)
                *flags[i].flag = known = true;
        if (!known)
            ini_fault(errors, &entry->place,
                      "%s: '%s' is no kind; write text, address, int, real, pct, bool, time, "
                      "duration_s, duration_ms or bytes, and behind it key, id, total or wide",
                      entry->key, word);
        ok = ok && known;
    }
    free(copy);
    return ok;
}

// column.NAME = TITLE | KIND … | UNIT | HELP
static bool read_column(struct user_pane *pane, const struct ini_entry *entry,
                        struct err_list *errors)
{
    const char *name = entry->key + strlen(COLUMN_PREFIX);
    if (!is_name(name) || schema_find(&pane->schema, name) >= 0) {
        ini_fault(errors, &entry->place,
                  "%s: a column needs a name of its own, of a-z, 0-9 and _ (at most %d)",
                  entry->key, NAME_MAX_BYTES);
        return false;
    }
    size_t index = pane->schema.column_count++;
    struct column *column = &pane->columns[index];
    const char *rest = entry->value;
    char *title = take_part(&rest), *kind = take_part(&rest);
    *column = (struct column){
        .name = mem_strdup(name),
        .unit = take_part(&rest),
        .help = take_part(&rest),
        .priority = (unsigned char)(index < 3     ? 0
                                    : index < 200 ? index - 2
                                                  : 200),
    };
    column->title = title[0] != '\0' ? mem_strdup(title) : mem_strdup(name);
    if (column->help[0] == '\0') {
        free((void *)(uintptr_t)column->help);
        column->help = mem_printf("%s.", column->title);
    }
    free(title);
    bool ok = take_kind(column, kind, entry, errors);
    free(kind);
    return ok;
}

static bool read_columns(struct user_pane *pane, const struct ini_section *section,
                         struct err_list *errors)
{
    size_t before = errors->count;
    bool has_key = false;
    size_t wide = 0;
    pane->columns = mem_array(section->count + 1, sizeof *pane->columns);
    pane->columns[0] = (struct column)COLUMN_HOST;
    pane->schema.columns = pane->columns;
    pane->schema.column_count = 1;
    for (size_t i = 0; i < section->count; i++)
        if (strncmp(section->entries[i].key, COLUMN_PREFIX, strlen(COLUMN_PREFIX)) == 0)
            read_column(pane, &section->entries[i], errors);
    for (size_t i = 1; i < pane->schema.column_count; i++) {
        has_key = has_key || pane->columns[i].key;
        wide += pane->columns[i].unbounded;
    }
    if (pane->schema.column_count == 1 && errors->count == before)
        ini_fault(errors, &section->place, "[%s] has no column; write column.NAME = TITLE | KIND",
                  section->name);
    if (wide > 1)
        ini_fault(errors, &section->place, "[%s]: one column can be wide, not %zu", section->name,
                  wide);
    // Rows are told apart by something: the first column, where nothing else is said.
    if (!has_key)
        pane->columns[1].key = true;
    return errors->count == before;
}

static void read_groups(struct user_pane *pane, const struct ini_section *section,
                        struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "groups");
    if (entry == NULL)
        return;
    char *copy = mem_strdup(entry->value), *save = NULL;
    const char **groups = mem_array(strlen(copy) + 1, sizeof *groups);
    size_t count = 0;
    for (char *word = strtok_r(copy, " ,\t", &save); word != NULL;
         word = strtok_r(NULL, " ,\t", &save)) {
        long column = schema_find(&pane->schema, word);
        if (column >= 0)
            groups[count++] = pane->columns[column].name;
        else
            ini_fault(errors, &entry->place, "groups = %s: [%s] has no such column", word,
                      section->name);
    }
    pane->probe.groups = groups;
    free(copy);
}

static void read_hosts(struct user_pane *pane, const struct ini_section *section)
{
    const struct ini_entry *entry = ini_get(section, "hosts");
    if (entry == NULL)
        return;
    pane->host_words = mem_strdup(entry->value);
    const char **hosts = mem_array(strlen(entry->value) + 1, sizeof *hosts);
    size_t count = 0;
    char *save = NULL;
    for (char *word = strtok_r(pane->host_words, " ,\t", &save); word != NULL;
         word = strtok_r(NULL, " ,\t", &save))
        hosts[count++] = word;
    pane->probe.hosts = hosts;
}

static void check_sort(const struct user_pane *pane, const struct ini_section *section,
                       struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "sort");
    struct sort_key keys[VIEW_SORT_LEVELS];
    struct err err = {0};
    if (entry != NULL && !sort_parse(pane->probe.default_sort, &pane->schema, keys, &err))
        ini_fault(errors, &entry->place, "sort = %s: %s", entry->value, err.text);
}

struct user_pane *user_pane_read(const struct ini_section *section, struct err_list *errors)
{
    static const char *const keys[] = {"title",  "purpose", "sort",        "empty",
                                       "groups", "hosts",   COLUMN_PREFIX, NULL};
    const char *name = section->name + strcspn(section->name, " \t");
    size_t before = errors->count;
    name += strspn(name, " \t");
    ini_check_keys(section, keys, errors);
    if (!is_name(name))
        ini_fault(
            errors, &section->place,
            "[%s] names no pane; write [pane NAME] with a NAME of a-z, 0-9 and _ (at most %d)",
            section->name, NAME_MAX_BYTES);
    struct user_pane *pane = mem_alloc(sizeof *pane);
    pane->place = (struct ini_place){mem_strdup(section->place.path), section->place.line};
    pane->schema.name = mem_strdup(name);
    pane->probe = (struct probe){
        .schema = &pane->schema,
        .title = entry_or(section, "title", name),
        .purpose = entry_or(section, "purpose", "A pane of your own."),
        .empty = entry_or(section, "empty", "no rows"),
        .pane = true,
        .user = true,
    };
    if (read_columns(pane, section, errors)) {
        pane->probe.default_sort = entry_or(section, "sort", pane->columns[1].name);
        check_sort(pane, section, errors);
        read_groups(pane, section, errors);
        read_hosts(pane, section);
    }
    if (errors->count == before)
        return pane;
    user_pane_free(pane);
    return NULL;
}

// What was made here is owned, though declarations in C point to constants.
static void release(const void *text)
{
    free((void *)(uintptr_t)text);
}

void user_pane_free(struct user_pane *pane)
{
    for (size_t i = 1; i < pane->schema.column_count; i++) {
        release(pane->columns[i].name);
        release(pane->columns[i].title);
        release(pane->columns[i].unit);
        release(pane->columns[i].help);
    }
    free(pane->columns);
    release(pane->schema.name);
    release(pane->probe.title);
    release(pane->probe.purpose);
    release(pane->probe.empty);
    release(pane->probe.default_sort);
    release(pane->probe.groups);
    release(pane->probe.hosts);
    free(pane->host_words);
    release(pane->place.path);
    free(pane);
}
