// SPDX-License-Identifier: MIT

// Sentences of the profile with the condition under which each is said.
#include "probe/advice.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "probe/probe.h"
#include "table/filter.h"

#define PREFIX "advice "

static const char *const harm_words[HARMS] = {
    [HARM_UNSAID] = "other", [HARM_MONEY] = "money",   [HARM_MACHINE] = "machine",
    [HARM_CALLS] = "calls",  [HARM_ATTACK] = "attack", [HARM_SERVICE] = "service",
};

struct sentence {
    struct filter *when;
    struct advice_said said;
};

struct advice {
    struct sentence *sentences;
    size_t count, cap;
};

static enum harm take_harm(const struct ini_section *section, struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "harm");
    if (entry == NULL)
        return HARM_UNSAID;
    for (int harm = 0; harm < HARMS; harm++)
        if (harm_words[harm] != NULL && strcmp(entry->value, harm_words[harm]) == 0)
            return (enum harm)harm;
    err_list_add(errors, "%s:%d: [%s] harm is service, attack, calls, machine, money or other",
                 entry->place.path, entry->place.line, section->name);
    return HARM_UNSAID;
}

// The next {COLUMN} of a sentence: its column, or -1 and a fault of the name; NULL: there is none.
static const char *next_column(const char *text, const struct schema *schema, size_t *len, int *col)
{
    const char *open = strchr(text, '{'), *close = open != NULL ? strchr(open, '}') : NULL;
    if (close == NULL)
        return NULL;
    char *name = mem_strndup(open + 1, (size_t)(close - open - 1));
    *col = schema_find(schema, name);
    *len = (size_t)(close - open + 1);
    free(name);
    return open;
}

static void check_columns(const struct ini_section *section, const struct ini_entry *text,
                          const struct schema *schema, struct err_list *errors)
{
    size_t len;
    int col;
    for (const char *at = text->value; (at = next_column(at, schema, &len, &col)) != NULL;
         at += len)
        if (col < 0)
            err_list_add(errors, "%s:%d: [%s] do: %s has no column %.*s", text->place.path,
                         text->place.line, section->name, schema->name, (int)len, at);
}

static void add(struct advice *advice, const struct ini_section *section,
                const struct schema *schema, struct err_list *errors)
{
    static const char *const keys[] = {"when", "do", "harm", NULL};
    struct err_list ignored = {0};
    struct err err = {0};
    struct filter *filter = NULL;
    size_t position = 0;
    const struct ini_entry *when = ini_get(section, "when"), *text = ini_get(section, "do");
    errors = errors != NULL ? errors : &ignored;
    ini_check_keys(section, keys, errors);
    if (when == NULL || text == NULL || text->value[0] == '\0')
        err_list_add(errors, "%s:%d: [%s] needs when = FILTER and do = SENTENCE",
                     section->place.path, section->place.line, section->name);
    else if (!filter_parse(when->value, schema, &filter, &position, &err))
        err_list_add(errors, "%s:%d: [%s] when, character %zu: %s", when->place.path,
                     when->place.line, section->name, position + 1, err.text);
    if (filter != NULL) {
        struct sentence *sentence =
            mem_push(&advice->sentences, &advice->count, &advice->cap, sizeof *sentence);
        *sentence = (struct sentence){filter, {text->value, take_harm(section, errors)}};
        check_columns(section, text, schema, errors);
    }
    err_list_dispose(&ignored);
}

char *advice_words(const char *text, const struct table *table, size_t row)
{
    const struct schema *schema = table_schema(table);
    struct str words = {0};
    size_t len;
    int col;
    const char *at;
    for (text = _(text); (at = next_column(text, schema, &len, &col)) != NULL; text = at + len) {
        str_append_bytes(&words, text, (size_t)(at - text));
        const struct cell *cell = col >= 0 ? table_cell(table, row, (size_t)col) : NULL;
        if (cell != NULL && cell->known)
            cell_plain(&words, &schema->columns[col], cell);
        else
            str_append(&words, "…");
    }
    str_append(&words, text);
    return str_take(&words);
}

// The pane in "advice PANE.NAME", or NULL; *len is its length.
static const char *pane_of(const struct ini_section *section, size_t *len)
{
    if (strncmp(section->name, PREFIX, strlen(PREFIX)) != 0)
        return NULL;
    const char *pane = section->name + strlen(PREFIX);
    *len = strcspn(pane, ".");
    return pane;
}

struct advice *advice_new(const struct profile *profile, const struct schema *schema,
                          struct err_list *errors)
{
    struct advice *advice = mem_alloc(sizeof *advice);
    for (size_t i = 0; profile != NULL && i < profile->ini.count; i++) {
        size_t len;
        const char *pane = pane_of(&profile->ini.sections[i], &len);
        if (pane != NULL && strlen(schema->name) == len && strncmp(pane, schema->name, len) == 0)
            add(advice, &profile->ini.sections[i], schema, errors);
    }
    return advice;
}

void advice_free(struct advice *advice)
{
    for (size_t i = 0; advice != NULL && i < advice->count; i++)
        filter_free(advice->sentences[i].when);
    if (advice != NULL)
        free(advice->sentences);
    free(advice);
}

struct advice_said advice_for(const struct advice *advice, const struct table *table, size_t row)
{
    for (size_t i = 0; i < advice->count; i++)
        if (filter_match(advice->sentences[i].when, table, row))
            return advice->sentences[i].said;
    return (struct advice_said){0};
}

void advice_check(const struct profile *profile, struct err_list *errors)
{
    for (size_t i = 0; probes[i] != NULL; i++)
        advice_free(advice_new(profile, probes[i]->schema, errors));
    for (size_t i = 0; i < profile->ini.count; i++) {
        const struct ini_section *section = &profile->ini.sections[i];
        size_t len;
        const char *pane = pane_of(section, &len);
        if (pane == NULL)
            continue;
        char *name = mem_strndup(pane, len);
        if (probe_find(name) == NULL || pane[len] == '\0')
            err_list_add(errors, "%s:%d: [%s] names no pane; write [advice PANE.NAME]",
                         section->place.path, section->place.line, section->name);
        free(name);
    }
}
