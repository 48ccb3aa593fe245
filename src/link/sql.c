// SPDX-License-Identifier: MIT

// One read-only database connection.
#include "link/sql.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/sql_private.h"

#define STATEMENTS_KEPT 16
#define IDENTIFIER_MAX  64
#define CATALOGUE       "information_schema."

struct kept_statement {
    char *text;
    MYSQL_STMT *statement;
    uint64_t used; // the younger, the greater
};

struct kept_columns {
    char *table;
    struct sql_columns columns;
};

// How a server limits the time of a statement by itself, should this program die while one runs.
enum own_limit { OWN_LIMIT_NONE, OWN_LIMIT_MARIADB, OWN_LIMIT_MYSQL };

struct sql {
    struct sql_login login; // without the password
    MYSQL *mysql;
    struct sql_guard *guard;
    struct link_load *load;
    bool usable;
    enum own_limit own_limit;
    int own_limit_s; // as last set
    struct kept_statement kept[STATEMENTS_KEPT];
    uint64_t runs;
    struct kept_columns *tables;
    size_t table_count, table_cap;
};

bool sql_library_init(void)
{
    return mysql_library_init(0, NULL, NULL) == 0;
}

bool sql_is_identifier(const char *text)
{
    size_t len = strlen(text);
    return len > 0 && len <= IDENTIFIER_MAX && (text[0] < '0' || text[0] > '9') &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") == len;
}

bool sql_is_usable(const struct sql *sql)
{
    return sql->usable;
}

const char *sql_server_version(const struct sql *sql)
{
    return mysql_get_server_info(sql->mysql);
}

static void count_statement(struct sql *sql)
{
    if (sql->load != NULL)
        atomic_fetch_add(&sql->load->statements, 1);
}

// Turns a failure into the sentence; what happened to the deadline matters more than what the
// server calls it.
static bool say_failure(struct sql *sql, const struct sql_failure *failure, enum sql_guard_end end,
                        int64_t limit_ms, struct err *err)
{
    if (end == SQL_CANCELLED)
        err_set(err, "%s: stopped", sql->login.where);
    else if (end == SQL_KILLED)
        err_set(err, "%s: the query took longer than %.1f s and was ended on the server",
                sql->login.where, (double)limit_ms / 1000);
    else
        sql_say(&sql->login, failure->code, failure->words, err);
    return false;
}

// A statement of ours, outside the queries of probes.
static bool run_plain(struct sql *sql, const char *text, int64_t deadline_ms,
                      struct sql_failure *failure, enum sql_guard_end *end)
{
    count_statement(sql);
    sql_guard_begin(sql->guard, deadline_ms);
    bool ok = mysql_query(sql->mysql, text) == 0;
    if (!ok) {
        failure->code = mysql_errno(sql->mysql);
        snprintf(failure->words, sizeof failure->words, "%s", mysql_error(sql->mysql));
    }
    *end = sql_guard_end(sql->guard);
    return ok;
}

static enum own_limit own_limit_of(MYSQL *mysql)
{
    unsigned long version = mysql_get_server_version(mysql);
    if (strstr(mysql_get_server_info(mysql), "MariaDB") != NULL)
        return version >= 100101 ? OWN_LIMIT_MARIADB : OWN_LIMIT_NONE;
    return version >= 50708 ? OWN_LIMIT_MYSQL : OWN_LIMIT_NONE;
}

static bool make_read_only(struct sql *sql, int64_t timeout_ms, struct err *err)
{
    struct sql_failure failure = {0};
    enum sql_guard_end end;
    if (run_plain(sql, "SET SESSION TRANSACTION READ ONLY", clock_mono_ms() + timeout_ms, &failure,
                  &end))
        return true;
    // Servers before 5.6.5 do not know it; there the account's rights are the only fence.
    if (failure.code == ER_PARSE_ERROR && end == SQL_IN_TIME)
        return true;
    return say_failure(sql, &failure, end, timeout_ms, err);
}

bool sql_open(const struct sql_target *target, int64_t timeout_ms, struct sql **out,
              struct err *err)
{
    struct sql *sql = mem_alloc(sizeof *sql);
    mysql_thread_init();
    sql_login_copy(&sql->login, target);
    sql->load = target->load;
    bool ok = sql_connect(&sql->login, timeout_ms, &sql->mysql, err);
    if (ok) {
        sql->guard = sql_guard_new(target, sql->mysql);
        ok = sql->guard != NULL ||
             err_set(err,
                     "%s: this machine has no thread or file left for it; raise ulimit -u and -n",
                     sql->login.where);
    }
    ok = ok && make_read_only(sql, timeout_ms, err);
    if (!ok) {
        sql_close(sql);
        return false;
    }
    explicit_bzero(sql->login.password, strlen(sql->login.password));
    sql->own_limit = own_limit_of(sql->mysql);
    sql->usable = true;
    *out = sql;
    return true;
}

void sql_close(struct sql *sql)
{
    if (sql == NULL)
        return;
    sql_guard_free(sql->guard);
    for (size_t i = 0; i < STATEMENTS_KEPT; i++) {
        if (sql->kept[i].statement != NULL)
            mysql_stmt_close(sql->kept[i].statement);
        free(sql->kept[i].text);
    }
    if (sql->mysql != NULL)
        mysql_close(sql->mysql);
    for (size_t i = 0; i < sql->table_count; i++) {
        free(sql->tables[i].table);
        sql_columns_dispose(&sql->tables[i].columns);
    }
    free(sql->tables);
    sql_login_dispose(&sql->login);
    free(sql);
}

void sql_cancel(struct sql *sql)
{
    sql_guard_cancel(sql->guard);
}

// The server's own limit, a little later than ours, in few steps so that it is seldom sent.
static void set_own_limit(struct sql *sql, int64_t deadline_ms)
{
    static const int steps_s[] = {5, 15, 60, 300, 3600};
    int left_s = clock_left_ms(deadline_ms) / 1000 + 2;
    int limit_s = 0;
    for (size_t i = 0; i < sizeof steps_s / sizeof steps_s[0] && limit_s < left_s; i++)
        limit_s = steps_s[i];
    if (sql->own_limit == OWN_LIMIT_NONE || limit_s == sql->own_limit_s)
        return;
    char text[80];
    if (sql->own_limit == OWN_LIMIT_MARIADB)
        snprintf(text, sizeof text, "SET SESSION max_statement_time=%d", limit_s);
    else
        snprintf(text, sizeof text, "SET SESSION max_execution_time=%d", limit_s * 1000);
    struct sql_failure failure = {0};
    enum sql_guard_end end;
    if (run_plain(sql, text, deadline_ms, &failure, &end))
        sql->own_limit_s = limit_s;
    else
        sql->own_limit = OWN_LIMIT_NONE; // not allowed here: the guard's KILL stays
}

static void kept_drop(struct kept_statement *kept)
{
    if (kept->statement != NULL)
        mysql_stmt_close(kept->statement);
    free(kept->text);
    *kept = (struct kept_statement){0};
}

// The prepared statement for this text: repeated queries cost one round trip, not two.
static struct kept_statement *kept_get(struct sql *sql, const char *text,
                                       struct sql_failure *failure)
{
    struct kept_statement *oldest = &sql->kept[0];
    for (size_t i = 0; i < STATEMENTS_KEPT; i++) {
        struct kept_statement *kept = &sql->kept[i];
        if (kept->text != NULL && strcmp(kept->text, text) == 0)
            return kept;
        if (kept->used < oldest->used)
            oldest = kept;
    }
    kept_drop(oldest);
    oldest->statement = sql_statement_prepare(sql->mysql, text, failure);
    if (oldest->statement == NULL)
        return NULL;
    oldest->text = mem_strdup(text);
    return oldest;
}

static bool is_lost(unsigned code)
{
    return code == CR_SERVER_LOST || code == CR_SERVER_GONE_ERROR ||
           code == CR_COMMANDS_OUT_OF_SYNC;
}

bool sql_run(struct sql *sql, const struct sql_query *query, sql_row_fn *row, void *user,
             struct err *err)
{
    if (!sql->usable)
        return err_set(err, "%s: the connection is closed", sql->login.where);
    int64_t limit_ms = clock_left_ms(query->deadline_ms);
    if (limit_ms == 0)
        return err_set(err, "%s: no time was left for the query", sql->login.where);
    set_own_limit(sql, query->deadline_ms);
    count_statement(sql);
    struct sql_failure failure = {0};
    sql_guard_begin(sql->guard, query->deadline_ms);
    struct kept_statement *kept = kept_get(sql, query->text, &failure);
    bool ok = kept != NULL && sql_statement_run(kept->statement, query, row, user, &failure);
    enum sql_guard_end end = sql_guard_end(sql->guard);
    if (kept != NULL)
        kept->used = ++sql->runs;
    if (end != SQL_IN_TIME || is_lost(failure.code))
        sql->usable = false;
    if (ok)
        return true;
    if (kept != NULL)
        kept_drop(kept);
    return say_failure(sql, &failure, end, limit_ms, err);
}

static bool add_column(void *user, const struct sql_value *values, size_t count)
{
    struct sql_columns *columns = user;
    if (count != 1 || values[0].type != SQL_TEXT)
        return false;
    columns->names = mem_resize(columns->names, columns->count + 1, sizeof *columns->names);
    columns->names[columns->count++] = mem_strdup(values[0].text);
    columns->exists = true;
    return true;
}

static void columns_copy(const struct sql_columns *from, struct sql_columns *to)
{
    *to = (struct sql_columns){.exists = from->exists, .count = from->count};
    to->names = mem_array(from->count, sizeof *to->names);
    for (size_t i = 0; i < from->count; i++)
        to->names[i] = mem_strdup(from->names[i]);
}

bool sql_table_columns(struct sql *sql, const char *table, int64_t deadline_ms,
                       struct sql_columns *out, struct err *err)
{
    *out = (struct sql_columns){0};
    for (size_t i = 0; i < sql->table_count; i++) {
        if (strcmp(sql->tables[i].table, table) == 0) {
            columns_copy(&sql->tables[i].columns, out);
            return true;
        }
    }
    bool is_catalogue = strncmp(table, CATALOGUE, strlen(CATALOGUE)) == 0;
    const char *own = is_catalogue ? table + strlen(CATALOGUE) : table;
    const struct sql_value name = {.type = SQL_TEXT, .text = own, .len = strlen(own)};
    const struct sql_query query = {
        .text = is_catalogue
                    ? "SELECT column_name FROM information_schema.columns WHERE table_schema ="
                      " 'information_schema' AND table_name = ? ORDER BY ordinal_position"
                    : "SELECT column_name FROM information_schema.columns WHERE table_schema ="
                      " DATABASE() AND table_name = ? ORDER BY ordinal_position",
        .params = &name,
        .param_count = 1,
        .deadline_ms = deadline_ms,
    };
    if (!sql_run(sql, &query, add_column, out, err)) {
        sql_columns_dispose(out);
        return false;
    }
    // A missing table may come (the day's CDR table does): only what exists is remembered.
    if (out->exists) {
        struct kept_columns *kept =
            mem_push(&sql->tables, &sql->table_count, &sql->table_cap, sizeof *sql->tables);
        kept->table = mem_strdup(table);
        columns_copy(out, &kept->columns);
    }
    return true;
}

bool sql_columns_have(const struct sql_columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->names[i], name) == 0)
            return true;
    return false;
}

void sql_columns_dispose(struct sql_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        free(columns->names[i]);
    free(columns->names);
    *columns = (struct sql_columns){0};
}
