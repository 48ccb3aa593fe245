// SPDX-License-Identifier: MIT

// What a checklist found, written for people, monitoring systems and scripts.
#ifndef CHECKLIST_REPORT_H
#define CHECKLIST_REPORT_H

#include <jansson.h>

#include "base/str.h"
#include "checklist/check.h"

struct report {
    const char *name; // of the checklist
    const char *title;
    int64_t started_ms; // wall clock
    int64_t took_ms;
    const char *const *hosts;
    size_t host_count;
    const struct check_step *steps; // in the order of the list
    size_t step_count;
};

// The gravest state of all steps: STEP_OK when all are ok or skipped, STEP_UNKNOWN when all are
// skipped or there are none.
enum step_state report_state(const struct report *report);

// All of them append. Foreign text is neutralised, and escaped for the form.

// "CRITICAL - SUMMARY | PERFDATA" without a newline, as monitoring plug-ins begin their output.
void report_line(struct str *out, const struct report *report);
void report_perfdata(struct str *out, const struct report *report);
// The line, then every step: trouble first, with its evidence and advice.
void report_text(struct str *out, const struct report *report);
// The line as its first paragraph.
void report_markdown(struct str *out, const struct report *report);
// One file without anything from elsewhere; the line as its first, a comment.
void report_html(struct str *out, const struct report *report);
// The document of docs/cli.md, "JSON of check"; steps in the order of the list. A new reference.
json_t *report_json(const struct report *report);

#endif
