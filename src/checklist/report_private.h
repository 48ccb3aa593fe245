// SPDX-License-Identifier: MIT

// What the writers of a report share.
#ifndef CHECKLIST_REPORT_PRIVATE_H
#define CHECKLIST_REPORT_PRIVATE_H

#include "checklist/report.h"

// Steps by state, the gravest first, then by priority, then as in the list: a heap array of
// indices.
size_t *report_order(const struct report *report);

size_t report_count(const struct report *report, enum step_state state);

// "2 hosts: 1 critical, 22 ok"
void report_append_counts(struct str *out, const struct report *report);

// The cell as an operator reads it, neutralised; a heap string.
char *report_cell(const struct report *report, const struct check_step *step, size_t row,
                  size_t column);
// "ASR %": heading and unit.
char *report_heading(const struct column *column);
// How many rows of the evidence are written, of most.
size_t report_rows(const struct check_step *step, size_t most);
// What is offered and asked beside the advice: "confirm; offers: ban, lock", or "".
char *report_offers(const struct step *step);

#endif
