// SPDX-License-Identifier: MIT

// What is wrong with a row that thresholds have judged, in words, and since when.
#ifndef NOTICE_ROW_PROBLEM_H
#define NOTICE_ROW_PROBLEM_H

#include "conf/profile.h"
#include "table/view.h"

// "low ASR 12.3 %, offline: text that speaks for itself". profile may be NULL: then headings stand
// where its words would. A heap string that quotes foreign text, which is NOT neutralised here.
char *row_problem(const struct profile *profile, const struct row_ref *row);

// How long the row has been so: by its age as it was read, or since a time; NaN: it does not say.
// since_ms (or NULL): that time, from which row_age_since_s() tells the age later on; 0: none.
double row_age_s(const struct row_ref *row, int64_t *since_ms);
double row_age_since_s(int64_t since_ms);

#endif
