// SPDX-License-Identifier: MIT

// What the guard says of a command of the operator's own.
#ifndef ACTION_COMMAND_GUARD_H
#define ACTION_COMMAND_GUARD_H

#include "action/guard.h"

// Whether the guard is asked: it may change something, and an address is among its values.
bool command_is_guarded(const struct config *config, const char *target);

// The strictest that guard_touch() says of its addresses.
struct guard_opinion command_guard(const struct config *config, const struct host_facts *facts,
                                   const char *target);

#endif
