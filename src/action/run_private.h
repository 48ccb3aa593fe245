// SPDX-License-Identifier: MIT

// The inside of a runner: submissions, their parts on each host, the threads that carry them out.
#ifndef ACTION_RUN_PRIVATE_H
#define ACTION_RUN_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "action/run.h"
#include "action/run_call.h"

struct submission;

// One host's part of a submission. Belongs to the thread that works on it.
struct part {
    struct submission *submission;
    size_t host;
    struct plan_host *out; // the plan's
    struct host_facts *facts;
    char *entry; // TARGET_ENTRY: its id
    int64_t facts_mono_ms;
    // While it runs.
    size_t step;             // the one that is run or waited for
    enum action_state state; // of what has been run
    int64_t watch_began_ms;  // when its proof began to be waited for; 0: it is not
    int64_t began_ms;
    json_t *outputs;
    bool lost_race; // the step's transaction was refused by the host: nothing of it happened
    int plans;      // made anew because of that
};

// A submission. Its parts are worked on by several threads, the whole by whoever ended the last
// part.
struct submission {
    struct submission *next; // of those that wait for an answer
    uint64_t id;
    struct action_request request; // a deep copy
    struct plan *plan;
    struct part *parts;
    size_t part_count;
    size_t pending;         // parts that have not ended this phase; under the runner's lock
    int64_t phase_began_ms; // when they were queued
    struct audit_trail trail;
    bool has_trail;
    bool quiet;     // of the runner itself: reported only when it fails
    bool asked;     // a question was open between its planning and its running
    char group[64]; // shared by the entries of one submission
};

enum task_kind {
    TASK_EXPAND,  // find the entries that a submission is about (the clerk's)
    TASK_RECALL,  // look for open intents (the clerk's)
    TASK_PREPARE, // gather and plan
    TASK_EXECUTE,
    TASK_WATCH,  // go on with a part whose proof is waited for
    TASK_EXPIRE, // see whether bans of the host are over
    TASK_SETTLE, // find out what came of a step whose host was lost
};

struct task {
    struct task *next;
    enum task_kind kind;
    struct submission *submission;
    struct part *part;
    int64_t due_ms; // not before; 0: at once
    // TASK_SETTLE
    char id[AUDIT_ID_MAX];
    size_t step;
    int64_t until_ms; // till then the step's command may still run on the host
    const struct action *action;
    uint64_t submission_id;
};

// One thread a host, and the clerk, who works on the trail only.
struct worker {
    struct runner *runner;
    size_t host;
    pthread_t thread;
    bool started;
    pthread_cond_t work;
    struct task *first, **last;
    struct facts_cache cache; // the thread's own
    int64_t expired_ms;       // when the host was last asked for bans that are over; 0: never
    // Under the runner's lock: what an operator waits for.
    int64_t busy_since_ms; // with a part of a submission that is not quiet; 0: it is not
    bool connecting;       // it waits for the connection …
    bool hurried;          // … and shall not any more
};

struct runner {
    struct fleet *fleet;
    const struct config *config;
    struct audit *audit;
    char *operator_name, *login;
    atomic_bool stop;
    int wake_fd;
    struct audit_walked walked; // the clerk's own

    pthread_mutex_t lock; // of all that follows
    pthread_cond_t reported;
    uint64_t last_id;
    size_t submissions;        // that have not ended
    struct submission *asking; // that wait for an answer
    struct worker *workers;
    size_t worker_count; // hosts + the clerk
    bool distrusts;      // the audit trail is not whole
    struct err distrust;
    struct run_report *reports;
    size_t report_count, report_cap, report_first;
};

// run.c
void runner_report(struct runner *runner, const struct run_report *report);
struct task *runner_task(enum task_kind kind, struct submission *submission, struct part *part);
uint64_t runner_begin(struct runner *runner, const struct action_request *request, bool quiet);
// Whether the audit trail was found not to be whole; the sentence.
bool runner_distrusts(struct runner *runner, struct err *why);
void runner_queue(struct runner *runner, size_t worker, struct task *task); // takes it over
// Begins a phase: every part's task of this kind.
void runner_queue_parts(struct runner *runner, struct submission *submission, enum task_kind kind);
// Ends this part's phase; true for the one that ended the last.
bool runner_part_ended(struct runner *runner, struct submission *submission);
void runner_submission_done(struct runner *runner,
                            struct submission *submission); // reports and frees it

// run_reach.c: waits until the part's host is connected; run_renew() has the connection made anew
// first. On the host's worker, as all of it but runner_waits() and runner_stop_waiting().
bool run_reach(struct runner *runner, const struct part *part, struct err *err);
bool run_renew(struct runner *runner, const struct part *part, struct err *err);
// From now on, or (NULL) no more, an operator waits for this part.
void run_note_wait(struct runner *runner, size_t host, const struct part *part);

// run_host.c: on the host's worker.
void run_prepare(struct runner *runner, struct part *part);
void run_execute(struct runner *runner, struct part *part);
void run_go_on(struct runner *runner, struct part *part);
// The runner ends: a part that was let go, or begun and waited for, is not gone on with. An intent
// stays open.
void run_abandon(struct runner *runner, struct part *part, bool begun);
// Gathers the part's facts anew.
bool run_gather(struct runner *runner, struct part *part, int64_t deadline_ms, struct err *err);
void run_set_states(struct plan_host *out, enum action_state from, enum action_state to);
// Without the operator's history, which only dispatch needs.
struct plan_input run_input(struct runner *runner, const struct part *part);
// What dispatch says of the part by what is known now: action_admit().
bool run_admit(struct runner *runner, struct part *part);

// run_settle.c: on the host's worker.
void run_settle_later(struct runner *runner, const struct part *part, size_t step);
void run_settle(struct runner *runner, size_t host, const struct task *task);

// run_step.c: on the host's worker.
// What a step waits for must come after the first step has begun: notes what there is already.
void run_raise_numbers(struct runner *runner, struct part *part);
// Runs the part's steps from part->step on. False: it goes on later (TASK_WATCH).
bool run_steps(struct runner *runner, struct part *part);
// One step and its proof, however long that takes.
enum action_state run_whole_step(const struct call_place *place, const struct plan_step *step,
                                 struct err *err);
// Undoes the steps before part->step; false when one of them could not be.
bool run_take_back(struct runner *runner, struct part *part);

// run_expire.c: on the host's worker.
void run_expire(struct runner *runner, size_t host);
void run_expire_later(struct runner *runner, size_t host, int64_t in_ms);

// run_entry.c: the audit trail's side.
bool run_write_intent(struct runner *runner, struct part *part, struct err *err);
void run_write_result(struct runner *runner, const struct part *part, json_t *outputs,
                      int64_t took_ms);
// The host's targets that are in this state, of which nothing was begun: failed, or else refused.
void run_write_not_begun(struct runner *runner, const struct action *action,
                         const struct plan_host *out, enum action_state state);
// Which hosts and entries a submission on the trail is about; fills the parts. False and err: none.
bool run_expand(struct runner *runner, struct submission *submission, struct err *err);
void run_recall(struct runner *runner);
// The targets of an intent, planned.
void run_take_targets(struct plan_host *out, const json_t *intent);

// run_text.c
void run_describe(const struct plan *plan, char *out, size_t size);
// How it stands on one host, while others still run: "sw1: banned".
void run_describe_host(const struct action *action, const struct plan_host *host, char *out,
                       size_t size);
bool run_went_well(const struct plan *plan);

// submission.c
struct submission *submission_new(const struct action_request *request);
void submission_free(struct submission *submission);
struct part *submission_add_part(struct submission *submission, struct runner *runner, size_t host);
// Adds the targets as typed; those that are none are refused at once.
void submission_add_targets(struct part *part, const char *const *targets, size_t count);

#endif
