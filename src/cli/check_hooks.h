// SPDX-License-Identifier: MIT

// Hooks of an unattended check.
#ifndef CLI_CHECK_HOOKS_H
#define CLI_CHECK_HOOKS_H

#include "checklist/check.h"

// Tells the configured hooks what the judged check found, and waits for them. What goes wrong with
// a hook is said on standard error, once until it works again.
void check_tell_hooks(const struct check *check, struct fleet *fleet, const struct config *config,
                      const char *checklist);

#endif
