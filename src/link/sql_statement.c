// SPDX-License-Identifier: MIT

// Prepared statements: typed parameters in, typed values out.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "link/sql_private.h"

#define TEXT_FIRST_BYTES 256 // grown when a value is longer

struct column {
    enum sql_type type;
    bool is_unsigned;
    long long integer;
    double real;
    char *text;
    size_t cap;
    unsigned long len;
    sql_bool is_null, is_cut;
    char digits[24];
};

static bool fail(struct sql_failure *failure, MYSQL_STMT *statement)
{
    failure->code = mysql_stmt_errno(statement);
    snprintf(failure->words, sizeof failure->words, "%s", mysql_stmt_error(statement));
    return false;
}

MYSQL_STMT *sql_statement_prepare(MYSQL *mysql, const char *text, struct sql_failure *failure)
{
    MYSQL_STMT *statement = mysql_stmt_init(mysql);
    if (statement == NULL) {
        failure->code = mysql_errno(mysql);
        snprintf(failure->words, sizeof failure->words, "%s", mysql_error(mysql));
        return NULL;
    }
    if (mysql_stmt_prepare(statement, text, (unsigned long)strlen(text)) == 0)
        return statement;
    fail(failure, statement);
    mysql_stmt_close(statement);
    return NULL;
}

static bool bind_params(MYSQL_STMT *statement, const struct sql_query *query,
                        struct sql_failure *failure)
{
    size_t count = mysql_stmt_param_count(statement);
    if (count != query->param_count) {
        failure->code = 1;
        snprintf(failure->words, sizeof failure->words,
                 _("the query has %zu parameters, %zu are given"), count, query->param_count);
        return false;
    }
    if (count == 0)
        return true;
    MYSQL_BIND *binds = mem_array(count, sizeof *binds);
    // The library only reads what is bound here, but its fields are not const.
    struct sql_value *values = mem_array(count, sizeof *values);
    char **texts = mem_array(count, sizeof *texts);
    unsigned long *lens = mem_array(count, sizeof *lens);
    memcpy(values, query->params, count * sizeof *values);
    for (size_t i = 0; i < count; i++) {
        switch (values[i].type) {
        case SQL_NULL:
            binds[i].buffer_type = MYSQL_TYPE_NULL;
            break;
        case SQL_INT:
            binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
            binds[i].buffer = &values[i].integer;
            break;
        case SQL_REAL:
            binds[i].buffer_type = MYSQL_TYPE_DOUBLE;
            binds[i].buffer = &values[i].real;
            break;
        case SQL_TEXT:
            texts[i] = mem_strndup(values[i].text, values[i].len);
            lens[i] = (unsigned long)values[i].len;
            binds[i].buffer_type = MYSQL_TYPE_STRING;
            binds[i].buffer = texts[i];
            binds[i].buffer_length = lens[i];
            binds[i].length = &lens[i];
            break;
        }
    }
    bool ok = mysql_stmt_bind_param(statement, binds) == 0 && mysql_stmt_execute(statement) == 0;
    if (!ok)
        fail(failure, statement);
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
    free(lens);
    free(values);
    free(binds);
    return ok;
}

static enum sql_type type_of(const MYSQL_FIELD *field)
{
    switch (field->type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
        return SQL_INT;
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
        return SQL_REAL;
    default:
        return SQL_TEXT;
    }
}

static void bind_column(struct column *column, const MYSQL_FIELD *field, MYSQL_BIND *bind)
{
    column->type = type_of(field);
    column->is_unsigned = (field->flags & UNSIGNED_FLAG) != 0;
    bind->is_null = &column->is_null;
    bind->error = &column->is_cut;
    bind->length = &column->len;
    if (column->type == SQL_INT) {
        bind->buffer_type = MYSQL_TYPE_LONGLONG;
        bind->buffer = &column->integer;
        bind->is_unsigned = column->is_unsigned;
    } else if (column->type == SQL_REAL) {
        bind->buffer_type = MYSQL_TYPE_DOUBLE;
        bind->buffer = &column->real;
    } else {
        column->cap = TEXT_FIRST_BYTES;
        column->text = mem_alloc(column->cap + 1);
        bind->buffer_type = MYSQL_TYPE_STRING;
        bind->buffer = column->text;
        bind->buffer_length = (unsigned long)column->cap;
    }
}

// Fetches a text again that was longer than its buffer; *rebind says that the buffers moved.
static bool fetch_long(MYSQL_STMT *statement, struct column *column, MYSQL_BIND *bind, size_t index,
                       bool *rebind)
{
    if (column->type != SQL_TEXT || column->is_null || column->len <= column->cap)
        return true;
    column->cap = column->len;
    column->text = mem_resize(column->text, column->cap + 1, 1);
    bind->buffer = column->text;
    bind->buffer_length = (unsigned long)column->cap;
    *rebind = true;
    return mysql_stmt_fetch_column(statement, bind, (unsigned)index, 0) == 0;
}

static struct sql_value value_of(struct column *column)
{
    struct sql_value value = {.type = column->is_null ? SQL_NULL : column->type};
    if (value.type == SQL_INT && column->is_unsigned && column->integer < 0) {
        // Beyond int64: exact as text.
        int len = snprintf(column->digits, sizeof column->digits, "%llu",
                           (unsigned long long)column->integer);
        value = (struct sql_value){.type = SQL_TEXT, .text = column->digits, .len = (size_t)len};
    } else if (value.type == SQL_INT) {
        value.integer = column->integer;
    } else if (value.type == SQL_REAL) {
        value.real = column->real;
    } else if (value.type == SQL_TEXT) {
        column->text[column->len] = '\0';
        value.text = column->text;
        value.len = column->len;
    }
    return value;
}

static bool fetch_rows(MYSQL_STMT *statement, struct column *columns, MYSQL_BIND *binds,
                       size_t count, sql_row_fn *row, void *user, struct sql_failure *failure)
{
    struct sql_value *values = mem_array(count, sizeof *values);
    bool ok =
        mysql_stmt_bind_result(statement, binds) == 0 && mysql_stmt_store_result(statement) == 0;
    if (!ok)
        fail(failure, statement);
    for (bool more = ok; more;) {
        int fetched = mysql_stmt_fetch(statement);
        if (fetched == MYSQL_NO_DATA)
            break;
        bool rebind = false;
        ok = fetched == 0 || fetched == MYSQL_DATA_TRUNCATED;
        for (size_t i = 0; i < count && ok; i++) {
            ok = fetch_long(statement, &columns[i], &binds[i], i, &rebind);
            values[i] = value_of(&columns[i]);
        }
        ok = ok && (!rebind || mysql_stmt_bind_result(statement, binds) == 0);
        if (!ok)
            fail(failure, statement);
        more = ok && (row == NULL || row(user, values, count));
    }
    free(values);
    return ok;
}

static bool read_result(MYSQL_STMT *statement, sql_row_fn *row, void *user,
                        struct sql_failure *failure)
{
    MYSQL_RES *metadata = mysql_stmt_result_metadata(statement);
    if (metadata == NULL)
        return mysql_stmt_errno(statement) == 0 || fail(failure, statement);
    size_t count = mysql_num_fields(metadata);
    const MYSQL_FIELD *fields = mysql_fetch_fields(metadata);
    struct column *columns = mem_array(count, sizeof *columns);
    MYSQL_BIND *binds = mem_array(count, sizeof *binds);
    for (size_t i = 0; i < count; i++)
        bind_column(&columns[i], &fields[i], &binds[i]);
    bool ok = fetch_rows(statement, columns, binds, count, row, user, failure);
    for (size_t i = 0; i < count; i++)
        free(columns[i].text);
    free(columns);
    free(binds);
    mysql_free_result(metadata);
    mysql_stmt_free_result(statement);
    return ok;
}

bool sql_statement_run(MYSQL_STMT *statement, const struct sql_query *query, sql_row_fn *row,
                       void *user, struct sql_failure *failure)
{
    if (!bind_params(statement, query, failure))
        return false;
    if (query->param_count == 0 && mysql_stmt_execute(statement) != 0)
        return fail(failure, statement);
    return read_result(statement, row, user, failure);
}
