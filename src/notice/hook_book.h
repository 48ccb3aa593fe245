// SPDX-License-Identifier: MIT

// What hooks were told, kept in a file of the state folder that consoles and unattended checks
// share.
#ifndef NOTICE_HOOK_BOOK_H
#define NOTICE_HOOK_BOOK_H

#include "base/err.h"
#include "notice/notice.h"

// One condition as one hook knows it.
struct hook_entry {
    char *hook;
    struct notice notice; // as last told, or as it is about to be
    bool open;            // was told, and not yet told to be over
    int64_t told_ms;      // wall clock; 0: never
    int64_t retry_ms;     // wall clock: somebody tells it just now, or failed to; not before then
    size_t times;         // told since it was raised
};

struct hook_book {
    char *path; // of the file; beside it PATH.lock
    int lock;   // -1: not held
    struct hook_entry *entries;
    size_t count, cap;
    char **failing; // names of hooks whose last run failed
    size_t failing_count, failing_cap;
    bool unsaved; // the file is older than what is in memory
};

void hook_book_init(struct hook_book *book, const char *state_dir);
void hook_book_dispose(struct hook_book *book);

// Takes the lock, waiting at most within_ms, and reads the file as it is now. A file that is not
// understood is an error once, and begun anew when saved. Not on the UI thread.
bool hook_book_open(struct hook_book *book, int64_t within_ms, struct err *err);
// Writes the file whole (0600) or not at all, and gives the lock back. What could not be written
// stays in memory.
bool hook_book_close(struct hook_book *book, struct err *err);

// The entry, or NULL.
struct hook_entry *hook_book_find(struct hook_book *book, const char *hook,
                                  const struct notice *notice);
struct hook_entry *hook_book_add(struct hook_book *book, const char *hook,
                                 const struct notice *notice);
void hook_book_remove(struct hook_book *book, size_t index);

// Whether the hook's last run failed; sets what it is now and returns what it was.
bool hook_book_set_failing(struct hook_book *book, const char *hook, bool failing);

#endif
