// SPDX-License-Identifier: MIT

// Which hook has to be told what now: a pure function of what stands, what was told, and the time.
#ifndef NOTICE_HOOK_DUE_H
#define NOTICE_HOOK_DUE_H

#include "notice/hook_book.h"
#include "notice/sheet.h"

enum hook_event { HOOK_RAISED, HOOK_WORSE, HOOK_AGAIN, HOOK_CLEARED, HOOK_TEST };
const char *hook_event_text(enum hook_event event); // "raised", "worse", "again", …

struct hook_task {
    const struct hook_config *hook;
    enum hook_event event;
    struct notice notice; // owned
    size_t times;         // told so far, with this one
};

struct hook_tasks {
    struct hook_task *items;
    size_t count, cap;
    int64_t next_ms; // wall clock: when to look again though nothing changes; INT64_MAX: never
};
void hook_tasks_dispose(struct hook_tasks *tasks);

// Adds what is due, and claims it in the book, so that no other program tells it meanwhile. A
// condition is told when it is raised, when it grows worse, and again while it stands whenever the
// quiet period is over; what was told is told to be over, where the hook wants that. Entries that
// say nothing any more are removed.
void hook_due(struct hook_tasks *tasks, struct hook_book *book, const struct config *config,
              const struct notice_sheet *sheet, int64_t now_ms);

// Writes down what came of a task.
void hook_done(struct hook_book *book, const struct hook_task *task, bool succeeded,
               int64_t now_ms);
// The task was not begun: whoever comes next may tell it at once.
void hook_undone(struct hook_book *book, const struct hook_task *task);

// The document for the hook's standard input; a heap string of one line.
char *hook_document(const struct hook_task *task, const struct config *config, int64_t now_ms);

#endif
