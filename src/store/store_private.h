// SPDX-License-Identifier: MIT

// What the files of this layer share of a connection.
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <sqlite3.h>

#include "store/fields.h"
#include "store/store.h"

struct store {
    char *path;
    sqlite3 *db;
    sqlite3_stmt *put[RECORD_KINDS]; // prepared when first needed
    bool refused;                    // the last failure lay in the record
};

// The sentence for what SQLite answered; remembers whose fault it was. Returns false.
bool store_fail(struct store *store, int code, struct err *err);

// A statement, or NULL and the sentence. Finalize it.
sqlite3_stmt *store_prepare(struct store *store, const char *sql, struct err *err);
bool store_execute(struct store *store, const char *sql, struct err *err);
// Runs a statement that gives no rows, and resets it.
bool store_run(struct store *store, sqlite3_stmt *statement, struct err *err);
// True: there is a row. False: no more, or err is set.
bool store_row(struct store *store, sqlite3_stmt *statement, struct err *err);

// By name, where the statement has it. Text is copied.
void store_bind_text(sqlite3_stmt *statement, const char *name, const char *text);
void store_bind_number(sqlite3_stmt *statement, const char *name, int64_t number);

bool store_put(struct store *store, enum record_kind kind, const void *record, struct err *err);

#endif
