// SPDX-License-Identifier: MIT

// What the row under the cursor is about: its host, its address or network, and what else can be
// acted on.
#ifndef TUI_SUBJECT_H
#define TUI_SUBJECT_H

#include "base/address.h"
#include "base/str.h"
#include "table/view.h"

struct console;

#define SUBJECT_NO_HOST SIZE_MAX

// The row that the operator means: of open details, or the one that a row of what needs a person
// leads to (column -1 in both), else under the cursor.
bool subject_row(struct console *console, struct row_ref *row, int *column);
// The same row on another host, counted from 0, where a row of what needs a person stands for
// several; false: there are no more.
bool subject_row_elsewhere(struct console *console, size_t index, struct row_ref *row);
// Index of the row's host in the fleet, or SUBJECT_NO_HOST.
size_t subject_host(const struct console *console, const struct row_ref *row);

// Under the cursor, else the first address that the row names.
bool subject_address(const struct row_ref *row, int column, struct address *out);
// The same, where a network or a firewall rule's source (not a negated one) is one too.
bool subject_network(const struct row_ref *row, int column, struct network *out);
// Appends a column's value as machines read it; false: no such column, or unknown or empty.
bool subject_cell(const struct row_ref *row, const char *column, struct str *out);
// Appends the row in words: "flood: source 203.0.113.9, packets 120, …", without control bytes.
void subject_words(const struct row_ref *row, struct str *out);

#endif
