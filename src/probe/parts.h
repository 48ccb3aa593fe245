// SPDX-License-Identifier: MIT

// A source that consists of several sections of one reader (parts = NAME, NAME).
#ifndef PROBE_PARTS_H
#define PROBE_PARTS_H

#include "conf/profile.h"

// The sections in order: those that `parts` names, else the source's own. A heap array (not the
// sections). Missing ones are faults in errors and left out; so are keys that are not in the
// NULL-terminated list (which may be NULL: not checked).
const struct ini_section **parts_find(const struct profile *profile,
                                      const struct profile_source *source, const char *const *keys,
                                      size_t *count, struct err_list *errors);

#endif
