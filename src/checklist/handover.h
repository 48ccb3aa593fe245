// SPDX-License-Identifier: MIT

// What is handed over to the next operator: parts of every host, as data of the profile.
#ifndef CHECKLIST_HANDOVER_H
#define CHECKLIST_HANDOVER_H

#include "checklist/report_parts.h"
#include "conf/profile.h"

// The sections [handover NAME] of the profile as a list of steps. Every fault is added to errors;
// false when there was one. Free it with checklist_free(); the profile must outlive it.
bool handover_load(const struct profile *profile, struct checklist **out, struct err_list *errors);

// Adds what the judged steps found: first the hosts that could not be read, then a part for each
// step with the rows of all hosts, trouble first, at most `most` rows. Sets the report's line and
// state. False: something could not be read.
bool report_add_handover(struct report *report, const struct check_step *steps, size_t count,
                         size_t most);

#endif
