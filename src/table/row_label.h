// SPDX-License-Identifier: MIT

// Rows and units in an operator's words. Foreign text is NOT neutralised here.
#ifndef TABLE_ROW_LABEL_H
#define TABLE_ROW_LABEL_H

#include "table/view.h"

// Appends the row's key cells but the host's: what an operator calls the row.
void row_label(const struct row_ref *row, struct str *out);

// Appends what follows a formatted value: " %", "/s"; nothing where the value says it.
// beside_title: nor what the title says.
void column_add_unit(struct str *out, const struct column *column, bool beside_title);

#endif
