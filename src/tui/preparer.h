// SPDX-License-Identifier: MIT

// Works out the order of long tables beside the UI thread, which goes on painting the one before.
#ifndef TUI_PREPARER_H
#define TUI_PREPARER_H

#include "tui/table_changes.h"

// What is to be worked out. Whoever orders it must leave it alone until it is done, but may read
// the view's tables.
struct preparation {
    struct view *view;            // owned
    struct table_changes changes; // owned
    struct preparation *next;     // the preparer's
    bool done, discarded;         // the preparer's
};

struct preparer;

// UI thread only, all of them. NULL without descriptors or threads: then views are worked out where
// they are needed.
struct preparer *preparer_new(void);
// After what was ordered is discarded; waits for what is being worked out, but not for long.
void preparer_free(struct preparer *preparer);
// Readable when something is done; preparer_drain() then.
int preparer_wake_fd(const struct preparer *preparer);
void preparer_drain(struct preparer *preparer);

void preparer_order(struct preparer *preparer, struct preparation *preparation);
bool preparer_is_done(struct preparer *preparer, const struct preparation *preparation);
// Frees it with what is in it by then, on the other thread: 100,000 rows take a while.
void preparer_discard(struct preparer *preparer, struct preparation *preparation);

#endif
