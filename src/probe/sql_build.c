// SPDX-License-Identifier: MIT

// Builds the statement of a [sql NAME] section from what a host has.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "probe/sql_select_private.h"
#include "probe/sql_text.h"

static bool is_there(const struct select_column *column, const struct sql_columns *columns)
{
    return columns[column->table].exists && sql_columns_have(&columns[column->table], column->name);
}

static bool are_there(const struct column_list *list, const struct sql_columns *columns)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!is_there(&list->items[i], columns))
            return false;
    }
    return true;
}

static bool check_columns(const struct sql_select *select, const struct column_list *list,
                          const struct sql_columns *columns, struct err *err)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!is_there(&list->items[i], columns))
            return err_set(err, "the table %s has no column %s, which is needed",
                           select->tables[list->items[i].table].name, list->items[i].name);
    }
    return true;
}

static bool check_needs(const struct sql_select *select, const struct sql_columns *columns,
                        struct err *err)
{
    if (!columns[0].exists)
        return err_set(err,
                       "the database has no table %s; is mysql_database right, and may this "
                       "account read it?",
                       select->tables[0].name);
    bool ok = check_columns(select, &select->needs, columns, err);
    for (size_t i = 0; ok && i < select->groups.count; i++)
        ok = check_columns(select, &select->groups.items[i].columns, columns, err);
    return ok;
}

static void append_column(struct str *out, const struct sql_select *select,
                          const struct select_column *column)
{
    sql_text_append_name(out, select->tables[column->table].alias);
    str_append_char(out, '.');
    sql_text_append_name(out, column->name);
}

// The expression with its columns in place of {COLUMN}.
static void append_value(struct str *out, const struct sql_select *select,
                         const struct select_field *field, struct sql_statement *statement)
{
    const char *at = field->value;
    for (size_t i = 0; i < field->columns.count; i++) {
        size_t len;
        const char *column = sql_text_find_column(at, &len);
        char *before = mem_strndup(at, (size_t)(column - 1 - at));
        sql_text_append(out, before, statement);
        free(before);
        append_column(out, select, &field->columns.items[i]);
        at = column + len + 1;
    }
    sql_text_append(out, at, statement);
}

static void append_field(struct str *out, const struct sql_select *select,
                         const struct select_field *field, struct sql_statement *statement)
{
    if (field->value != NULL)
        append_value(out, select, field, statement);
    else
        append_column(out, select, &field->columns.items[0]);
}

static void append_groups(struct str *out, const struct sql_select *select,
                          struct sql_statement *statement)
{
    for (size_t i = 0; i < select->groups.count; i++) {
        str_append(out, i == 0 ? " GROUP BY " : ", ");
        append_field(out, select, &select->groups.items[i], statement);
    }
}

static int append_fields(struct str *out, const struct sql_select *select,
                         const struct sql_columns *columns, struct sql_statement *statement)
{
    int count = 0;
    statement->position_count = select->fields.count;
    statement->positions = mem_array(select->fields.count + 1, sizeof *statement->positions);
    for (size_t i = 0; i < select->fields.count; i++) {
        statement->positions[i] = -1;
        if (!are_there(&select->fields.items[i].columns, columns))
            continue;
        str_append(out, count == 0 ? " " : ", ");
        append_field(out, select, &select->fields.items[i], statement);
        statement->positions[i] = count++;
    }
    return count;
}

static void append_tables(struct str *out, const struct sql_select *select,
                          const struct sql_columns *columns, struct sql_statement *statement)
{
    str_append(out, " FROM ");
    if (strcmp(select->tables[0].name, select->tables[0].alias) != 0)
        str_append(out, CATALOGUE);
    sql_text_append_name(out, select->tables[0].alias);
    for (size_t i = 1; i < select->table_count; i++) {
        if (!columns[i].exists)
            continue;
        str_append(out, " LEFT JOIN ");
        sql_text_append_name(out, select->tables[i].name);
        str_append_char(out, ' ');
        sql_text_append_name(out, select->tables[i].alias);
        str_append(out, " ON ");
        sql_text_append(out, select->tables[i].on, statement);
    }
}

static void append_orders(struct str *out, const struct sql_select *select,
                          const struct sql_columns *columns)
{
    bool first = true;
    for (size_t i = 0; i < select->orders.count; i++) {
        const struct select_column *order = &select->orders.items[i];
        if (!is_there(order, columns))
            continue;
        str_append(out, first ? " ORDER BY " : ", ");
        append_column(out, select, order);
        if (order->descending)
            str_append(out, " DESC");
        first = false;
    }
}

bool sql_select_build(const struct sql_select *select, const struct sql_columns *columns,
                      struct sql_statement *out, struct err *err)
{
    *out = (struct sql_statement){0};
    if (!check_needs(select, columns, err))
        return false;
    struct str text = {0};
    str_append(&text, "SELECT");
    if (append_fields(&text, select, columns, out) == 0) {
        str_dispose(&text);
        sql_statement_dispose(out);
        return err_set(err, "the table %s has none of the columns that are wanted of it",
                       select->tables[0].name);
    }
    append_tables(&text, select, columns, out);
    if (select->where != NULL) {
        str_append(&text, " WHERE ");
        sql_text_append(&text, select->where, out);
    }
    append_groups(&text, select, out);
    append_orders(&text, select, columns);
    str_appendf(&text, " LIMIT %lld", (long long)select->limit);
    out->text = str_take(&text);
    return true;
}

void sql_statement_dispose(struct sql_statement *statement)
{
    free(statement->text);
    free(statement->params);
    free(statement->positions);
    *statement = (struct sql_statement){0};
}
