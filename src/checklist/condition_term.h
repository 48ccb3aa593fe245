// SPDX-License-Identifier: MIT

// A compiled condition, between its parser and its evaluation.
#ifndef CHECKLIST_CONDITION_TERM_H
#define CHECKLIST_CONDITION_TERM_H

#include "checklist/condition.h"
#include "table/filter.h"

enum aggregate {
    AGGREGATE_COUNT,
    AGGREGATE_CRITICAL,
    AGGREGATE_WARNING,
    AGGREGATE_SUM,
    AGGREGATE_MIN,
    AGGREGATE_MAX,
};

static inline bool aggregate_takes_column(enum aggregate aggregate)
{
    return aggregate >= AGGREGATE_SUM;
}

struct condition_term {
    enum aggregate aggregate;
    bool opens_alternative; // stands behind a "|"
    char *text;             // of the measure, owned
    struct filter *filter;  // owned; which rows
    size_t col;             // of sum, min, max
    enum relation relation;
    double bound;
};

struct condition {
    const struct schema *schema;
    struct condition_term *terms; // owned
    size_t count, cap;
};

#endif
