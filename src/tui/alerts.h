// SPDX-License-Identifier: MIT

// What reaches an operator who does not look: bell, desktop notification, the terminal's title, and
// hooks. UI thread only.
#ifndef TUI_ALERTS_H
#define TUI_ALERTS_H

#include "notice/hooks.h"
#include "tui/model.h"

struct alerts;

// NULL, which tells nobody anything, is fine below.
struct alerts *alerts_new(const struct config *config);
void alerts_free(struct alerts *alerts); // after an alerts_stop() that said true

// After model_update(): what has changed is told.
void alerts_update(struct alerts *alerts, const struct model *model);
// What hooks have to say goes into the journal.
void alerts_take_reports(struct alerts *alerts, struct journal *journal);
int alerts_wake_fd(const struct alerts *alerts); // -1: no hooks
// False: the hooks' thread had to be left behind.
bool alerts_stop(struct alerts *alerts, int64_t within_ms);

// Whether the minute of the day is within the span.
bool alerts_is_quiet(const struct day_span *span, int minute);
// "nocdesk: 2 critical – sw1 attack" of what stands; "nocdesk" where nothing does.
void alerts_title(struct str *out, const struct notice_watch *const *watches, size_t count);

#endif
