// SPDX-License-Identifier: MIT

// One checklist by its name for all hosts of a fleet.
#ifndef CHECKLIST_LISTS_H
#define CHECKLIST_LISTS_H

#include "checklist/checklist.h"

// One list a host, from its profile's name; hosts with the same profile share one, as check_new()
// wants them. A heap array for checklists_free(); NULL where one has faults, which are in errors.
const struct checklist **checklists_load(const char *const *profiles, size_t count,
                                         const char *name, struct err_list *errors);
void checklists_free(const struct checklist **lists, size_t count); // NULL is allowed

#endif
