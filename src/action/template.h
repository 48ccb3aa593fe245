// SPDX-License-Identifier: MIT

// Bodies of requests from the profile's templates.
#ifndef ACTION_TEMPLATE_H
#define ACTION_TEMPLATE_H

#include "action/plan.h"

// Each $ becomes the name as a JSON string, each # the value as it is (digits). In the host's
// arena.
const char *template_fill(struct plan_host *out, const char *text, const char *name,
                          const char *value);

#endif
