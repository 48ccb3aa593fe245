// SPDX-License-Identifier: MIT

// The inside of an SQL connection, for its own files.
#ifndef LINK_SQL_PRIVATE_H
#define LINK_SQL_PRIVATE_H

#include <mysql.h>

#include "link/sql.h"

// Oracle's library dropped my_bool; MariaDB's keeps it.
#ifdef MARIADB_PACKAGE_VERSION
typedef my_bool sql_bool;
#else
typedef bool sql_bool;
#endif

// A target with its own copies of the texts.
struct sql_login {
    struct link_endpoint endpoint;
    char *where, *database, *user, *password;
};

// sql_connect.c
void sql_login_copy(struct sql_login *login, const struct sql_target *target);
void sql_login_dispose(struct sql_login *login); // wipes the password
bool sql_connect(const struct sql_login *login, int64_t timeout_ms, MYSQL **out, struct err *err);
int sql_socket(MYSQL *mysql);
// The sentence for a failure of the server or the library.
void sql_say(const struct sql_login *login, unsigned code, const char *words, struct err *err);

// sql_kill.c: a thread that ends the query of another connection when its deadline passes. The
// calls in between come from the thread that uses the connection, cancel from any.
struct sql_guard;
struct sql_guard *sql_guard_new(const struct sql_target *target, MYSQL *mysql);
void sql_guard_free(struct sql_guard *guard);
void sql_guard_begin(struct sql_guard *guard, int64_t deadline_ms);
enum sql_guard_end { SQL_IN_TIME, SQL_KILLED, SQL_CANCELLED };
enum sql_guard_end sql_guard_end(struct sql_guard *guard);
void sql_guard_cancel(struct sql_guard *guard);

// sql_statement.c: a prepared statement is run, its rows are handed out. The code of the failure, 0
// for none.
struct sql_failure {
    unsigned code;
    char words[256];
};
MYSQL_STMT *sql_statement_prepare(MYSQL *mysql, const char *text, struct sql_failure *failure);
bool sql_statement_run(MYSQL_STMT *statement, const struct sql_query *query, sql_row_fn *row,
                       void *user, struct sql_failure *failure);

#endif
