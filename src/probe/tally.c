// SPDX-License-Identifier: MIT

// Rows that share a cell, counted.
#include "probe/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/filter.h"

struct tally {
    size_t column, of;
    struct filter *where;
};

struct member {
    const struct table *table;
    size_t of, row;
};

static bool find_column(const struct ini_place *place, const struct schema *schema,
                        const char *name, size_t *out, struct err_list *errors)
{
    int column = schema_find(schema, name);
    const char *nearest = column < 0 ? schema_nearest(schema, name) : NULL;
    if (column < 0)
        err_list_add(errors, "%s:%d: %s has no column '%s'%s%s%s", place->path, place->line,
                     schema->name, name, nearest != NULL ? "; did you mean '" : "",
                     nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
    *out = (size_t)column;
    return column >= 0;
}

static bool compile_where(struct tally *tally, const struct ini_entry *entry,
                          const struct schema *schema, struct err_list *errors)
{
    struct err err = {0};
    size_t position;
    if (filter_parse(entry->value, schema, &tally->where, &position, &err))
        return true;
    err_list_add(errors, "%s:%d: where, character %zu: %s", entry->place.path, entry->place.line,
                 position + 1, err.text);
    return false;
}

static bool compile(struct tally *tally, const struct ini_section *section, const char *column,
                    const struct schema *schema, struct err_list *errors)
{
    static const char *const keys[] = {"of", "where", NULL};
    const struct ini_entry *of = ini_get(section, "of"), *where = ini_get(section, "where");
    ini_check_keys(section, keys, errors);
    if (of == NULL || where == NULL) {
        err_list_add(errors, "%s:%d: [%s] needs of = COLUMN and where = CONDITION",
                     section->place.path, section->place.line, section->name);
        return false;
    }
    if (!find_column(&section->place, schema, column, &tally->column, errors) ||
        !find_column(&of->place, schema, of->value, &tally->of, errors))
        return false;
    if (schema->columns[tally->column].kind != KIND_INT) {
        err_list_add(errors, "%s:%d: the column '%s' holds no whole number", section->place.path,
                     section->place.line, column);
        return false;
    }
    return compile_where(tally, where, schema, errors);
}

struct tally *tally_compile(const struct ini_section *section, const char *column,
                            const struct schema *schema, struct err_list *errors)
{
    struct tally *tally = mem_alloc(sizeof *tally);
    if (compile(tally, section, column, schema, errors))
        return tally;
    tally_free(tally);
    return NULL;
}

void tally_free(struct tally *tally)
{
    if (tally == NULL)
        return;
    filter_free(tally->where);
    free(tally);
}

static int compare_cells(const struct member *a, const struct member *b)
{
    return cell_compare(&table_schema(a->table)->columns[a->of],
                        table_cell(a->table, a->row, a->of), table_cell(b->table, b->row, b->of));
}

static int compare_members(const void *a, const void *b)
{
    const struct member *left = a, *right = b;
    int order = compare_cells(left, right);
    return order != 0 ? order : left->row < right->row ? -1 : left->row > right->row;
}

void tally_apply(const struct tally *tally, struct table *table)
{
    size_t count = 0, rows = table_rows(table);
    struct member *members = mem_array(rows + 1, sizeof *members);
    for (size_t row = 0; row < rows; row++)
        if (table_cell(table, row, tally->of)->known && filter_match(tally->where, table, row))
            members[count++] = (struct member){table, tally->of, row};
    qsort(members, count, sizeof *members, compare_members);
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && compare_cells(&members[first], &members[next]) == 0;)
            next++;
        table_set_int(table, members[first].row, tally->column, (int64_t)(next - first));
    }
    free(members);
}
