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

// After model_update(): what has changed is told. worst: what the overview says first of the hosts
// that are shown, for the title; NULL: nothing there needs a person.
void alerts_update(struct alerts *alerts, const struct model *model, const char *worst);
// What hooks have to say goes into the journal.
void alerts_take_reports(struct alerts *alerts, struct journal *journal);
int alerts_wake_fd(const struct alerts *alerts); // -1: no hooks
// False: the hooks' thread had to be left behind.
bool alerts_stop(struct alerts *alerts, int64_t within_ms);

// Whether the minute of the day is within the span.
bool alerts_is_quiet(const struct day_span *span, int minute);
// "nocdesk: 2 critical – " of what stands, then the worst; without one of those, "sw1 attack" or
// its like. "nocdesk" where nothing stands.
void alerts_title(struct str *out, const struct notice_watch *const *watches, size_t count,
                  const char *worst);

#endif
