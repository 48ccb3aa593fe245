// SPDX-License-Identifier: MIT

// Hooks at work: a thread of their own decides what is due, runs the commands, and keeps the book.
#ifndef NOTICE_HOOKS_H
#define NOTICE_HOOKS_H

#include "notice/hook_due.h"

struct hooks;

// config must outlive it. The thread starts with the first sheet that has something for it. NULL:
// no hook is configured; then every function below does nothing.
struct hooks *hooks_new(const struct config *config);

// What stands now; takes the sheet over and never waits. The newest one counts.
void hooks_submit(struct hooks *hooks, struct notice_sheet *sheet);

// What the operator should hear of the hooks themselves. Failures are said once for each hook until
// it works again.
struct hook_report {
    enum level level; // LEVEL_NONE: for the record
    char *text;       // owned; quotes what commands say, which is NOT neutralised
};
int hooks_wake_fd(const struct hooks *hooks); // readable when there is a report; -1: no hooks
bool hooks_take_report(struct hooks *hooks, struct hook_report *out);

// Waits until everything that is due was told, or the time is over. For unattended runs.
bool hooks_finish(struct hooks *hooks, int64_t within_ms);
// Ends the thread: what runs is given until the deadline, then killed; what was not told is given
// back in the book, for the next program. False: the thread had to be left behind; do not free.
bool hooks_stop(struct hooks *hooks, int64_t within_ms);
void hooks_free(struct hooks *hooks); // after a hooks_stop() that said true

#endif
