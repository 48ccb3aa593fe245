// SPDX-License-Identifier: MIT

// The profile's [advice PANE.NAME]: what a person should do about a row, in words.
#ifndef PROBE_ADVICE_H
#define PROBE_ADVICE_H

#include "conf/profile.h"
#include "table/table.h"

struct advice;

// Those for rows of this schema, in the order of the profile; faults go to errors (may be NULL).
struct advice *advice_new(const struct profile *profile, const struct schema *schema,
                          struct err_list *errors);
void advice_free(struct advice *advice); // NULL is allowed

// The first that holds for the row, or NULL. Lives as long as the profile.
const char *advice_for(const struct advice *advice, const struct table *table, size_t row);

// Adds a fault for every section that names no pane of this program.
void advice_check(const struct profile *profile, struct err_list *errors);

#endif
