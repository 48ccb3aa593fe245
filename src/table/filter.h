// SPDX-License-Identifier: MIT

// The filter language of console, --filter and checklist conditions, compiled against one schema.
#ifndef TABLE_FILTER_H
#define TABLE_FILTER_H

#include "base/err.h"
#include "table/table.h"

// Grammar (docs/cli.md, "Filter expressions"):
//   expression  = conjunction { "|" conjunction }
//   conjunction = term { term }
//   term        = [ "!" ] ( word | col relation value )
//   relation    = ":" | "=" | "!=" | ">" | ">=" | "<" | "<=" | "~"
// - Words and texts match without case, also outside ASCII (fold.h). Quotes "…" around a word or a
//   value take spaces and relations literally; inside them, \" and \\.
// - What stands before a relation must be a column, unless it is a time (08:15) or an address
//   (fe80::1).
// - A word is looked for in every cell, as cell_plain() has it and, for times, as the screen shows
//   it; a network (203.0.113.0/24) also finds the addresses in it.
// - On an address column, an address or network behind ":" or "=" matches by containment; part of
//   an address behind ":" matches the text.
// - Values take the units an operator types: durations 90s, 5m, 1h30m, percent 30%, sizes 1.5M,
//   thousands 1,000. A value is as wide as it is written: acd_s=41.2 finds what is 41.2 to three
//   decimals, begin=08:15 the whole minute, begin>2026-11-20 the days after. Times are local and of
//   the day of parsing unless they say otherwise. Ranked text compares by rank; other text,
//   addresses and yes/no have no < and >.
// - A comparison with an unknown cell is false, its negation too, except `col=` with no value (is
//   unknown) and `col!=` (is known).
// - "~" takes a regular expression of pattern.h; one with spaces or "|" goes in quotes.
struct filter;

// The text NULL, "" or only spaces matches everything. On an error *position (never
// NULL) is the byte offset of the character that is wrong and err says what would be right.
bool filter_parse(const char *text, const struct schema *schema, struct filter **out,
                  size_t *position, struct err *err);
void filter_free(struct filter *filter);
bool filter_is_empty(const struct filter *filter);

// Thread: a filter may be used by one thread at a time (regular expressions keep state).
bool filter_match(const struct filter *filter, const struct table *table, size_t row);

// The number that a column is compared with by < <= > or >=, the first where there are several;
// false: with none. *above: by > or >=.
bool filter_bound(const struct filter *filter, size_t col, double *bound, bool *above);

#endif
