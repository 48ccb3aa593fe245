// SPDX-License-Identifier: MIT

// nocdesk doctor --hooks.
#ifndef CLI_DOCTOR_HOOKS_H
#define CLI_DOCTOR_HOOKS_H

#include "conf/config.h"
#include "table/write.h"

// Runs each hook once with a test document, and prints what came of it. True: all succeeded.
bool doctor_hooks(const struct config *config, enum format format);

#endif
