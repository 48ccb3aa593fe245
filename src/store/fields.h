// SPDX-License-Identifier: MIT

// The fields of records as data, from which statements, copies and reading are made.
#ifndef STORE_FIELDS_H
#define STORE_FIELDS_H

#include <sqlite3.h>
#include <stddef.h>

#include "base/str.h"

enum field_type { FIELD_TEXT, FIELD_INT, FIELD_INT64 };
enum field_role {
    FIELD_DATA,
    FIELD_KEY,     // part of what makes the record the same record
    FIELD_COUNTED, // by the store: read, never written
};

struct field {
    const char *column;
    size_t offset;
    enum field_type type;
    enum field_role role;
};

enum record_kind { RECORD_RUN, RECORD_STEP, RECORD_NOTE, RECORD_ACTION, RECORD_KINDS };

struct record_fields {
    const char *table;
    size_t size; // of the struct
    const struct field *fields;
    size_t count;
};
extern const struct record_fields record_fields[RECORD_KINDS];

void record_copy(enum record_kind kind, void *to, const void *from);
void record_dispose(enum record_kind kind, void *record);

// INSERT … ON CONFLICT DO UPDATE, and SELECT … FROM without a condition.
void record_sql_put(struct str *sql, enum record_kind kind);
void record_sql_select(struct str *sql, enum record_kind kind);
void record_bind(sqlite3_stmt *statement, enum record_kind kind, const void *record);
void record_read(sqlite3_stmt *row, enum record_kind kind, void *record); // into a zeroed one

#endif
