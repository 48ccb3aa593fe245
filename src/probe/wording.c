// SPDX-License-Identifier: MIT

// Words by conditions in the filter language.
#include "probe/wording.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "table/filter.h"

#define WORD_PREFIX "word."
#define SEPARATOR   ", "

struct conditional {
    const char *word; // of the section's entry
    struct filter *filter;
};

struct wording {
    size_t column;
    struct conditional *words;
    size_t count, cap;
    char *otherwise; // where none holds; NULL: unknown
    size_t *known;   // columns without which `otherwise` may not be said
    size_t known_count, known_cap;
};

static void fault_column(const struct ini_place *place, const char *name,
                         const struct schema *schema, struct err_list *errors)
{
    const char *nearest = schema_nearest(schema, name);
    err_list_add(errors, "%s:%d: %s has no column '%s'%s%s%s", place->path, place->line,
                 schema->name, name, nearest != NULL ? "; did you mean '" : "",
                 nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

static void compile_word(struct wording *wording, const struct ini_entry *entry,
                         const struct schema *schema, struct err_list *errors)
{
    struct filter *filter;
    struct err err = {0};
    size_t position;
    if (!filter_parse(entry->value, schema, &filter, &position, &err)) {
        err_list_add(errors, "%s:%d: %s, character %zu: %s", entry->place.path, entry->place.line,
                     entry->key, position + 1, err.text);
        return;
    }
    struct conditional *word =
        mem_push(&wording->words, &wording->count, &wording->cap, sizeof *word);
    *word = (struct conditional){entry->key + strlen(WORD_PREFIX), filter};
}

static void compile_known(struct wording *wording, const struct ini_entry *entry,
                          const struct schema *schema, struct err_list *errors)
{
    char *text = mem_strdup(entry->value), *save;
    for (char *name = strtok_r(text, ", \t", &save); name != NULL;
         name = strtok_r(NULL, ", \t", &save)) {
        int column = schema_find(schema, name);
        if (column < 0) {
            fault_column(&entry->place, name, schema, errors);
            continue;
        }
        size_t *slot =
            mem_push(&wording->known, &wording->known_count, &wording->known_cap, sizeof *slot);
        *slot = (size_t)column;
    }
    free(text);
}

struct wording *wording_compile(const struct ini_section *section, const char *column,
                                const struct schema *schema, struct err_list *errors)
{
    static const char *const keys[] = {WORD_PREFIX, "else", "known", NULL};
    int at = schema_find(schema, column);
    ini_check_keys(section, keys, errors);
    if (at < 0) {
        fault_column(&section->place, column, schema, errors);
        return NULL;
    }
    if (schema->columns[at].kind != KIND_TEXT) {
        err_list_add(errors, "%s:%d: the column '%s' holds no text", section->place.path,
                     section->place.line, column);
        return NULL;
    }
    struct wording *wording = mem_alloc(sizeof *wording);
    wording->column = (size_t)at;
    for (size_t i = 0; i < section->count; i++) {
        const struct ini_entry *entry = &section->entries[i];
        if (strncmp(entry->key, WORD_PREFIX, strlen(WORD_PREFIX)) == 0)
            compile_word(wording, entry, schema, errors);
        else if (strcmp(entry->key, "else") == 0)
            wording->otherwise = ini_unquote(entry->value);
        else if (strcmp(entry->key, "known") == 0)
            compile_known(wording, entry, schema, errors);
    }
    return wording;
}

void wording_free(struct wording *wording)
{
    if (wording == NULL)
        return;
    for (size_t i = 0; i < wording->count; i++)
        filter_free(wording->words[i].filter);
    free(wording->words);
    free(wording->otherwise);
    free(wording->known);
    free(wording);
}

static bool is_known(const struct wording *wording, const struct table *table, size_t row)
{
    for (size_t i = 0; i < wording->known_count; i++) {
        if (!table_cell(table, row, wording->known[i])->known)
            return false;
    }
    return true;
}

void wording_apply(const struct wording *wording, struct table *table)
{
    struct str text = {0};
    for (size_t row = 0; row < table_rows(table); row++) {
        str_clear(&text);
        for (size_t i = 0; i < wording->count; i++) {
            if (filter_match(wording->words[i].filter, table, row))
                str_appendf(&text, "%s%s", text.len > 0 ? SEPARATOR : "", wording->words[i].word);
        }
        if (text.len > 0)
            table_set_bytes(table, row, wording->column, text.text, text.len);
        else if (wording->otherwise != NULL && is_known(wording, table, row))
            table_set_text(table, row, wording->column, wording->otherwise);
    }
    str_dispose(&text);
}
