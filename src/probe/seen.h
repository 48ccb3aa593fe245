// SPDX-License-Identifier: MIT

// Texts that were met in earlier readings, to tell what has come since.
#ifndef PROBE_SEEN_H
#define PROBE_SEEN_H

#include "probe/value.h"

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen *seen);

// Replaces a text by whether it came lately: unknown for texts of the first reading that had any
// (nobody knows when they came), else yes for SEEN_NEW_MS after it was first met, then no.
#define SEEN_NEW_MS (24 * 3600 * INT64_C(1000))
void seen_apply(struct seen *seen, struct value *value);

// The rows of a reading are over.
void seen_end(struct seen *seen);

#endif
