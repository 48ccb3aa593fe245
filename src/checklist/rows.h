// SPDX-License-Identifier: MIT

// The rows of a table that a step sees, filtered and in the step's order.
#ifndef CHECKLIST_ROWS_H
#define CHECKLIST_ROWS_H

#include "checklist/checklist.h"

// A heap array of row indices in out->rows; table NULL gives the list that was not read.
void step_rows(const struct step *step, const struct table *table, struct row_list *out);
void step_rows_dispose(struct row_list *list);

// What names a row among those of its host: its key cells but the host's, or all its cells. A heap
// string; may quote foreign bytes.
char *step_row_key(const struct table *table, size_t row);

// Replaces $count, $rows, $figure and $COLUMN (its different values in the rows, three at most) and
// "(s)" behind a count. measure may be NULL. A heap string.
char *summary_expand(const struct step *step, const char *summary, const struct row_list *evidence,
                     size_t seen, const struct measure *measure);

#endif
