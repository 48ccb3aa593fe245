// SPDX-License-Identifier: MIT

// What the files of this layer share about single cells; others use table.h.
#ifndef TABLE_CELL_H
#define TABLE_CELL_H

#include <string.h>

#include "table/table.h"

static inline bool kind_holds_text(enum kind kind)
{
    return kind == KIND_TEXT || kind == KIND_ADDRESS;
}

static inline bool kind_holds_real(enum kind kind)
{
    return kind == KIND_REAL || kind == KIND_PCT || kind == KIND_DURATION_S ||
           kind == KIND_DURATION_MS;
}

// Whether the digits stand right-aligned under one another.
static inline bool kind_is_right_aligned(enum kind kind)
{
    return kind_holds_real(kind) || kind == KIND_INT || kind == KIND_BYTES;
}

// Its cells are said with a unit that fits: "20 min", "2.6 h", "8.4 d".
static inline bool column_is_hours(const struct column *column)
{
    return column->kind == KIND_REAL && column->unit != NULL && strcmp(column->unit, "h") == 0;
}

struct address;
// The address in a known cell of an address column, with or without a port.
bool cell_address(const struct cell *cell, struct address *out);

// The newest known value of a known series.
double series_newest(const struct cell *cell);

// Enough for every double without a fraction.
#define CELL_PLAIN_MAX 352

// The plain form (cell_plain) of a known cell that is not text, of a series that of its newest
// value; returns its length.
size_t cell_print_plain(char out[CELL_PLAIN_MAX], const struct column *column,
                        const struct cell *cell);

// A local time as "2026-11-20 08:15:07"; returns its length.
#define LOCAL_TIME_MAX 32
size_t local_time_print(char out[LOCAL_TIME_MAX], int64_t wall_ms);

// The place of a word in the column's ranks, without case; one past the last for a word that is not
// there.
int column_rank(const struct column *column, const char *text, size_t len);

// A number that orders known cells of a column like cell_compare does as far as it reaches: equal
// numbers say nothing unless `exact`. The first `skip` bytes of texts are passed over: they must be
// ASCII and the same in all cells but for case.
uint64_t cell_sort_key(const struct column *column, const struct cell *cell, size_t skip,
                       bool *exact);

#endif
