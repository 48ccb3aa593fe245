// SPDX-License-Identifier: MIT

// The step that persists a host's firewall.
#ifndef ACTION_SAVE_H
#define ACTION_SAVE_H

#include "action/facts.h"
#include "action/plan.h"

// False and err when the host has no way that is known.
bool save_add_step(const struct host_facts *facts, struct plan_host *out, struct err *err);

#endif
