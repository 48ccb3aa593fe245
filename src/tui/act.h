// SPDX-License-Identifier: MIT

// Actions of the console: what was asked for, what waits for an answer, what came of it. UI thread
// only.
#ifndef TUI_ACT_H
#define TUI_ACT_H

#include "action/run.h"
#include "tui/command.h"
#include "tui/table_view.h"

struct acts;

// Opens the audit trail and makes the runner, unless the console is read-only. What is wrong with
// the trail goes into the journal once acts_start() is called.
struct acts *acts_new(struct fleet *fleet, const struct config *config);
// Reads the trail, and asks what to do about actions that a console left open.
void acts_start(struct console *console);
// Waits for actions that are running, and says so on standard error; declines those that ask.
// False: a thread had to be left behind. After the terminal is restored, before the fleet stops.
bool acts_stop(struct acts *acts);
void acts_free(struct acts *acts); // after an acts_stop() that said true

int acts_wake_fd(const struct acts *acts); // -1: there is none
size_t acts_running(struct acts *acts);    // without those that ask

// Hands the request over and returns its id. A console or hosts that are read-only are said at
// once: 0.
uint64_t acts_submit(struct console *console, const struct action_request *request);
// The same for rows that are marked in a table: they lose their marks once something was done to
// them, and keep them when it was declined, refused or failed. The ids are copied.
uint64_t acts_submit_marked(struct console *console, const struct action_request *request,
                            struct table_view *table, const uint64_t *marked, size_t marked_count);
// Why nothing can be done; "" where it can.
const char *acts_fault(const struct acts *acts);
// The guided run is closed: what is under way belongs to none of its steps and tables.
void acts_leave_steps(struct acts *acts);
// For whom an action waits, as a sentence; false: for nobody, or not for long yet.
bool acts_waits(struct console *console, struct str *out);
// Stops waiting for hosts that are not connected; false: none is waited for.
bool acts_stop_waiting(struct acts *acts);
// Takes what the runner has to say: toasts, questions, readings of what was changed.
void acts_update(struct console *console);
// Again on the hosts where the last action failed.
enum next acts_retry(struct console *console, int argument);

// What waits for the operator: a plan that asks, or an action that another console left open.
struct act_question {
    uint64_t id;                 // of the submission; of an open action a number of its own
    const struct action *action; // NULL: not known to this console
    const struct plan *plan;     // lent; NULL: an open action
    char entry[AUDIT_ID_MAX];    // of an open action
    char text[ERR_TEXT_MAX];
    bool postponed; // asked again only by the key
};
size_t acts_question_count(const struct acts *acts);
struct act_question *acts_question(struct acts *acts, size_t index);
struct act_question *acts_question_find(struct acts *acts, uint64_t id); // NULL: it is answered
// What came of the last question that was taken back before it was answered, as a sentence.
const char *acts_withdrawn(const struct acts *acts);
// NULL: no.
void acts_answer(struct console *console, uint64_t id, const char *text);

#endif
