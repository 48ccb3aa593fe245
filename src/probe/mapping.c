// SPDX-License-Identifier: MIT

// Compiles and runs the column.* entries of a section.
#include "probe/mapping.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "probe/mapping_step.h"

#define COLUMN_PREFIX "column."
#define THIS_PREFIX   "this."
#define STEPS_MAX     8
#define WORDS_MAX     8

struct mapped_column {
    size_t column;
    struct operand *operands; // the first known one counts
    size_t operand_count, operand_cap;
    char *constant; // instead of operands; NULL: none
    struct step steps[STEPS_MAX];
    size_t step_count;
};

struct mapping {
    struct mapped_column *columns;
    size_t column_count, column_cap;
    char **fields;
    size_t field_count, field_cap;
    struct step_run run;
};

bool mapping_is_secret(const char *field)
{
    static const char *const words[] = {"password", "passwd", "secret"};
    const char *dot = strrchr(field, '.');
    const char *name = dot != NULL ? dot + 1 : field;
    if (strcasecmp(name, "lastmodifypassword") == 0)
        return false; // a time
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasestr(name, words[i]) != NULL)
            return true;
    }
    return false;
}

static bool is_field_name(const char *name)
{
    if (!isalpha((unsigned char)name[0]) && name[0] != '_')
        return false;
    for (; *name != '\0'; name++) {
        if (!isalnum((unsigned char)*name) && *name != '_' && *name != '.')
            return false;
    }
    return true;
}

size_t mapping_add_field(struct mapping *mapping, const char *name, struct err *err)
{
    if (!is_field_name(name)) {
        err_set(err, "'%s' is no field; write a member or column, or a constant in quotes", name);
        return SIZE_MAX;
    }
    if (mapping_is_secret(name)) {
        err_set(err, "'%s' is a secret and is never read; take it out", name);
        return SIZE_MAX;
    }
    for (size_t i = 0; i < mapping->field_count; i++) {
        if (strcmp(mapping->fields[i], name) == 0)
            return i;
    }
    char **slot =
        mem_push(&mapping->fields, &mapping->field_count, &mapping->field_cap, sizeof *slot);
    *slot = mem_strdup(name);
    return mapping->field_count - 1;
}

// Whether an entry above fills the column.
static bool is_filled(const struct mapping *mapping, size_t column)
{
    for (size_t i = 0; i + 1 < mapping->column_count; i++) {
        if (mapping->columns[i].column == column)
            return true;
    }
    return false;
}

bool operand_parse(struct step_compiler *compiler, const char *word, struct operand *out,
                   struct err *err)
{
    *out = (struct operand){.from = OPERAND_NUMBER};
    struct value number = value_of_text(word, strlen(word));
    if (value_real(&number, &out->number))
        return true;
    if (strncmp(word, THIS_PREFIX, strlen(THIS_PREFIX)) == 0) {
        int column = schema_find(compiler->schema, word + strlen(THIS_PREFIX));
        out->from = OPERAND_COLUMN;
        out->index = (size_t)column;
        return (column > 0 && is_filled(compiler->mapping, out->index)) ||
               err_set(err, "'%s' is no column that an entry above fills", word);
    }
    out->from = OPERAND_FIELD;
    out->index = mapping_add_field(compiler->mapping, word, err);
    return out->index != SIZE_MAX;
}

struct value operand_value(const struct operand *operand, const struct step_run *run)
{
    switch (operand->from) {
    case OPERAND_FIELD:
        return run->fields[operand->index];
    case OPERAND_COLUMN:
        return value_of_cell(&table_schema(run->table)->columns[operand->index],
                             table_cell(run->table, run->row, operand->index));
    case OPERAND_NUMBER:
        return value_of_real(operand->number);
    }
    return (struct value){0};
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t", text[len - 1]) != NULL)
        text[--len] = '\0';
    return text;
}

// Cuts *rest at the next separator outside quotes; NULL at the end.
static char *next_part(char **rest, char separator)
{
    char *part = *rest;
    if (part == NULL)
        return NULL;
    bool quoted = false;
    char *at = part;
    for (; *at != '\0' && (quoted || *at != separator); at++) {
        if (quoted && *at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '"')
            quoted = !quoted;
    }
    *rest = *at == '\0' ? NULL : at + 1;
    *at = '\0';
    return trim(part);
}

static bool parse_fields(struct step_compiler *compiler, struct mapped_column *column, char *text,
                         struct err *err)
{
    struct value number = value_of_text(text, strlen(text));
    double ignored;
    if (text[0] == '"' || value_real(&number, &ignored)) {
        column->constant = ini_unquote(text);
        return true;
    }
    for (char *rest = text, *name; (name = next_part(&rest, ',')) != NULL;) {
        struct operand operand;
        if (!operand_parse(compiler, name, &operand, err))
            return false;
        struct operand *slot =
            mem_push(&column->operands, &column->operand_count, &column->operand_cap, sizeof *slot);
        *slot = operand;
    }
    return true;
}

static bool parse_step(struct step_compiler *compiler, struct mapped_column *column, char *text,
                       struct err *err)
{
    char *words[WORDS_MAX];
    size_t count = 0;
    char *save;
    for (char *word = strtok_r(text, " \t", &save); word != NULL;
         word = strtok_r(NULL, " \t", &save)) {
        if (count == WORDS_MAX)
            return err_set(err, "too many words after '%s'", words[0]);
        words[count++] = word;
    }
    if (count == 0)
        return err_set(err, "an empty step; write FIELD | STEP | STEP");
    if (column->step_count == STEPS_MAX)
        return err_set(err, "more than %d steps", STEPS_MAX);
    struct step *step = &column->steps[column->step_count++];
    return step_parse(step, compiler, words, count, err);
}

static bool parse_column(struct step_compiler *compiler, struct mapped_column *column,
                         const char *value, struct err *err)
{
    char *text = mem_strdup(value), *rest = text;
    bool ok = parse_fields(compiler, column, next_part(&rest, '|'), err);
    for (char *part; ok && (part = next_part(&rest, '|')) != NULL;)
        ok = parse_step(compiler, column, part, err);
    free(text);
    return ok;
}

static void compile_entry(struct step_compiler *compiler, const struct ini_entry *entry,
                          const struct schema *schema, struct err_list *errors)
{
    struct err err = {0};
    const char *name = entry->key + strlen(COLUMN_PREFIX);
    int index = schema_find(schema, name);
    if (index < 0) {
        const char *nearest = schema_nearest(schema, name);
        err_set(&err, "%s has no column '%s'%s%s%s", schema->name, name,
                nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                nearest != NULL ? "'?" : "");
    } else if (index == 0) {
        err_set(&err, "the host column is filled by the program; take it out");
    } else {
        struct mapping *mapping = compiler->mapping;
        struct mapped_column *column = mem_push(&mapping->columns, &mapping->column_count,
                                                &mapping->column_cap, sizeof *column);
        column->column = (size_t)index;
        parse_column(compiler, column, entry->value, &err);
    }
    if (err_is_set(&err))
        err_list_add(errors, "%s:%d: %s: %s", entry->place.path, entry->place.line, entry->key,
                     err.text);
}

struct mapping *mapping_compile(const struct profile *profile, const struct ini_section *section,
                                const struct schema *schema, struct err_list *errors)
{
    size_t faults_before = errors->count;
    struct step_compiler compiler = {
        .profile = profile, .schema = schema, .mapping = mem_alloc(sizeof(struct mapping))};
    for (size_t i = 0; i < section->count; i++) {
        if (strncmp(section->entries[i].key, COLUMN_PREFIX, strlen(COLUMN_PREFIX)) == 0)
            compile_entry(&compiler, &section->entries[i], schema, errors);
    }
    if (errors->count == faults_before && compiler.mapping->column_count == 0)
        err_list_add(errors, "%s:%d: [%s] fills no column; write column.NAME = FIELD",
                     section->place.path, section->place.line, section->name);
    if (errors->count == faults_before)
        return compiler.mapping;
    mapping_free(compiler.mapping);
    return NULL;
}

void mapping_free(struct mapping *mapping)
{
    if (mapping == NULL)
        return;
    for (size_t i = 0; i < mapping->column_count; i++) {
        struct mapped_column *column = &mapping->columns[i];
        for (size_t j = 0; j < column->step_count; j++)
            step_dispose(&column->steps[j]);
        free(column->operands);
        free(column->constant);
    }
    for (size_t i = 0; i < mapping->field_count; i++)
        free(mapping->fields[i]);
    free(mapping->columns);
    free(mapping->fields);
    str_dispose(&mapping->run.scratch);
    free(mapping);
}

size_t mapping_field_count(const struct mapping *mapping)
{
    return mapping->field_count;
}

const char *mapping_field(const struct mapping *mapping, size_t field)
{
    return mapping->fields[field];
}

static void each_step(struct mapping *mapping, void (*call)(struct step *step, void *user),
                      void *user)
{
    for (size_t i = 0; i < mapping->column_count; i++) {
        for (size_t j = 0; j < mapping->columns[i].step_count; j++)
            call(&mapping->columns[i].steps[j], user);
    }
}

static void begin_step(struct step *step, void *reading)
{
    step_begin(step, reading);
}

static void end_step(struct step *step, void *nothing)
{
    (void)nothing;
    step_end(step);
}

void mapping_begin(struct mapping *mapping, struct reading *reading)
{
    each_step(mapping, begin_step, reading);
}

void mapping_end(struct mapping *mapping)
{
    each_step(mapping, end_step, NULL);
}

// Text that is there but empty says nothing.
static bool is_known(const struct value *value)
{
    return value->type != VALUE_UNKNOWN && (value->type != VALUE_TEXT || value->len > 0);
}

static struct value first_known(const struct mapped_column *column, const struct step_run *run)
{
    if (column->constant != NULL)
        return value_of_text(column->constant, strlen(column->constant));
    bool lacking = column->operand_count > 0;
    for (size_t i = 0; i < column->operand_count; i++) {
        struct value value = operand_value(&column->operands[i], run);
        if (is_known(&value))
            return value;
        lacking &= value.lacking;
    }
    return (struct value){.lacking = lacking};
}

void mapping_row(struct mapping *mapping, const struct value *values, struct table *table,
                 size_t row)
{
    mapping->run.fields = values;
    mapping->run.table = table;
    mapping->run.row = row;
    for (size_t i = 0; i < mapping->column_count; i++) {
        const struct mapped_column *column = &mapping->columns[i];
        struct value value = first_known(column, &mapping->run);
        for (size_t j = 0; j < column->step_count; j++) {
            const struct step_class *class = column->steps[j].class;
            if (value.type != VALUE_UNKNOWN || class->takes_unknown)
                class->run(&column->steps[j], &mapping->run, &value);
        }
        if (value.type != VALUE_UNKNOWN)
            value_store(&value, table, row, column->column);
    }
}
