// SPDX-License-Identifier: MIT

// Completions of filter expressions.
#include "tui/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

#define RELATIONS "=:~<>!"

// Where the last word begins; inside quotes a blank does not end one.
static size_t word_begin(const char *text)
{
    size_t begin = 0;
    bool quoted = false;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] == '"' && (i == 0 || text[i - 1] != '\\'))
            quoted = !quoted;
        else if (!quoted && (text[i] == ' ' || text[i] == '|'))
            begin = i + 1;
    }
    return text[begin] == '!' || text[begin] == '-' ? begin + 1 : begin;
}

static void add(struct completions *out, char *text, const char *help, size_t rows)
{
    struct completion *item = mem_push(&out->items, &out->count, &out->cap, sizeof *item);
    *item = (struct completion){text, help, rows};
}

struct value {
    char *text;
    size_t rows;
};

struct values {
    struct value items[COMPLETE_VALUES_MAX];
    size_t count;
};

static void count_value(struct values *values, const char *text)
{
    for (size_t i = 0; i < values->count; i++) {
        if (strcmp(values->items[i].text, text) == 0) {
            values->items[i].rows++;
            return;
        }
    }
    if (values->count < COMPLETE_VALUES_MAX)
        values->items[values->count++] = (struct value){mem_strdup(text), 1};
}

static int compare_values(const void *a, const void *b)
{
    const struct value *left = a, *right = b;
    if (left->rows != right->rows)
        return left->rows > right->rows ? -1 : 1;
    return strcmp(left->text, right->text);
}

static void count_values(struct values *values, int column, const char *prefix,
                         const struct table *const *tables, size_t table_count)
{
    size_t left = COMPLETE_ROWS_MAX;
    struct str text = {0};
    for (size_t i = 0; i < table_count; i++) {
        const struct column *it = &table_schema(tables[i])->columns[column];
        for (size_t row = 0; row < table_rows(tables[i]) && left > 0; row++, left--) {
            const struct cell *cell = table_cell(tables[i], row, (size_t)column);
            str_clear(&text);
            if (cell->known)
                cell_plain(&text, it, cell);
            if (text.len > 0 && strncasecmp(str_text(&text), prefix, strlen(prefix)) == 0)
                count_value(values, str_text(&text));
        }
    }
    str_dispose(&text);
}

static void add_values(struct completions *out, const char *text, size_t value_at, int column,
                       const struct table *const *tables, size_t table_count)
{
    struct values values = {.count = 0};
    const char *prefix = text + value_at;
    count_values(&values, column, prefix[0] == '"' ? prefix + 1 : prefix, tables, table_count);
    qsort(values.items, values.count, sizeof *values.items, compare_values);
    for (size_t i = 0; i < values.count; i++) {
        struct str whole = {0};
        str_append_bytes(&whole, text, value_at);
        if (strpbrk(values.items[i].text, " \t\n\"\\|!<>=~:") != NULL)
            str_append_quoted(&whole, values.items[i].text);
        else
            str_append(&whole, values.items[i].text);
        add(out, str_take(&whole), "", values.items[i].rows);
        free(values.items[i].text);
    }
}

static void add_columns(struct completions *out, const char *text, size_t begin,
                        const struct schema *schema)
{
    const char *word = text + begin;
    for (size_t i = 0; i < schema->column_count; i++) {
        const struct column *column = &schema->columns[i];
        if (strncasecmp(column->name, word, strlen(word)) == 0)
            add(out, mem_printf("%.*s%s", (int)begin, text, column->name),
                column->help != NULL ? _(column->help) : "", 0);
    }
}

static void add_saved(struct completions *out, const char *text, const struct schema *schema,
                      const struct config *config)
{
    for (size_t i = 0; i < config->filter_count; i++) {
        const struct filter_config *filter = &config->filters[i];
        if (strcmp(filter->pane, schema->name) == 0 &&
            strncasecmp(filter->name, text, strlen(text)) == 0)
            add(out, mem_strdup(filter->expression), filter->name, 0);
    }
}

void complete_filter(const char *text, const struct schema *schema,
                     const struct table *const *tables, size_t table_count,
                     const struct config *config, struct completions *out)
{
    *out = (struct completions){0};
    size_t begin = word_begin(text);
    size_t name = strcspn(text + begin, RELATIONS);
    if (text[begin + name] == '\0') {
        if (begin == 0)
            add_saved(out, text, schema, config);
        add_columns(out, text, begin, schema);
        return;
    }
    char *typed = mem_strndup(text + begin, name);
    int column = schema_find_typed(schema, typed);
    size_t value_at = begin + name + strspn(text + begin + name, RELATIONS);
    if (column >= 0)
        add_values(out, text, value_at, column, tables, table_count);
    free(typed);
}

void completions_dispose(struct completions *completions)
{
    for (size_t i = 0; i < completions->count; i++)
        free(completions->items[i].text);
    free(completions->items);
    *completions = (struct completions){0};
}
