// SPDX-License-Identifier: MIT

// What stands beside the runs in a report: open points, differences, actions, notes, trends.
#ifndef CHECKLIST_REPORT_PARTS_H
#define CHECKLIST_REPORT_PARTS_H

#include "checklist/report.h"
#include "store/history.h"

// What a report is about.
struct report_span {
    int64_t from_ms, to_ms; // wall clock
};

// Before the runs: the steps of the newest run of each list in `of` (which may be the report
// itself) that are not well, that a person skipped, or that nobody decided; since when is asked of
// the store (NULL: is not known).
bool report_add_open_points(struct report *report, const struct report *of, struct store *store,
                            struct err *err);

// Before the runs: what changed since the run before (NULL: there is none) in the run at index of
// the report: new trouble, worse, better, gone, and what has stood since when.
bool report_add_difference(struct report *report, size_t index, const struct run_story *before,
                           struct store *store, struct err *err);

// Whether a run is told whole among these, newest first: guided ones are, and the newest unattended
// one of each list.
bool report_tells_whole(const struct run_record *runs, size_t index);

// Before the runs: how often each list was run, by whom, and how it came out.
void report_add_runs(struct report *report, const struct run_record *runs, size_t count);

// Which actions of the audit trail.
struct action_choice {
    struct report_span span;          // begun in it, whoever took them,
    struct run_story *const *stories; // or in one of these runs
    size_t story_count;
    bool unsettled; // only those that failed, or of which it is not known what came
};
// After the runs.
bool report_add_actions(struct report *report, const char *trail_path,
                        const struct action_choice *choice, struct err *err);
void report_add_notes(struct report *report, struct run_story *const *stories, size_t count);

struct metric_list;
// After the runs: each figure that was measured in the span, with its line.
bool report_add_trends(struct report *report, struct store *store, const struct report_span *span,
                       const struct metric_list *metrics, struct err *err);

#endif
