// SPDX-License-Identifier: MIT

// A profile's thresholds over one probe's rows: which cells worry, and how much.
#ifndef PROBE_JUDGE_H
#define PROBE_JUDGE_H

#include "conf/profile.h"
#include "probe/probe.h"

struct judge;

// Compiles the thresholds of the probe. Faults (unknown column, wrong expression) go to errors with
// file and line and the character; the faulty threshold is left out. Never NULL.
struct judge *judge_new(const struct profile *profile, const struct probe *probe,
                        struct err_list *errors);
void judge_free(struct judge *judge);

// Sets the levels of an unsealed table's cells: crit before warn; where neither holds the level
// stays what the reader set. One thread at a time.
void judge_apply(const struct judge *judge, struct table *table);

#endif
