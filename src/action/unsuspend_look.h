// SPDX-License-Identifier: MIT

// What `unsuspend` sees before it plans.
#ifndef ACTION_UNSUSPEND_LOOK_H
#define ACTION_UNSUSPEND_LOOK_H

#include "action/action.h"

// "1003" or "1003@203.0.113.9": the endpoint (heap) and, where it is written, the address that it
// registers from.
char *unsuspend_split(const char *target, struct address *source, bool *has_source);

// facts->seen: {targets: {TARGET: {…}}, attacking: [{source, verdict}], attacking_why}.
// attacking: who attacks the host now as the flood meter sees it, an address or a network; missing
// where that is not known, or no ban stands that could be lifted.
// Of each target; a member that could not be read is missing:
//   phone, account   the locks' values; phone_why, account_why: why they are not known
//   account_name     the phone's account
//   online           when its registration was last renewed, epoch ms; 0: it is not online
//   suspended        [{source, remaining_s (-1 unknown), evidence, failed: wrong logins were seen
//                    before the refusals}]: seen in the capture
//   capture_why, capture_note
//   recovered        the newest login after failures that the capture has seen, epoch ms; 0: none
const json_t *unsuspend_seen(const struct host_facts *facts, const char *target);

bool unsuspend_look(const struct plan_input *input, struct fleet *fleet, size_t host,
                    struct host_facts *facts, int64_t deadline_ms, struct err *err);

#endif
