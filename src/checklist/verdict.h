// SPDX-License-Identifier: MIT

// One step judged on one host's rows: a pure function of the step and what was read.
#ifndef CHECKLIST_VERDICT_H
#define CHECKLIST_VERDICT_H

#include "checklist/checklist.h"

// What was read of one host for a step.
struct step_facts {
    const struct table *table; // NULL: nothing
    const char *error;         // the sentence why nothing, or nothing newer, was read; "" or NULL
    const char *skipped;       // why the host is left out; NULL: it is not
    const char *blind;         // why what is wrong may not show in the table; "" or NULL
    bool partial;              // more is to come: what is there may be trouble, but is not yet ok
};

struct verdict {
    enum step_state state;
    char *summary;      // one line; quotes foreign text, which is NOT neutralised here
    const char *advice; // of the step; ""
    size_t seen;        // rows that the step looked at
    size_t *rows;       // evidence: rows of the table, in the step's order
    size_t row_count;
};

// Skipped where the step says so, or where only a person can do it. Unknown where something needed
// was not read, where a pane is missing, and where the step says what is ok and it is not so.
// Trouble that is seen stands even where something else is unknown. The evidence are the rows that
// made a condition true (of a critical step then those of its warning), else all that it sees.
// Thread: one at a time for one step.
void step_judge(const struct step *step, const struct step_facts *facts, struct verdict *out);
void verdict_dispose(struct verdict *verdict);

// The verdict's first figure: of the condition that decided, else of the gravest one that there is.
// False: the step has none or nothing was read.
struct step_figure {
    struct measure measure; // of `critical` where there is one, else of `warning`
    bool has_warn, has_crit;
    double warn, crit;
    enum relation warn_relation, crit_relation;
};
bool step_figure(const struct step *step, const struct table *table, struct step_figure *out);

#endif
