// SPDX-License-Identifier: MIT

// Watches one host: takes what is read of it, and says which conditions stand and what has changed.
#ifndef NOTICE_WATCH_H
#define NOTICE_WATCH_H

#include "checklist/verdict.h"
#include "fleet/fleet.h"
#include "notice/notice.h"

// A pure function of what it is given and the clock. Thread: one at a time.
struct notice_watch;

struct notice_watch *notice_watch_new(const char *host);
void notice_watch_free(struct notice_watch *watch);

// The host's state. Lost stands until the host is live again, whatever it tries in between.
void notice_watch_host(struct notice_watch *watch, const struct host_status *status);

// A newer reading of a pane: its table (NULL: none was ever read) and the error of the newest
// attempt ("": it succeeded, and the table is the newest). Nothing is concluded from readings of a
// host that is lost. profile may be NULL.
void notice_watch_reading(struct notice_watch *watch, const struct probe *probe,
                          const struct profile *profile, const struct table *table,
                          const char *error);

// A judged step of a checklist on this host.
void notice_watch_step(struct notice_watch *watch, const char *checklist, const struct step *step,
                       const struct verdict *verdict);

// The list is judged no more: what stood of its steps is not known to be over, and stands no more.
void notice_watch_forget_steps(struct notice_watch *watch);

// What has changed since the last notice_watch_settle(), in order; the watch's.
const struct notice_change *notice_watch_changes(const struct notice_watch *watch, size_t *count);
void notice_watch_settle(struct notice_watch *watch);

// What stands, in no order; the watch's, until it is given something.
const struct notice *const *notice_watch_standing(const struct notice_watch *watch, size_t *count);

// Whether the watch has seen enough to know that a condition which does not stand is over.
bool notice_watch_covers(const struct notice_watch *watch, enum notice_kind kind,
                         const char *scope);

#endif
