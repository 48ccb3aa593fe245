// SPDX-License-Identifier: MIT

// One read-only MySQL or MariaDB connection with bound parameters and time-outs that end the query
// on the server.
#ifndef LINK_SQL_H
#define LINK_SQL_H

#include <stdint.h>

#include "base/err.h"
#include "link/link.h"

struct sql;

struct sql_target {
    struct link_endpoint endpoint;
    const char *where; // for messages: "sw1: MySQL 127.0.0.1:3306"
    const char *database;
    const char *user;
    const char *password;   // secret; kept for ending a query from beside, wiped by sql_close
    struct link_load *load; // counts statements; may be NULL
};

enum sql_type { SQL_NULL, SQL_INT, SQL_REAL, SQL_TEXT };

struct sql_value {
    enum sql_type type;
    int64_t integer;
    double real;
    const char *text; // NUL-terminated; may hold NUL bytes inside, see len
    size_t len;
};

// Process-wide, before any thread.
bool sql_library_init(void);

// Read-only session, LOCAL INFILE off, no multi-statements, character set utf8 (utf8mb4 where the
// server knows it).
bool sql_open(const struct sql_target *target, int64_t timeout_ms, struct sql **out,
              struct err *err);
void sql_close(struct sql *sql);
// False after a lost connection or a time-out: close it and open another.
bool sql_is_usable(const struct sql *sql);
const char *sql_server_version(const struct sql *sql);

struct sql_query {
    const char *
        text; // with ? for parameters; constant or from the profile, never pasted from foreign text
    const struct sql_value *params;
    size_t param_count;
    int64_t deadline_ms; // monotonic; when it passes the query is killed on the server
};

// Calls row for every row of the result, on this thread; a false from it ends the reading (not an
// error). Values are valid during the call. Integer columns arrive as SQL_INT, float and decimal as
// SQL_REAL, all others as SQL_TEXT.
typedef bool sql_row_fn(void *user, const struct sql_value *values, size_t count);
bool sql_run(struct sql *sql, const struct sql_query *query, sql_row_fn *row, void *user,
             struct err *err);

// Makes a sql_run() in another thread return soon (for shutdown).
void sql_cancel(struct sql *sql);

// The columns of a table of the connected database (or of "information_schema.TABLE"), discovered
// once a connection
// (information_schema). exists is false for a missing table, which is no error.
struct sql_columns {
    bool exists;
    char **names; // owned, in table order
    size_t count;
};
bool sql_table_columns(struct sql *sql, const char *table, int64_t deadline_ms,
                       struct sql_columns *out, struct err *err);
bool sql_columns_have(const struct sql_columns *columns, const char *name);
void sql_columns_dispose(struct sql_columns *columns);

// Whether a word may stand in a statement as an identifier: ^[A-Za-z_][A-Za-z0-9_]{0,63}$
bool sql_is_identifier(const char *text);

#endif
