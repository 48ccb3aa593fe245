// SPDX-License-Identifier: MIT

// Compiles [sql NAME] sections.
#include "probe/sql_select_private.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "probe/sql_text.h"

#define JOIN_PREFIX   "join."
#define VALUE_PREFIX  "value."
#define LIMIT_DEFAULT 10000
#define LIMIT_MOST    100000

struct compiler {
    struct sql_select *select;
    const struct ini_section *section;
    struct err_list *errors;
};

static void select_fault(struct compiler *compiler, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

// At the entry where there is one, else at the section.
static void select_fault(struct compiler *compiler, const char *key, const char *fmt, ...)
{
    const struct ini_entry *entry = ini_get(compiler->section, key);
    const struct ini_place *place = entry != NULL ? &entry->place : &compiler->section->place;
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, _(fmt), args);
    va_end(args);
    err_list_add(compiler->errors, "%s:%d: [%s] %s: %s", place->path, place->line,
                 compiler->section->name, key, str_text(&text));
    str_dispose(&text);
}

static void add_table(struct sql_select *select, const char *alias, const char *name,
                      const char *on)
{
    struct select_table *table =
        mem_push(&select->tables, &select->table_count, &select->table_cap, sizeof *table);
    *table = (struct select_table){.alias = mem_strdup(alias),
                                   .name = mem_strdup(name),
                                   .on = on != NULL ? mem_strdup(on) : NULL};
}

// "TABLE ON CONDITION"
static void compile_join(struct compiler *compiler, const struct ini_entry *entry)
{
    const char *alias = entry->key + strlen(JOIN_PREFIX);
    const char *on = entry->value + strcspn(entry->value, " \t");
    char *table = mem_strndup(entry->value, (size_t)(on - entry->value));
    on += strspn(on, " \t");
    struct err err = {0};
    if (!sql_is_identifier(alias) || !sql_is_identifier(table) || strncasecmp(on, "ON ", 3) != 0)
        select_fault(compiler, entry->key,
                     "is no join; write join.NAME = TABLE ON NAME.COLUMN = …");
    else if (!sql_text_check(on + 3, &err))
        select_fault(compiler, entry->key, "%s", err.text);
    else
        add_table(compiler->select, alias, table, on + 3);
    free(table);
}

static void compile_tables(struct compiler *compiler)
{
    const struct ini_section *section = compiler->section;
    const struct ini_entry *table = ini_get(section, "table");
    const char *name = table != NULL ? table->value : "";
    const char *alias =
        strncmp(name, CATALOGUE, strlen(CATALOGUE)) == 0 ? name + strlen(CATALOGUE) : name;
    if (!sql_is_identifier(alias))
        select_fault(compiler, "table", "names no table; write table = NAME");
    else
        add_table(compiler->select, alias, name, NULL);
    for (size_t i = 0; i < section->count; i++) {
        if (strncmp(section->entries[i].key, JOIN_PREFIX, strlen(JOIN_PREFIX)) == 0)
            compile_join(compiler, &section->entries[i]);
    }
}

// "column" or "alias.column"
static void add_column(struct compiler *compiler, const char *key, const char *text,
                       bool descending, struct column_list *list)
{
    const struct sql_select *select = compiler->select;
    const char *dot = strchr(text, '.');
    const char *name = dot != NULL ? dot + 1 : text;
    size_t table = 0;
    if (dot != NULL) {
        size_t len = (size_t)(dot - text);
        while (table < select->table_count &&
               (strlen(select->tables[table].alias) != len ||
                strncmp(select->tables[table].alias, text, len) != 0))
            table++;
        if (table == select->table_count) {
            select_fault(compiler, key, "'%s' names no table or join of this section", text);
            return;
        }
    }
    if (!sql_is_identifier(name)) {
        select_fault(compiler, key, "'%s' is no column; write COLUMN or JOIN.COLUMN", text);
        return;
    }
    if (mapping_is_secret(name)) {
        select_fault(compiler, key, "'%s' is a secret and is never read; take it out", name);
        return;
    }
    struct select_column *column = mem_push(&list->items, &list->count, &list->cap, sizeof *column);
    *column = (struct select_column){table, mem_strdup(name), descending};
}

// "a, b DESC"; directions only where the list is an order.
static void compile_list(struct compiler *compiler, const char *key, bool is_order,
                         struct column_list *list)
{
    const struct ini_entry *entry = ini_get(compiler->section, key);
    if (entry == NULL)
        return;
    char *text = mem_strdup(entry->value), *save;
    for (char *item = strtok_r(text, ",", &save); item != NULL; item = strtok_r(NULL, ",", &save)) {
        char *words;
        const char *name = strtok_r(item, " \t", &words);
        const char *direction = strtok_r(NULL, " \t", &words);
        bool descending = direction != NULL && strcasecmp(direction, "DESC") == 0;
        bool known = direction == NULL || descending || strcasecmp(direction, "ASC") == 0;
        if (name == NULL || strtok_r(NULL, " \t", &words) != NULL || !known ||
            (direction != NULL && !is_order))
            select_fault(compiler, key,
                         is_order ? N_("is no list of columns; write a, b DESC")
                                  : N_("is no list of columns; write a, b"));
        else
            add_column(compiler, key, name, descending, list);
    }
    free(text);
}

// A column, or the value that value.NAME describes.
static void add_field(struct compiler *compiler, const char *key, const char *name,
                      struct field_list *list)
{
    struct select_field *field = mem_push(&list->items, &list->count, &list->cap, sizeof *field);
    *field = (struct select_field){.name = mem_strdup(name)};
    char *value_key = mem_printf(VALUE_PREFIX "%s", name);
    const struct ini_entry *entry = ini_get(compiler->section, value_key);
    struct err err = {0};
    if (entry == NULL) {
        add_column(compiler, key, name, false, &field->columns);
    } else if (!sql_is_identifier(name)) {
        select_fault(compiler, value_key, "is no name; write value.NAME = EXPRESSION");
    } else if (!sql_text_check(entry->value, &err)) {
        select_fault(compiler, value_key, "%s", err.text);
    } else {
        field->value = mem_strdup(entry->value);
        size_t len;
        for (const char *at = field->value; (at = sql_text_find_column(at, &len)) != NULL;
             at += len) {
            char *column = mem_strndup(at, len);
            add_column(compiler, value_key, column, false, &field->columns);
            free(column);
        }
    }
    free(value_key);
}

static void compile_fields(struct compiler *compiler)
{
    struct sql_select *select = compiler->select;
    const struct mapping *mapping = select->mapping;
    for (size_t i = 0; mapping != NULL && i < mapping_field_count(mapping); i++)
        add_field(compiler, "column", mapping_field(mapping, i), &select->fields);
    const struct ini_entry *group = ini_get(compiler->section, "group");
    char *text = mem_strdup(group != NULL ? group->value : ""), *save;
    for (char *name = strtok_r(text, ", \t", &save); name != NULL;
         name = strtok_r(NULL, ", \t", &save))
        add_field(compiler, "group", name, &select->groups);
    free(text);
}

// "KIND by FIELD"
static void compile_sections(struct compiler *compiler)
{
    const struct ini_entry *entry = ini_get(compiler->section, "sections");
    struct sql_select *select = compiler->select;
    if (entry == NULL)
        return;
    char *text = mem_strdup(entry->value), *save;
    const char *kind = strtok_r(text, " \t", &save), *by = strtok_r(NULL, " \t", &save);
    const char *field = strtok_r(NULL, " \t", &save);
    select->section_field = SIZE_MAX;
    for (size_t i = 0; field != NULL && i < select->fields.count; i++) {
        if (strcmp(select->fields.items[i].name, field) == 0)
            select->section_field = i;
    }
    if (by == NULL || strcmp(by, "by") != 0 || select->section_field == SIZE_MAX)
        select_fault(compiler, "sections",
                     "is not understood; write sections = KIND by FIELD, with a "
                     "FIELD that fills a column");
    else
        select->sections = mem_strdup(kind);
    free(text);
}

static void compile_rest(struct compiler *compiler)
{
    const struct ini_entry *where = ini_get(compiler->section, "where");
    struct err err = {0};
    if (where != NULL && !sql_text_check(where->value, &err))
        select_fault(compiler, "where", "%s", err.text);
    else if (where != NULL)
        compiler->select->where = mem_strdup(where->value);
    const struct ini_entry *optional = ini_get(compiler->section, "optional");
    compiler->select->optional = optional != NULL && strcmp(optional->value, "yes") == 0;
    if (optional != NULL && !compiler->select->optional && strcmp(optional->value, "no") != 0)
        select_fault(compiler, "optional", "'%s' is neither yes nor no", optional->value);
    const struct ini_entry *limit = ini_get(compiler->section, "limit");
    compiler->select->limit = LIMIT_DEFAULT;
    if (limit == NULL)
        return;
    struct value value = value_of_text(limit->value, strlen(limit->value));
    if (!value_int(&value, &compiler->select->limit) || compiler->select->limit < 1 ||
        compiler->select->limit > LIMIT_MOST)
        select_fault(compiler, "limit", "%s is no number of rows; write 1 to %d", limit->value,
                     LIMIT_MOST);
}

struct sql_select *sql_select_compile(const struct profile *profile,
                                      const struct ini_section *section,
                                      const struct schema *schema, struct err_list *errors)
{
    size_t faults_before = errors->count;
    struct compiler compiler = {
        .select = mem_alloc(sizeof(struct sql_select)), .section = section, .errors = errors};
    compile_tables(&compiler);
    compiler.select->mapping = mapping_compile(profile, section, schema, errors);
    if (errors->count == faults_before) {
        compile_fields(&compiler);
        compile_list(&compiler, "need", false, &compiler.select->needs);
        compile_list(&compiler, "order", true, &compiler.select->orders);
        compile_sections(&compiler);
    }
    compile_rest(&compiler);
    if (errors->count == faults_before)
        return compiler.select;
    sql_select_free(compiler.select);
    return NULL;
}

static void dispose_list(struct column_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].name);
    free(list->items);
}

static void dispose_fields(struct field_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        dispose_list(&list->items[i].columns);
        free(list->items[i].value);
        free(list->items[i].name);
    }
    free(list->items);
}

void sql_select_free(struct sql_select *select)
{
    if (select == NULL)
        return;
    for (size_t i = 0; i < select->table_count; i++) {
        free(select->tables[i].alias);
        free(select->tables[i].name);
        free(select->tables[i].on);
    }
    free(select->tables);
    dispose_fields(&select->fields);
    dispose_fields(&select->groups);
    dispose_list(&select->needs);
    dispose_list(&select->orders);
    mapping_free(select->mapping);
    free(select->where);
    free(select->sections);
    free(select);
}

struct mapping *sql_select_mapping(const struct sql_select *select)
{
    return select->mapping;
}

int64_t sql_select_limit(const struct sql_select *select)
{
    return select->limit;
}

bool sql_select_is_optional(const struct sql_select *select)
{
    return select->optional;
}

const char *sql_select_sections(const struct sql_select *select, size_t *field)
{
    *field = select->section_field;
    return select->sections;
}

size_t sql_select_table_count(const struct sql_select *select)
{
    return select->table_count;
}

const char *sql_select_table(const struct sql_select *select, size_t table)
{
    return select->tables[table].name;
}
