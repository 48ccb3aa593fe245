// SPDX-License-Identifier: MIT

// A database's cell as a number, however it travels.
#include "probe/sql_number.h"
#include "probe/value.h"

bool sql_value_int(const struct sql_value *value, int64_t *out)
{
    if (value->type == SQL_INT) {
        *out = value->integer;
        return true;
    }
    struct value cell = {.type = VALUE_UNKNOWN};
    if (value->type == SQL_REAL)
        cell = value_of_real(value->real);
    else if (value->type == SQL_TEXT)
        cell = value_of_text(value->text, value->len);
    return value_int(&cell, out);
}
