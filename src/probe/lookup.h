// SPDX-License-Identifier: MIT

// A column of another probe's newest table, found by the text of a key column.
#ifndef PROBE_LOOKUP_H
#define PROBE_LOOKUP_H

#include "probe/probe.h"
#include "probe/value.h"

struct lookup;

// NULL and err when the probe or one of the columns does not exist.
struct lookup *lookup_new(const char *probe, const char *key, const char *column, struct err *err);
void lookup_free(struct lookup *lookup);

// Takes the table, and gives it back. Values found live in between.
void lookup_begin(struct lookup *lookup, struct reading *reading);
void lookup_end(struct lookup *lookup);

// Replaces the key by the cell; unknown where there is no table or no such row. The first row of
// equal keys counts.
void lookup_apply(struct lookup *lookup, struct value *value);

#endif
