// SPDX-License-Identifier: MIT

// A source that consists of several sections of one reader (parts = NAME, NAME).
#ifndef PROBE_PARTS_H
#define PROBE_PARTS_H

#include "probe/probe.h"

// The sections in order: those that `parts` names, else the source's own. A heap array (not the
// sections). Missing ones are faults in errors and left out; so are keys that are not in the
// NULL-terminated list (which may be NULL: not checked).
const struct ini_section **parts_find(const struct profile *profile,
                                      const struct profile_source *source, const char *const *keys,
                                      size_t *count, struct err_list *errors);

// After compiling the parts of a source: true when there are some and none is at fault, else err is
// the sentence. Empties errors.
bool parts_are_sound(const struct reading *reading, size_t count, struct err_list *errors,
                     struct err *err);

#endif
