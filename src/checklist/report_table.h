// SPDX-License-Identifier: MIT

// A table of a report: headings and cells as they were shown, beside the values for scripts.
#ifndef CHECKLIST_REPORT_TABLE_H
#define CHECKLIST_REPORT_TABLE_H

#include <jansson.h>

#include "table/table.h"

enum report_kind { REPORT_TEXT, REPORT_NUMBER, REPORT_STATE, REPORT_SERIES };

struct report_column {
    char *name;
    char *heading; // with its unit
    int kind;      // enum report_kind
    bool key;      // part of what makes a row the same row
};

struct report_cell {
    char *text;    // neutralised; "" of a series
    json_t *value; // as in JSON of `show`; of a series its values, null where unknown
};

// Zero-initialised: no columns, no rows.
struct report_table {
    struct report_column *columns;
    size_t column_count;
    struct report_cell *cells; // of row r and column c: [r * column_count + c]
    size_t row_count;
    size_t total; // rows that there were; row_count of them are here
};

// Which part of a table: rows NULL is all of them, columns NULL all but those that only machines
// need (column priority above 8).
struct report_slice {
    const size_t *rows;
    size_t row_count;
    const size_t *columns;
    size_t column_count;
    size_t most;    // rows at most; 0: all
    int64_t now_ms; // wall clock: times of this day are written without it; 0: all with their day
};
void report_table_take(struct report_table *out, const struct table *table,
                       const struct report_slice *slice);
// Adds the rows of one host behind a column of its name; a table without columns takes those of
// rows, others must have the same. No more than most rows are kept, all are counted.
void report_table_add_host(struct report_table *table, const char *host,
                           const struct report_table *rows, size_t most);
void report_table_dispose(struct report_table *table);

// {"columns":[{"name","heading","kind","key"}],"cells":[["text"]],"values":[[value]],"total":n};
// and back, where anything that does not fit is left out. A new reference.
json_t *report_table_json(const struct report_table *table);
void report_table_parse(struct report_table *out, const json_t *json);
// [{name: value}]
json_t *report_table_rows(const struct report_table *table);

// Its English words, which no language changes, where it holds text; else as it was shown.
const char *report_cell_plain(const struct report_cell *cell);

const struct report_cell *report_table_cell(const struct report_table *table, size_t row,
                                            size_t column);

#endif
