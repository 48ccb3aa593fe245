// SPDX-License-Identifier: MIT

// [words PANE.COLUMN]: a text column made of the words whose conditions hold for the row.
#ifndef PROBE_WORDING_H
#define PROBE_WORDING_H

#include "conf/profile.h"
#include "table/table.h"

struct wording;

// The section's words; faults (no such column, wrong condition) go to errors and are left out. NULL
// when the column itself is at fault.
struct wording *wording_compile(const struct ini_section *section, const char *column,
                                const struct schema *schema, struct err_list *errors);
void wording_free(struct wording *wording);

// Fills the column in all rows of an unsealed table. One thread at a time.
void wording_apply(const struct wording *wording, struct table *table);

#endif
