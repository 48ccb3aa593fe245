// SPDX-License-Identifier: MIT

// Conditions of checklist steps: the filter language, counted and summed over the rows of one host.
#ifndef CHECKLIST_CONDITION_H
#define CHECKLIST_CONDITION_H

#include "base/err.h"
#include "table/table.h"

// Grammar (docs/checklists.md):
//   condition   = conjunction { "|" conjunction }
//   conjunction = term { term }
//   term        = measure relation number
//   measure     = ( "count" | "critical" | "warning" ) "(" [ filter ] ")"
//               | ( "sum" | "min" | "max" ) "(" column [ "," filter ] ")"
//   relation    = "=" | "!=" | ">" | ">=" | "<" | "<="
// - filter is a filter expression (table/filter.h) of the pane; without one all rows count.
// - critical() counts rows that the profile's thresholds judge critical, warning() those that they
//   judge warning or critical.
// - The number behind sum, min and max takes the column's units (90s, 30%, 1.5M).
// - A measure is unknown when the table was not read; of sum, min and max also when one of their
//   cells is unknown. Over no rows, count and sum are 0, and min and max stand in no relation.
// - and, or of unknowns are Kleene's: false and unknown is false, true or unknown is true.
struct condition;

enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

// The rows that a step sees: indices into its table.
struct row_list {
    const struct table *table; // NULL: not read
    const size_t *rows;
    size_t count;
};

// On an error *position (never NULL) is the byte offset of the character that is wrong. An empty
// text is an error.
bool condition_parse(const char *text, const struct schema *schema, struct condition **out,
                     size_t *position, struct err *err);
void condition_free(struct condition *condition);

// Pure. Thread: a condition may be used by one thread at a time, as filters.
enum truth condition_evaluate(const struct condition *condition, const struct row_list *rows);

// Sets marks[i] for the rows of the list that made the condition true: those that were counted, or
// hold the value that was asked for. None where the condition asks for absence (count(…) = 0).
void condition_mark(const struct condition *condition, const struct row_list *rows, bool *marks);

enum relation {
    RELATION_EQUAL,
    RELATION_UNEQUAL,
    RELATION_MORE,
    RELATION_AT_LEAST,
    RELATION_LESS,
    RELATION_AT_MOST,
};

// One term with its figure, for explanations and performance data.
struct measure {
    const char *text;            // "count(severity=critical)", as written; the condition's
    const struct column *column; // of sum, min, max; NULL: rows are counted
    enum truth truth;
    bool known;   // false: not read, cells unknown, or nothing to take the least or most of
    double value; // in the column's unit
    enum relation relation;
    double bound;
};
// The index-th term's; false: there are no more.
bool condition_measure(const struct condition *condition, const struct row_list *rows, size_t index,
                       struct measure *out);

#endif
