// SPDX-License-Identifier: MIT

// [tally PANE.COLUMN]: how many rows that fulfil a condition share the text of another column.
#ifndef PROBE_TALLY_H
#define PROBE_TALLY_H

#include "conf/profile.h"
#include "table/table.h"

struct tally;

// of = the column whose cells are compared, where = the condition. NULL when there is a fault;
// faults go to errors with file and line.
struct tally *tally_compile(const struct ini_section *section, const char *column,
                            const struct schema *schema, struct err_list *errors);
void tally_free(struct tally *tally);

// Puts the number into the first row of each group of an unsealed table, so that a group is met
// once; rows whose cell is unknown are in no group. One thread at a time.
void tally_apply(const struct tally *tally, struct table *table);

#endif
