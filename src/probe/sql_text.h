// SPDX-License-Identifier: MIT

// Pieces of SQL from a profile: checked once, their named parameters made into question marks.
#ifndef PROBE_SQL_TEXT_H
#define PROBE_SQL_TEXT_H

#include "base/str.h"
#include "probe/sql_select.h"

// False when the piece could be more than a condition: a second statement, a comment, a bare ?, an
// open quote, an unknown :name, or the name of a secret column. err says which.
bool sql_text_check(const char *text, struct err *err);

// The first {COLUMN} at or after text outside quotes: its name's place and length; NULL: none.
const char *sql_text_find_column(const char *text, size_t *len);

// Appends a checked piece with ? for each :name, and the parameters in order to the statement.
void sql_text_append(struct str *out, const char *text, struct sql_statement *statement);

// `name`; the name is an identifier.
void sql_text_append_name(struct str *out, const char *name);

#endif
