// SPDX-License-Identifier: MIT

// What the families of steps share.
#ifndef PROBE_STEP_PRIVATE_H
#define PROBE_STEP_PRIVATE_H

#include "probe/mapping_step.h"

// Ended by an entry without a name.
extern const struct step_class step_numbers[], step_texts[], step_knowledge[];

// For steps that take nothing, and for those that take one field or number.
bool step_parse_alone(struct step *step, struct step_compiler *compiler, char *const words[],
                      size_t count, struct err *err);
bool step_parse_operand(struct step *step, struct step_compiler *compiler, char *const words[],
                        size_t count, struct err *err);

static inline void step_forget(struct value *value)
{
    *value = (struct value){0};
}

#endif
