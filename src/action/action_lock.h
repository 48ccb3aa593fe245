// SPDX-License-Identifier: MIT

// Locks of the product, for every action that sets or asks for one.
#ifndef ACTION_ACTION_LOCK_H
#define ACTION_ACTION_LOCK_H

#include "action/facts.h"
#include "action/plan.h"

// What the web interface answers of "phone:1001" (a section [lock KIND] of the profile), a new
// reference. *lock (may be NULL) is the lock's value in the facts' arena, or NULL: not known, err
// says why.
json_t *lock_ask(struct fleet *fleet, size_t host, struct host_facts *facts, const char *target,
                 int64_t deadline_ms, const char **lock, struct err *err);

// A step that sets the lock of "phone:1001" from its value now to that of the profile's key
// ("locked", "open"), or none when it is so.
bool lock_plan(const struct host_facts *facts, const char *target, const char *now,
               const char *wanted_key, struct plan_host *out, struct err *err);

#endif
