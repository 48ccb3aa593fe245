// SPDX-License-Identifier: MIT

// The filter language of console, --filter and checklist conditions, compiled against one schema.
#ifndef TABLE_FILTER_H
#define TABLE_FILTER_H

#include "base/err.h"
#include "table/table.h"

// Grammar (docs/cli.md, "Filter expressions"):
//   expression = conjunction { "|" conjunction }       conjunction = term { term }
//   term = word | "!"word | col":"text | col"="value | col"!="value | col">"n | col">="n | col"<"n
//   |
//          col"<="n | col"~"regex; a term of any form may be negated with a leading "!"
// Words and texts match without case, also outside ASCII as far as towlower goes. Quotes "…" take
// spaces and operators literally ("\"" and "\\" inside). `col:` on an address column with a network
// matches by containment; with part of an address it matches the text. Values take the units an
// operator types: durations "90s", "5m", percent "30%"; ranked text compares by rank. A comparison
// with an unknown cell is false, its negation too, except `col=` (empty value: is unknown) and
// `col!=` (is known).
struct filter;

// The text NULL, "" or only spaces matches everything. On an error *position is the byte offset of
// the character that is wrong and err says what would be right.
bool filter_parse(const char *text, const struct schema *schema, struct filter **out,
                  size_t *position, struct err *err);
void filter_free(struct filter *filter);
bool filter_is_empty(const struct filter *filter);

// Thread: a filter may be used by one thread at a time (regular expressions keep state).
bool filter_match(const struct filter *filter, const struct table *table, size_t row);

#endif
