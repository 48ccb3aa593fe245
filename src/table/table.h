// SPDX-License-Identifier: MIT

// Typed columns and rows: the one form in which facts travel from probes to panes, printers and
// checks.
#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

// What a cell's value is; it decides how it is stored, compared, printed and written to JSON.
enum kind {
    KIND_TEXT,        // text
    KIND_ADDRESS,     // text; filters match it against networks, sorting is numeric
    KIND_INT,         // integer
    KIND_REAL,        // real
    KIND_PCT,         // real, 0..100
    KIND_BOOL,        // integer 0 or 1
    KIND_TIME,        // integer, epoch ms; JSON: RFC 3339 in UTC
    KIND_DURATION_S,  // real, seconds
    KIND_DURATION_MS, // real, milliseconds
    KIND_BYTES,       // integer, bytes
    KIND_SERIES,      // reals at even intervals, the newest last; some may be unknown
};

// How worried an operator should be; ordered.
enum level { LEVEL_NONE, LEVEL_OK, LEVEL_INFO, LEVEL_WARN, LEVEL_CRIT };

struct column {
    const char *name;  // the name in JSON, filters and sorts: ^[a-z][a-z0-9_]*$
    const char *title; // the heading on a screen
    const char *unit;  // "" when the title says it
    const char *help;  // one sentence: what it is, its formula or source
    enum kind kind;
    bool key;               // part of the row's identity
    bool id;                // a number that names something: no commas between thousands
    bool total;             // the sum over rows means something
    bool unbounded;         // takes the width that is left (at most one a schema)
    unsigned char priority; // 0: always shown; the highest is hidden first when the window narrows
    signed char ticks;      // a duration that grows (1) or shrinks (-1) by itself; 0: neither
    unsigned char width;    // preferred columns on a screen; 0: from the kind
    // Of a series: the value of a full block; 0: the greatest of the cell's values.
    unsigned char series_top;
    // What the values of a series are, a kind of numbers; KIND_TEXT: reals.
    enum kind series_of;
    bool sparse; // while no row in sight has it, the first to make room, whatever its priority
    bool list;   // a text of several items, with "; " between them
    // A text of closed English words, or of words and sentences of the profile, several with ", "
    // or "; " between them: people see their translation, programs and filters see them as they
    // are.
    bool words;
    // Words in rising order (NULL-terminated) for text whose order is not alphabetical, such as
    // severities; sort and < > in filters use the position. NULL: plain comparison.
    const char *const *ranks;
};

// The shape of a table. Variants are parallel tables of one reading, such as time windows.
struct schema {
    const char *name;
    const struct column *columns; // columns[0] is always `host` (text, key)
    size_t column_count;
    const char *const *variants; // NULL-terminated names, or NULL: one table
    // A column: rows that differ in it show the same things twice, and have no total. NULL: none.
    const char *total_within;
};

// The index of a column by name, or -1.
int schema_find(const struct schema *schema, const char *name);
// The same as an operator types it: the name or the heading, without case, blanks and signs, with
// or without the unit behind the name ("ASR", "asr", "Packets/s"). -1: none, or several could be
// meant.
int schema_find_typed(const struct schema *schema, const char *typed);
// The index of a variant by name, or -1.
int schema_variant(const struct schema *schema, const char *name);
// The column name nearest to a mistyped one (edit distance <= 2), else the first that begins with
// it, or NULL.
const char *schema_nearest(const struct schema *schema, const char *name);

struct cell {
    bool known;    // false: unknown; never shown as 0
    uint8_t level; // enum level, as judged by thresholds
    uint32_t len;  // of text; of a series its number of values
    union {
        int64_t integer;
        double real;
        const char *text;    // in the table's arena or static
        const float *series; // in the table's arena; NaN: unknown
    } as;
};

// A table is written by one thread, then sealed: from then on it is immutable and shared by
// reference.
struct table;

struct table *table_new(const struct schema *schema); // schema must outlive the table
const struct table *
table_seal(struct table *table); // computes what the rows are found and judged by
const struct table *table_ref(const struct table *table);
void table_unref(const struct table *table); // NULL is allowed; the last one frees
void table_free_unsealed(struct table *table);

const struct schema *table_schema(const struct table *table);
size_t table_rows(const struct table *table);
size_t table_bytes(const struct table *table);

// Before sealing. A new row's cells are all unknown. Setting a real to NaN or infinity leaves it
// unknown, and so does a series without a known value. Text goes into text kinds only, numbers into
// the others, converted to what the kind holds.
size_t table_add_row(struct table *table);
void table_reserve(struct table *table, size_t rows);
// Texts are copied, but for static ones; NULL is unknown.
void table_set_text(struct table *table, size_t row, size_t col, const char *text);
void table_set_bytes(struct table *table, size_t row, size_t col, const char *text, size_t len);
void table_set_static(struct table *table, size_t row, size_t col, const char *text);
void table_set_int(struct table *table, size_t row, size_t col, int64_t value);
void table_set_real(struct table *table, size_t row, size_t col, double value);
void table_set_series(struct table *table, size_t row, size_t col, const float *values,
                      size_t count);
void table_set_level(struct table *table, size_t row, size_t col, enum level level);

const struct cell *table_cell(const struct table *table, size_t row, size_t col);

// The row's identity: a hash of its key cells (of all cells where no column is a key). Equal keys
// in one table get distinct identities by their order. After sealing.
uint64_t table_row_id(const struct table *table, size_t row);
// The row with this identity; false: the table has none.
bool table_find(const struct table *table, uint64_t id, size_t *row);
// The worst level of the row's cells.
enum level table_row_level(const struct table *table, size_t row);

// Orders two cells of one column: unknown after everything else. Text is ordered without case,
// addresses IPv4 before IPv6 by number, ranked words by rank and words that have none after them,
// series by their newest known value.
int cell_compare(const struct column *column, const struct cell *a, const struct cell *b);

// A number of any kind as a double, of a series its newest known one; false when unknown or text.
bool cell_number(const struct column *column, const struct cell *cell, double *out);

// Appends the cell as an operator reads it ("1,234", "41.2", "1:02:03", "08:15:07", "–" for
// unknown, "▁▃█  140" for a series, with its greatest value where that is a full block); foreign
// text is NOT neutralised here: the screen and the text writer pass it through text_clean(). Times
// are local; now_ms (wall clock) decides whether they show their date.
void cell_format(struct str *out, const struct column *column, const struct cell *cell,
                 int64_t now_ms);

// Appends the cell as a machine reads it (the value that `col=value` compares with, and CSV holds):
// plain digits (at most three behind the point), RFC 3339, yes or no, nothing for unknown. A series
// is its values with spaces between and - for unknown ones; col=value compares with its newest.
void cell_plain(struct str *out, const struct column *column, const struct cell *cell);

// Appends exactly cols blocks for count values; where there are more values than columns, a block
// is the mean of its known ones. top: the value of a full block; <= 0: the greatest of the values.
// Zero is the lowest block, unknown (NaN) a space. False, and nothing appended: none is known.
bool series_append(struct str *out, const float *values, size_t count, size_t cols, double top);

// The known ones among count values, newest last; false: none is known.
struct series_range {
    double least, most, newest;
    size_t known;
};
bool series_range(const float *values, size_t count, struct series_range *out);

#endif
