// SPDX-License-Identifier: MIT

// Verdicts outlive the minute that they were found in: who attacked and paused is still named.
#ifndef METER_VERDICT_MEMORY_H
#define METER_VERDICT_MEMORY_H

#include "meter/verdict.h"

// Bounded: when it is full the verdict that is longest past makes way. One thread at a time.
struct verdict_memory;

struct verdict_memory *verdict_memory_new(void);
void verdict_memory_free(struct verdict_memory *memory);

// A verdict on an attacker is remembered under its network (an address: a network of one). In the
// place of none, or of one whose figures only fade, the one remembered is given back while it is
// not older than the settings' quiet. Any other verdict ends it: a source that turned out to be
// known. An attack is settled: see verdict_settle().
void verdict_memory_apply(struct verdict_memory *memory, const struct verdict_settings *settings,
                          int64_t now_us, const struct network *network, struct verdict *verdict);

#endif
