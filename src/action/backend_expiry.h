// SPDX-License-Identifier: MIT

// The end of bans whose back end cannot end them: a job on the host.
#ifndef ACTION_BACKEND_EXPIRY_H
#define ACTION_BACKEND_EXPIRY_H

#include "action/backend.h"

// For sh on the host: takes the rules of NOCDESK whose end is over out of both families' chains,
// and nothing else. It goes by the end that each rule itself names, so that a job cannot take a
// ban that was renewed after it was ordered.
extern const char expiry_script[];

// Adds the step that orders the job, by systemd-run or at. The sentence says how the ban ends.
const char *expiry_plan_job(const struct host_facts *facts, int64_t lasts_s, struct plan_host *out);

#endif
