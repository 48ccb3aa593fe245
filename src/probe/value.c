// SPDX-License-Identifier: MIT

// Values between sources and cells: numbers that arrive as text, times, booleans in words.
#include "probe/value.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NUMBER_MAX_BYTES 63

struct value value_of_cell(const struct column *column, const struct cell *cell)
{
    struct value unknown = {0};
    if (!cell->known)
        return unknown;
    switch (column->kind) {
    case KIND_TEXT:
    case KIND_ADDRESS:
        return value_of_text(cell->as.text, cell->len);
    case KIND_INT:
    case KIND_BOOL:
    case KIND_TIME:
    case KIND_BYTES:
        return value_of_int(cell->as.integer);
    case KIND_REAL:
    case KIND_PCT:
    case KIND_DURATION_S:
    case KIND_DURATION_MS:
        return value_of_real(cell->as.real);
    case KIND_SERIES: // no single value
        break;
    }
    return unknown;
}

// The text as a terminated word without surrounding spaces; false when it is too long for a number.
static bool number_text(const struct value *value, char out[NUMBER_MAX_BYTES + 1])
{
    const char *text = value->text;
    size_t len = value->len;
    while (len > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        len--;
    }
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    if (len == 0 || len > NUMBER_MAX_BYTES || memchr(text, '\0', len) != NULL)
        return false;
    memcpy(out, text, len);
    out[len] = '\0';
    return strspn(out, "0123456789+-.eE") == len; // no "inf", no hexadecimal
}

bool value_real(const struct value *value, double *out)
{
    char text[NUMBER_MAX_BYTES + 1];
    char *end;
    switch (value->type) {
    case VALUE_UNKNOWN:
        return false;
    case VALUE_INT:
        *out = (double)value->integer;
        return true;
    case VALUE_REAL:
        *out = value->real;
        return isfinite(value->real);
    case VALUE_TEXT:
        if (!number_text(value, text))
            return false;
        *out = strtod(text, &end);
        return *end == '\0' && isfinite(*out);
    }
    return false;
}

bool value_int(const struct value *value, int64_t *out)
{
    double real;
    if (value->type == VALUE_INT) {
        *out = value->integer;
        return true;
    }
    if (value->type == VALUE_TEXT) {
        char text[NUMBER_MAX_BYTES + 1];
        if (!number_text(value, text))
            return false;
        char *end;
        errno = 0;
        *out = strtoll(text, &end, 10);
        if (*end == '\0')
            return errno == 0;
    }
    if (!value_real(value, &real) || fabs(real) >= (double)INT64_MAX)
        return false;
    *out = llround(real);
    return true;
}

static bool value_bool(const struct value *value, bool *out)
{
    static const char *const yes[] = {"true", "yes", "on"};
    static const char *const no[] = {"false", "no", "off"};
    double number;
    if (value_real(value, &number)) {
        *out = number != 0;
        return true;
    }
    if (value->type != VALUE_TEXT)
        return false;
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        *out = strlen(yes[i]) == value->len && strncasecmp(value->text, yes[i], value->len) == 0;
        if (*out ||
            (strlen(no[i]) == value->len && strncasecmp(value->text, no[i], value->len) == 0))
            return true;
    }
    return false;
}

static void store_text(const struct value *value, struct table *table, size_t row, size_t col)
{
    char number[32];
    switch (value->type) {
    case VALUE_UNKNOWN:
        break;
    case VALUE_INT:
        snprintf(number, sizeof number, "%" PRId64, value->integer);
        table_set_text(table, row, col, number);
        break;
    case VALUE_REAL:
        snprintf(number, sizeof number, "%.15g", value->real);
        table_set_text(table, row, col, number);
        break;
    case VALUE_TEXT:
        table_set_bytes(table, row, col, value->text, value->len);
        break;
    }
}

void value_store(const struct value *value, struct table *table, size_t row, size_t col)
{
    int64_t integer;
    double real;
    bool truth;
    switch (table_schema(table)->columns[col].kind) {
    case KIND_TEXT:
    case KIND_ADDRESS:
        store_text(value, table, row, col);
        break;
    case KIND_INT:
    case KIND_TIME:
    case KIND_BYTES:
        if (value_int(value, &integer))
            table_set_int(table, row, col, integer);
        break;
    case KIND_BOOL:
        if (value_bool(value, &truth))
            table_set_int(table, row, col, truth);
        break;
    case KIND_REAL:
    case KIND_PCT:
    case KIND_DURATION_S:
    case KIND_DURATION_MS:
        if (value_real(value, &real))
            table_set_real(table, row, col, real);
        break;
    case KIND_SERIES: // no single value fills one
        break;
    }
}
