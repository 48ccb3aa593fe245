// SPDX-License-Identifier: MIT

// The order of a view's rows.
#ifndef TABLE_VIEW_SORT_H
#define TABLE_VIEW_SORT_H

#include "table/view.h"

// Sorts rows stably by the keys; unknown cells come last whatever the direction.
void view_sort_rows(struct row_ref *rows, size_t count, const struct schema *schema,
                    const struct sort_key keys[VIEW_SORT_LEVELS]);

#endif
