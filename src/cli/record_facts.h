// SPDX-License-Identifier: MIT

// What a recording keeps beside the probes' readings: what planning an action must know of a host,
// and the audit trail of this machine. Gathered by a thread of its own, for a host may take long.
#ifndef CLI_RECORD_FACTS_H
#define CLI_RECORD_FACTS_H

#include "replay/recorder.h"

struct record_facts;

struct record_facts *record_facts_new(struct fleet *fleet, const struct config *config);
// Hands on what is new.
void record_facts_take(struct record_facts *facts, struct recorder *recorder);
// False: the thread had to be left behind. Before the fleet stops.
bool record_facts_stop(struct record_facts *facts);
void record_facts_free(struct record_facts *facts); // after a stop that said true

#endif
