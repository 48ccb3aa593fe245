// SPDX-License-Identifier: MIT

// A database's cell as a number, however it travels.
#ifndef PROBE_SQL_NUMBER_H
#define PROBE_SQL_NUMBER_H

#include "link/sql.h"

// Integers, whole parts of reals, and text that is a whole number; false for NULL and all else.
bool sql_value_int(const struct sql_value *value, int64_t *out);

#endif
