// SPDX-License-Identifier: MIT

// Tables written for people and machines: aligned text, JSON, CSV.
#ifndef TABLE_WRITE_H
#define TABLE_WRITE_H

#include <stdio.h>

#include <jansson.h>

#include "table/view.h"

// Documents are written by reports, not by tables.
enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_MARKDOWN, FORMAT_HTML };

bool format_parse(const char *text, enum format *out);
const char *format_text(enum format format);

struct write_options {
    size_t limit;   // 0: all rows
    int64_t now_ms; // wall clock
    int width;      // columns of the terminal; 0: not a terminal, cut nothing
    bool colour;    // levels in colour (never with NO_COLOR; the caller decides)
};

// Aligned columns with headings; foreign text neutralised; levels are also said by a sign ("!"
// warn, "!!" crit). In a narrow window columns are hidden by priority, then the widest texts end in
// "…"; numbers are never cut.
void write_text(FILE *out, struct view *view, const struct write_options *options);

// RFC 4180 with a heading line of column names; unknown is empty. A text cell that a spreadsheet
// would take for a formula (leading = + - @ or tab) is kept as it is: it is data, quoting is the
// importer's duty. Bytes that could only act on a terminal (broken UTF-8, controls other than tab
// and line ends) become U+FFFD.
void write_csv(FILE *out, struct view *view, const struct write_options *options);

// A JSON array of row objects: unknown is null, numbers are numbers (reals that are whole print
// without a fraction, others with at most 3 decimals), times RFC 3339 in UTC, broken UTF-8 and the
// controls that JSON does not escape replaced by U+FFFD. New reference.
// Dump it with WRITE_JSON_FLAGS, or 41.2 comes out as 41.200000000000003.
#define WRITE_JSON_FLAGS JSON_REAL_PRECISION(15)
json_t *write_json_rows(struct view *view, const struct write_options *options);
json_t *write_json_cell(const struct column *column, const struct cell *cell);

#endif
