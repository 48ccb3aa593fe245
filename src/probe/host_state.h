// SPDX-License-Identifier: MIT

// The parts of a host's state that the files of this layer share.
#ifndef PROBE_HOST_STATE_H
#define PROBE_HOST_STATE_H

#include "probe/judge.h"
#include "probe/probe.h"

// The thresholds of the reading's probe, compiled at the first call. A probe is read by one thread
// at a time.
const struct judge *host_state_judge(struct reading *reading);

// Grows with every connection that reading_sql() opens: what was learned of the last one is then
// void.
uint64_t host_state_sql_serial(const struct host_state *state);

// Closes the connection, so that the next reading learns anew what the database has. LANE_SQL only.
void host_state_drop_sql(struct host_state *state);

#endif
