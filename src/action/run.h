// SPDX-License-Identifier: MIT

// Runs actions over the fleet's links on threads of its own, one a host: gathers, plans, asks,
// re-checks, runs, proves, writes the audit trail.
#ifndef ACTION_RUN_H
#define ACTION_RUN_H

#include "action/action.h"

struct runner;

enum run_word {
    RUN_ASKS,     // plan is lent until runner_answer(); its question, why and type_this
    RUN_PROGRESS, // one host is a step further: text
    RUN_DONE,     // all hosts have answered; plan is the receiver's (plan_free)
    RUN_LATER,    // an outcome that was unknown is known now, an open intent was found, or what
                  // came of an action could not be written down: text
};

struct run_report {
    uint64_t id; // of the submission
    enum run_word word;
    const struct action *action;
    struct plan *plan; // RUN_ASKS: read only; RUN_DONE; else NULL
    // The sentence for a toast: "203.0.113.9 banned on sw1 until 05:12 (ipset)".
    // Neutralise before showing.
    char text[ERR_TEXT_MAX];
    bool well; // everything asked for was done or already so
    // RUN_LATER of an outcome (id not 0): whose, and what it is.
    size_t host;
    enum action_state state;
    // RUN_LATER about an open intent: its id; else "".
    char entry[AUDIT_ID_MAX];
};

// In a played fleet (fleet_play()) every plan that may be made ends with RUN_ASKS and PLAN_SHOWN,
// and whatever the answer, nothing is run or written. The fleet and config must outlive it. audit
// NULL: every action that writes is refused. Threads start when they are first needed. Not started
// for read-only consoles at all.
struct runner *runner_new(struct fleet *fleet, const struct config *config, struct audit *audit);
// Asks all to end, waits; what is running is finished or left as an open intent. False: a thread
// had to be left behind (then leave by _exit()).
bool runner_stop(struct runner *runner, int64_t within_ms);
void runner_free(struct runner *runner); // after a runner_stop() that said true

// Queues the request (copied) and returns its id at once, never 0. Any thread.
uint64_t runner_submit(struct runner *runner, const struct action_request *request);
// Answers RUN_ASKS: NULL declines; "" says yes; for PLAN_TYPES the text typed, which must equal
// type_this. A declined or mistyped plan ends with RUN_DONE, all targets refused.
void runner_answer(struct runner *runner, uint64_t id, const char *text);

// Looks for intents that a console left open, and says so in a RUN_LATER for each, and in one for
// what failed within 12 h and was not done since; and begins runner_tend(): once, at the start.
void runner_recall(struct runner *runner);

// Walks the audit trail (once, at the start, before the first submission; runner_recall() does it
// by itself). False and err when it is not whole: actions ask from then on.
bool runner_check_trail(struct runner *runner, struct err *err);

// From now on takes away the bans whose time is over where the host itself does not (plain
// iptables, long bans of ipset): looks once a minute, says nothing unless it fails, writes into the
// audit trail what it takes away. Not in read-only consoles or on read-only hosts.
void runner_tend(struct runner *runner);

// Readable when there are reports; runner_next() takes them, oldest first, false when none is left.
int runner_wake_fd(const struct runner *runner);
bool runner_next(struct runner *runner, struct run_report *out);
// For the command line: waits for the next report.
bool runner_wait(struct runner *runner, int64_t deadline_ms, struct run_report *out);

// Whether what was done can be taken back by this console: not what the audit trail does not have.
bool run_is_undoable(const struct plan *plan);

// What is going on, for the status bar: submissions that have not reached RUN_DONE.
size_t runner_pending(struct runner *runner);

// The host that an action has been waiting for the longest.
struct run_wait {
    size_t host;
    int64_t waited_ms;
    bool connecting; // it is not connected, and the waiting can be stopped; else it has not
                     // answered yet, which has a deadline
};
bool runner_waits(struct runner *runner, struct run_wait *out); // false: nothing is waited for
// Waits no more for hosts that are not connected: there nothing is done, the others go on.
void runner_stop_waiting(struct runner *runner);

#endif
