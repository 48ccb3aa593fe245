// SPDX-License-Identifier: MIT

// The one line that says how a step came out, from the words of its checklist.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "checklist/load.h"
#include "checklist/rows.h"

#define VALUES_SHOWN 3
#define WORD_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789_"

static bool same_text(const struct column *column, const struct table *table, size_t a, size_t b,
                      size_t col)
{
    return cell_compare(column, table_cell(table, a, col), table_cell(table, b, col)) == 0;
}

// The column's different known values, the first three of them.
static void append_values(struct str *out, const struct row_list *rows, size_t col)
{
    const struct column *column = &table_schema(rows->table)->columns[col];
    size_t shown[VALUES_SHOWN], count = 0, more = 0;
    for (size_t i = 0; i < rows->count; i++) {
        bool known = table_cell(rows->table, rows->rows[i], col)->known;
        for (size_t j = 0; j < count && known; j++)
            known = !same_text(column, rows->table, rows->rows[i], shown[j], col);
        if (known && count < VALUES_SHOWN)
            shown[count++] = rows->rows[i];
        else if (known)
            more++;
    }
    struct str values = {0};
    for (size_t i = 0; i < count; i++) {
        str_append(&values, i > 0 ? ", " : "");
        cell_format(&values, column, table_cell(rows->table, shown[i], col), 0);
    }
    if (more > 0)
        str_appendf(out, _("%s and more"), str_text(&values));
    else
        str_append(out, count > 0 ? str_text(&values) : "–");
    str_dispose(&values);
}

// Takes back " (–" where the parenthesis would say nothing else; returns what then is to be read.
static const char *drop_empty(struct str *out, const char *at)
{
    static const char empty[] = " (–";
    size_t len = strlen(empty);
    if (*at != ')' || out->len < len || strcmp(out->text + out->len - len, empty) != 0)
        return at;
    out->len -= len;
    out->text[out->len] = '\0';
    return at + 1;
}

static void append_figure(struct str *out, const struct measure *measure)
{
    if (measure == NULL || !measure->known) {
        str_append(out, "–");
    } else if (measure->column == NULL) {
        str_appendf(out, "%.0f", measure->value);
    } else if (measure->column->kind == KIND_INT || measure->column->kind == KIND_BYTES) {
        struct cell cell = {.known = true, .as.integer = (int64_t)measure->value};
        cell_format(out, measure->column, &cell, 0);
    } else {
        struct cell cell = {.known = true, .as.real = measure->value};
        cell_format(out, measure->column, &cell, 0);
    }
}

char *summary_expand(const struct step *step, const char *summary, const struct row_list *evidence,
                     size_t seen, const struct measure *measure)
{
    struct str out = {0};
    size_t counted = evidence->count;
    for (const char *at = summary; *at != '\0';) {
        if (strncmp(at, "(s)", 3) == 0) {
            str_append(&out, counted == 1 ? "" : "s");
            at += 3;
            continue;
        }
        size_t len = *at == '$' ? strspn(at + 1, WORD_LETTERS) : 0;
        if (len == 0) {
            str_append_char(&out, *at++);
            continue;
        }
        char *word = mem_strndup(at + 1, len);
        int col = step->probe != NULL ? schema_find(step->probe->schema, word) : -1;
        if (strcmp(word, "count") == 0)
            str_appendf(&out, "%zu", counted = evidence->count);
        else if (strcmp(word, "rows") == 0)
            str_appendf(&out, "%zu", counted = seen);
        else if (strcmp(word, "figure") == 0)
            append_figure(&out, measure);
        else if (col >= 0 && evidence->table != NULL)
            append_values(&out, evidence, (size_t)col);
        else
            str_append(&out, "–");
        free(word);
        at = drop_empty(&out, at + len + 1);
    }
    return str_take(&out);
}

void summary_check(const struct step *step, const struct ini_entry *entry, struct err_list *errors)
{
    for (const char *at = strchr(entry->value, '$'); at != NULL; at = strchr(at + 1, '$')) {
        size_t len = strspn(at + 1, WORD_LETTERS);
        char *word = mem_strndup(at + 1, len);
        bool known = strcmp(word, "count") == 0 || strcmp(word, "rows") == 0 ||
                     strcmp(word, "figure") == 0 || schema_find(step->probe->schema, word) >= 0;
        if (len > 0 && !known)
            ini_fault(errors, &entry->place,
                      "%s: $%s is neither a column of %s nor one of $count, $rows, $figure",
                      entry->key, word, step->probe->schema->name);
        free(word);
    }
}
