// SPDX-License-Identifier: MIT

// Runs as the memory keeps them, to records of the guide and back.
#ifndef CHECKLIST_GUIDE_STORY_H
#define CHECKLIST_GUIDE_STORY_H

#include "checklist/guide.h"
#include "store/runs.h"

// What a story tells, in order of time; a heap array for guide_records_free(). guide names the
// columns by which evidence rows are known.
struct guide_record *guide_story_records(const struct run_story *story, const struct guide *guide,
                                         size_t *count);
void guide_records_free(struct guide_record *records, size_t count);

// A decision (whose seen is set) as the record of its step, without the run; it owns its texts.
void guide_story_step(const struct guide *guide, const struct guide_record *record,
                      struct step_record *out);

// The gravest state that was decided; what was failed is critical.
enum step_state guide_outcome(const struct guide *guide);
// Steps that are decided on each host of the run.
size_t guide_story_decided(const struct run_story *story);
// The time of the newest thing in a story.
int64_t guide_story_last_ms(const struct run_story *story, const char **operator_name);

#endif
