// SPDX-License-Identifier: MIT

// A profile's tallies, words and thresholds over one probe's rows: what is counted, what is said of
// a row, which cells worry, and how much.
#ifndef PROBE_JUDGE_H
#define PROBE_JUDGE_H

#include "conf/profile.h"
#include "probe/probe.h"

struct judge;

// Compiles the tallies, words and thresholds of the probe. Faults (unknown column, wrong
// expression) go to errors with file and line and the character; the faulty one is left out. Never
// NULL.
struct judge *judge_new(const struct profile *profile, const struct probe *probe,
                        struct err_list *errors);
void judge_free(struct judge *judge);

// Fills the counted columns and then the worded ones, then sets the levels of an unsealed table's
// cells: crit before warn; where neither holds the level stays what the reader set. One thread at a
// time.
void judge_apply(const struct judge *judge, struct table *table);

#endif
