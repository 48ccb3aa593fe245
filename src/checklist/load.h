// SPDX-License-Identifier: MIT

// What the files that load checklists share; others use checklist.h.
#ifndef CHECKLIST_LOAD_H
#define CHECKLIST_LOAD_H

#include "checklist/checklist.h"

struct embedded;

// The file of the program, or NULL.
const struct embedded *checklist_embedded(const char *profile, const char *name);
// Where the user's own file would be, or their folder for the name "". A heap string.
char *checklist_own_path(const char *profile, const char *name);

// Reads one [step ID] (or [handover ID]) into a zeroed step. Every fault is added to errors.
void step_read(struct step *step, const struct ini_section *section, struct err_list *errors);

// Faults for $words of a summary that mean nothing.
void summary_check(const struct step *step, const struct ini_entry *entry, struct err_list *errors);

#endif
