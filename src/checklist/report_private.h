// SPDX-License-Identifier: MIT

// What the writers of a report share.
#ifndef CHECKLIST_REPORT_PRIVATE_H
#define CHECKLIST_REPORT_PRIVATE_H

#include "checklist/report.h"

// Steps by state, the gravest first, then by priority, then as in the list: a heap array of
// indices.
size_t *report_order(const struct report_run *run);

size_t report_count(const struct report_run *run, enum step_state state);

// "2 hosts: 1 critical, 22 ok"
void report_append_counts(struct str *out, const struct report_run *run);

// A heap string: "Begun 2026-11-20 08:00 CET, took 4.1 s", with who began it.
char *report_begun(const struct report_run *run);
// "Run 17: Morning"
char *report_run_title(const struct report_run *run);
// The report's subtitle, or the only run's counts and begin.
char *report_subtitle(const struct report *report);

// How many rows of a table are written, of most; and how many are not.
size_t report_rows(const struct report_table *table, size_t most);
size_t report_rows_left(const struct report_table *table, size_t most);

// The state's English word as it stands in a report: "open" for a step that nobody decided.
const char *report_step_word(const struct report_step *step);
// What a person said of the step beside the verdict, or "": "ana: ok (read: critical), known work".
char *report_decision(const struct report_step *step);
// What is offered and asked beside the advice: "can help: ban, lock", or "".
char *report_offers(const struct report_step *step);
// A text among the step's facts; "" when there is none.
const char *report_fact(const struct report_step *step, const char *name);

// " 'sw1 current-alarms'=30;;0", or nothing.
void report_append_figure(struct str *out, const struct check_step *step);
void report_perfdata(struct str *out, const struct report_run *run);

#endif
