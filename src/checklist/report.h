// SPDX-License-Identifier: MIT

// What checklists found, written for people, monitoring systems and scripts.
#ifndef CHECKLIST_REPORT_H
#define CHECKLIST_REPORT_H

#include <jansson.h>

#include "base/str.h"
#include "checklist/check.h"
#include "checklist/report_table.h"
#include "store/runs.h"

struct report_step {
    struct step_record record;
    enum step_state state; // of the record's word, where "failed" is critical
    json_t *facts;         // the record's evidence, parsed; never NULL
    struct report_table evidence;
};

struct report_run {
    struct run_record run;
    int64_t took_ms;           // below 0: not ended, or the clock was set back meanwhile
    struct report_step *steps; // in the order of the list, and of the hosts within a step
    size_t step_count;
};

// Something beside the runs that stands under a heading of its own.
struct report_part {
    const char *name;  // of the member in JSON: "open_points"
    const char *title; // "Open points for the next shift"
    char *words;       // a sentence or more before the table; ""
    char *empty;       // what is said when the table has no rows
    struct report_table table;
    size_t most;      // rows of it in a text; 0: the usual
    const char *pane; // that shows all its rows; NULL: none does
};

struct report {
    char *title;
    char *line;           // the first line where it is not the run's; NULL: it is
    char *subtitle;       // of what time, who; NULL: made of the run
    int64_t generated_ms; // wall clock
    bool is_check;        // one run, as `check` writes it
    bool is_judged;       // its state is `judged`, not that of the runs
    enum step_state judged;
    struct report_part *before; // the runs
    size_t before_count, before_cap;
    struct report_run *runs;
    size_t run_count, run_cap;
    struct report_part *after;
    size_t after_count, after_cap;
    const char *const *signatures; // NULL-terminated, who signs; NULL: nobody
};

void report_dispose(struct report *report);

// A run that was just judged, and one that the memory kept.
void report_add_check(struct report *report, const struct run_record *run, int64_t took_ms,
                      const struct check_step *steps, size_t count);
void report_add_story(struct report *report, const struct run_story *story);
// What the list asks of a host of the newest added run, and nobody has decided: as open steps.
void report_add_undecided(struct report *report, const struct checklist *list, const char *host);
// name and title must outlive the report; the sentences are copied.
struct report_part *report_add_before(struct report *report, const char *name, const char *title);
struct report_part *report_add_after(struct report *report, const char *name, const char *title);
void report_part_say(struct report_part *part, const char *words, const char *empty);

// "failed" is critical, "" (not decided) unknown.
enum step_state report_word_state(const char *word);
// A person led it and did not come to its end: steps that are not in it were never decided.
bool report_run_is_left(const struct report_run *run);
// The gravest state of all steps: STEP_OK when all are ok or skipped, STEP_UNKNOWN when all are
// skipped, there are none, or the run was left.
enum step_state report_run_state(const struct report_run *run);
enum step_state report_state(const struct report *report); // of all runs

#define REPORT_TIME_MAX 48
void report_time(int64_t wall_ms, char out[REPORT_TIME_MAX]); // "2026-11-20 22:00 CET", local

// All of them append. Foreign text is neutralised, and escaped for the form.

// "CRITICAL - SUMMARY | PERFDATA" without a newline, as monitoring plug-ins begin their output.
void report_line(struct str *out, const struct report *report);
// The line, then every step: trouble first, with its evidence and advice.
void report_text(struct str *out, const struct report *report);
// The line as its first paragraph.
void report_markdown(struct str *out, const struct report *report);
// One file without anything from elsewhere; of a check the line is in its first, a comment.
void report_html(struct str *out, const struct report *report);
// The documents of docs/cli.md, "JSON of check" and "JSON of report". A new reference.
json_t *report_json(const struct report *report);

#endif
