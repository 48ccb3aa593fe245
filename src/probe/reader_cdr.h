// SPDX-License-Identifier: MIT

// What the reader of the gateways has counted of the call records, for others of its lane.
#ifndef PROBE_READER_CDR_H
#define PROBE_READER_CDR_H

#include "probe/cdr_follow.h"
#include "probe/code_map.h"
#include "probe/probe.h"

// False: the gateways are not read from call records on this product, or were not read yet. What
// out borrows is good for this reading. words may become NULL: codes are shown as they are.
// LANE_SQL only.
bool reader_cdr_state(struct reading *reading, struct cdr_follow_state *out,
                      const struct code_map **words);

#endif
