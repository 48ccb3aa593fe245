// SPDX-License-Identifier: MIT

// A compiled filter, between its parser and its matcher.
#ifndef TABLE_FILTER_TERM_H
#define TABLE_FILTER_TERM_H

#include "base/address.h"
#include "table/filter.h"
#include "table/fold.h"
#include "table/pattern.h"

enum term_test {
    TERM_WORD,     // any cell contains the needle
    TERM_CONTAINS, // the cell contains the needle, or lies in the network
    TERM_COMPARE,  // the cell stands to the value in one of the wanted orders
    TERM_PATTERN,  // the pattern matches the cell's text
    TERM_UNKNOWN,  // the cell is unknown
};

// How a cell may stand to a value.
enum { ORDER_LESS = 1, ORDER_EQUAL = 2, ORDER_MORE = 4 };

// A value is as wide as it was written: 41.2 reaches half a thousandth to both sides, 08:15 is a
// whole minute.
struct term_value {
    int64_t low, high;          // inclusive; of integer kinds
    double real_low, real_high; // of real kinds
};

struct term {
    enum term_test test;
    bool negated;
    bool opens_alternative; // stands behind a "|"
    bool is_network;        // network is looked for rather than needle
    bool may_be_number;     // the needle could stand in a printed number or time
    unsigned wanted;        // orders of TERM_COMPARE
    size_t col;             // of all tests but TERM_WORD
    int rank;               // the value's, in a ranked column
    struct needle needle;   // the text looked for, or compared with
    struct network network;
    struct term_value value;
    struct pattern *pattern; // owned
};

struct filter {
    const struct schema *schema;
    struct term *terms; // owned
    size_t count, cap;
};

// Reads a value of a kind that is not text. False when it is none: kind_values() says what would
// be.
bool term_value_parse(struct term_value *out, enum kind kind, const char *text);
// "a number such as 10"
const char *kind_values(enum kind kind);

#endif
