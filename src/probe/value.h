// SPDX-License-Identifier: MIT

// A value on its way from a source to a cell.
#ifndef PROBE_VALUE_H
#define PROBE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table/table.h"

enum value_type { VALUE_UNKNOWN, VALUE_INT, VALUE_REAL, VALUE_TEXT };

struct value {
    enum value_type type;
    int64_t integer;
    double real;
    const char *text; // not NUL-terminated; see len
    size_t len;
    bool lacking; // unknown because the host has no such field
};

static inline struct value value_of_text(const char *text, size_t len)
{
    return (struct value){.type = VALUE_TEXT, .text = text, .len = len};
}

static inline struct value value_of_int(int64_t integer)
{
    return (struct value){.type = VALUE_INT, .integer = integer};
}

static inline struct value value_of_real(double real)
{
    return (struct value){.type = VALUE_REAL, .real = real};
}

// The cell of a sealed table as a value; its text lives as long as the table.
struct value value_of_cell(const struct column *column, const struct cell *cell);

// A number of any type, text included ("12", " 12.5 "); false when it is none. An integer is exact;
// from a real it is rounded, and false when it would not fit.
bool value_real(const struct value *value, double *out);
bool value_int(const struct value *value, int64_t *out);

// Puts the value into a cell as the column's kind asks; what cannot be such a value leaves the cell
// unknown.
void value_store(const struct value *value, struct table *table, size_t row, size_t col);

#endif
