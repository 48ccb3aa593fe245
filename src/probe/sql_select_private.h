// SPDX-License-Identifier: MIT

// A compiled [sql NAME] section, as the compiler makes it and the builder reads it.
#ifndef PROBE_SQL_SELECT_PRIVATE_H
#define PROBE_SQL_SELECT_PRIVATE_H

#include "probe/sql_select.h"

#define CATALOGUE "information_schema."

// [0] of the tables is the section's own; its alias is its name and on is NULL.
struct select_table {
    char *alias;
    char *name;
    char *on;
};

// A column of one of the tables; the table's columns decide whether it is there.
struct select_column {
    size_t table;
    char *name;
    bool descending; // orders only
};

struct column_list {
    struct select_column *items;
    size_t count, cap;
};

// A field of the mapping, or what the rows are grouped by: a column of a table or a value.
struct select_field {
    struct column_list columns; // the column, or those that the value is made of
    char *value;                // its expression with {COLUMN}s; NULL: a column
    char *name;
};

struct field_list {
    struct select_field *items;
    size_t count, cap;
};

struct sql_select {
    struct mapping *mapping;
    struct select_table *tables;
    size_t table_count, table_cap;
    struct field_list fields; // for each field of the mapping
    struct field_list groups;
    struct column_list needs;
    struct column_list orders;
    char *where; // NULL: all rows
    int64_t limit;
    bool optional;
    char *sections; // first word of the sections that the rows are; NULL: none
    size_t section_field;
};

#endif
