// SPDX-License-Identifier: MIT

// A judged step as the record that the memory keeps and reports are written from.
#ifndef CHECKLIST_RECORD_H
#define CHECKLIST_RECORD_H

#include "checklist/check.h"
#include "store/record.h"

// Fills what the machine knows, with state as it was judged; run, reason, operator_name and the
// times are left to the caller. now_ms (wall clock) leaves the date out of times of its day; 0: out
// of none, as reports want it. The record owns its texts. Its evidence is one JSON object:
//   pane, minutes, priority, actions, confirm, age_ms   as in "JSON of check" (docs/cli.md)
//   perfdata                                            of monitoring plug-ins
//   table                                               of report_table_json()
void step_record_judged(const struct check_step *step, int position, int64_t now_ms,
                        struct step_record *out);

// Leaves at most so many rows in the evidence; how many there were stays known.
void step_record_trim(struct step_record *record, size_t rows);

#endif
