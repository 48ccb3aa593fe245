// SPDX-License-Identifier: MIT

// What happened, in order: the one place for messages. A toast is a view on it.
#ifndef TUI_JOURNAL_H
#define TUI_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table/table.h"

struct event {
    int64_t wall_ms; // of the newest repeat
    int64_t mono_ms;
    enum level level; // LEVEL_NONE: for the record only, LEVEL_OK and LEVEL_INFO fade, worse ones
                      // stay until seen
    char *host;       // "" : the console itself
    char *text;       // a sentence; may quote foreign bytes
    unsigned repeats; // 1: happened once
    bool seen;
    bool answer;   // to a key of the operator: before all others for a moment, a bad one for longer
    bool passing;  // shown for a while only, however bad: it is told elsewhere as long as it lasts
    bool standing; // a trouble that the overview shows among what needs a person
};

struct journal;

struct journal *journal_new(void);
void journal_free(struct journal *journal);

// The same sentence again, with nothing of that host between, only counts.
void journal_add(struct journal *journal, enum level level, const char *host, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

// The same sentence again only counts, whatever happened on that host in between.
void journal_repeat(struct journal *journal, enum level level, const char *host, const char *fmt,
                    ...) __attribute__((format(printf, 4, 5)));

// What was added last need not stay until it is seen.
void journal_let_pass(struct journal *journal);

// What was added last tells a trouble that the overview shows as long as it stands.
void journal_is_standing(struct journal *journal);

// What came of something that the operator has asked for.
void journal_answer(struct journal *journal, enum level level, const char *host, const char *fmt,
                    ...) __attribute__((format(printf, 4, 5)));

// What was asked for is done: answers that need not stay are no longer shown.
void journal_end_answers(struct journal *journal);

// Another number whenever an event came, came again, or was forgotten.
uint64_t journal_stamp(const struct journal *journal);
// Its sentence, with how often it happened.
void journal_event_words(const struct event *event, struct str *out);

// [0] is the newest.
size_t journal_count(const struct journal *journal);
const struct event *journal_event(const struct journal *journal, size_t index);

// What the operator has not seen yet and should: the worst, then the newest; NULL: nothing.
// standing: also what the overview shows.
const struct event *journal_toast(const struct journal *journal, bool standing);
size_t journal_unseen(const struct journal *journal); // of those that stay
void journal_mark_seen(struct journal *journal);
// What fades and happened before that time has faded.
void journal_fade(struct journal *journal, int64_t before_wall_ms);
// Forgets what hosts have said; what the console said of itself stays.
void journal_forget_hosts(struct journal *journal);

#endif
