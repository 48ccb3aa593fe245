// SPDX-License-Identifier: MIT

// A table's rows as a recording holds them: whole, or as what has changed since the reading before.
//
// {"cols":[NAME …],"rows":[[CELL …] …]}   a whole table
// {"ops":[OP …]}                          made from the rows before, in order:
//     N              the next N of them as they were
//     [I,C,CELL,…]   number I of them with these columns (by their place in cols) changed; the next
//                    N go on behind it
//     [null,CELL …]  a row that is new
// true                                    the same table
//
// CELL: null (unknown), a number, a text, a series [n,null,…], or {"v":CELL,"l":LEVEL} where a
// threshold says something. A series that has gone on is {"k":K,"m":M,"v":[…]} ("l" as well): the
// one before from place K on, M values of it, then these. Columns are known by their names, so that
// a recording outlives new columns.
#ifndef REPLAY_ROWS_H
#define REPLAY_ROWS_H

#include <jansson.h>

#include "replay/mask.h"
#include "table/table.h"

// before may be NULL: a whole table. A new reference.
json_t *rows_encode(const struct table *table, const struct table *before, const struct mask *mask);

// Rows as they are read back. Zero-initialised: no table was read yet.
struct rows {
    json_t *columns; // names; NULL: no table
    json_t **items;  // an array of cells each
    size_t count;
    size_t series, added; // values of series: as counted, and put together since then
};

// Follows one reading. False: it is not what rows_encode() writes; the rows are as they were.
bool rows_follow(struct rows *rows, const json_t *reading, struct err *err);
void rows_dispose(struct rows *rows);

// A sealed table, one reference; NULL where there is none. Columns that the schema does not have
// are left out, those that the recording does not have are unknown.
const struct table *rows_table(const struct rows *rows, const struct schema *schema);

uint64_t rows_cells(const struct rows *rows);  // how much is held, in cells
size_t rows_critical(const struct rows *rows); // that a threshold calls critical

// Appends the names of recorded columns that the schema does not have, with commas between them.
void rows_strangers(const struct rows *rows, const struct schema *schema, struct str *out);

#endif
