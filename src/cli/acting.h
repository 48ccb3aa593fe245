// SPDX-License-Identifier: MIT

// The parts of an action's command: its targets, its question, its results.
#ifndef CLI_ACTING_H
#define CLI_ACTING_H

#include "action/run.h"
#include "cli/cli.h"

// What an action is to be done to: the words of the command line and the lines of --file.
struct target_words {
    char **items; // heap
    size_t count, cap;
};
// False and err (a usage error that names file and line) when one cannot be taken.
bool targets_read(const struct invocation *invocation, struct target_words *out, struct err *err);
void targets_dispose(struct target_words *targets);

// Whether somebody is there to be asked.
bool question_can_ask(void);
// Shows the plan and asks. What runner_answer() takes (heap), or NULL: declined. It ends when
// interrupts (a signalfd) is readable.
char *question_ask(const struct plan *plan, int interrupts);
// Says on standard error why nothing was run, and what --yes would have answered.
void question_refuse(const struct plan *plan);

// The plan or its results on standard output.
void results_print(const struct invocation *invocation, const struct plan *plan);
// The exit code that they mean.
int results_code(const struct plan *plan);

#endif
