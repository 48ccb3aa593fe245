// SPDX-License-Identifier: MIT

// A [sql NAME] section, and the SELECT that it becomes on a host with these tables and columns.
#ifndef PROBE_SQL_SELECT_H
#define PROBE_SQL_SELECT_H

#include "link/sql.h"
#include "probe/mapping.h"

struct sql_select;

// NULL when there was a fault; faults go to errors with file and line.
struct sql_select *sql_select_compile(const struct profile *profile,
                                      const struct ini_section *section,
                                      const struct schema *schema, struct err_list *errors);
void sql_select_free(struct sql_select *select);

struct mapping *sql_select_mapping(const struct sql_select *select);
int64_t sql_select_limit(const struct sql_select *select);

// Whether a host may lack the table: then there are no rows of it.
bool sql_select_is_optional(const struct sql_select *select);

// "sections = KIND by FIELD": the rows are those of the profile's sections [KIND NAME], NAME being
// the text of this field of the mapping; others are left out, and those that the table lacks are
// added with nothing else known. NULL: no such thing.
const char *sql_select_sections(const struct sql_select *select, size_t *field);

// The tables it reads: [0] is the section's own, the others are joined to it.
size_t sql_select_table_count(const struct sql_select *select);
const char *sql_select_table(const struct sql_select *select, size_t table);

enum sql_parameter { SQL_PARAMETER_NOW_MS }; // wall clock, epoch ms

struct sql_statement {
    char *text;
    enum sql_parameter *params; // one for each ?
    size_t param_count;
    int *positions; // for each field of the mapping: its place in the result, or -1: not on this
                    // host
    size_t position_count;
};

// columns[i] belongs to table i. What the host lacks is left out (columns, orders, whole joins),
// unless it is needed: then false, and err names it.
bool sql_select_build(const struct sql_select *select, const struct sql_columns *columns,
                      struct sql_statement *out, struct err *err);
void sql_statement_dispose(struct sql_statement *statement);

#endif
