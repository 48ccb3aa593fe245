// SPDX-License-Identifier: MIT

// The rows of a table that a step sees, filtered and in the step's order.
#ifndef CHECKLIST_ROWS_H
#define CHECKLIST_ROWS_H

#include "checklist/checklist.h"

// A heap array of row indices in out->rows; table NULL gives the list that was not read.
void step_rows(const struct step *step, const struct table *table, struct row_list *out);
void step_rows_dispose(struct row_list *list);

// Whether the column, one of the step's, names a row of the evidence: its keys, or where none of
// them is shown all words.
bool step_column_names_row(const struct step *step, size_t column);
// What names a row among those of its host, neutralised; a heap string.
char *step_row_key(const struct step *step, const struct table *table, size_t row);

// Replaces $count, $rows, $figure and $COLUMN (its different values in the rows, three at most) and
// "(s)" behind a count. measure may be NULL. A heap string.
char *summary_expand(const struct step *step, const char *summary, const struct row_list *evidence,
                     size_t seen, const struct measure *measure);

#endif
