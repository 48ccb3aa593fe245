// SPDX-License-Identifier: MIT

// A plan is data: for each host the exact commands and requests, the check that proves each of
// them, and how it is undone. Making and printing one touches nothing.
#ifndef ACTION_PLAN_H
#define ACTION_PLAN_H

#include <jansson.h>

#include "action/guard.h"
#include "base/arena.h"
#include "base/str.h"
#include "conf/config.h"

struct action;

enum plan_via { PLAN_NOTHING, PLAN_COMMAND, PLAN_HTTP, PLAN_READING };

// One command, one POST to the host's web interface, or (in checks only) a look at the newest table
// of a probe. All texts lie in the plan_host's arena.
struct plan_call {
    enum plan_via via;
    const char *const *argv; // PLAN_COMMAND: NULL-terminated, one word an element, never shell text
    const char *input;       // its standard input, or NULL
    bool here;               // PLAN_COMMAND: on this machine, not on the host
    bool privileged;         // through sudo -n where the host is configured so
    const char *path;        // PLAN_HTTP: "/external/server/ModifyPhone"; PLAN_READING: the probe
    const char *body;        // JSON
    int64_t timeout_ms;      // 0: 10 s
};

// What must be seen. Always first: the command ends with status 0, the web interface answers with
// the profile's code for success.
enum plan_expectation {
    EXPECT_SUCCESS,
    EXPECT_WORDS,    // and the output holds every one of the words, and none written as "!WORD"
    EXPECT_NO_WORDS, // and the output holds none of them
    EXPECT_MEMBER, // and the answer's member words[0] ("infoPhones.0.lockType") prints as words[1]
    EXPECT_LISTED, // and in its list words[0] an element's member words[1] prints as words[2]
    EXPECT_NOT_LISTED, // and in its list words[0], which must be one, none does
    EXPECT_LATER, // and its member words[0] is a number greater than words[1]; and, where there are
                  // more words, its member words[2], an address, is one of those behind it
    EXPECT_ROW,   // PLAN_READING: a row's column words[0] is words[1], its number words[2] greater
                  // than words[3], and its column words[4], where there are words behind it, one of
                  // those
    EXPECT_FAILURE, // instead: the command ends with status 1 ("it is not there"), nothing else
};

// A word is what stands between spaces, tabs, newlines, commas, braces and quotes; addresses are
// compared as addresses ("203.0.113.9/32" is "203.0.113.9"). The reason in a ban's comment (from
// "why=" to the comment's end) holds no words.
struct plan_check {
    struct plan_call call; // via PLAN_NOTHING: there is no check
    enum plan_expectation expect;
    const char *const *words;
    size_t word_count;
    int64_t wait_ms; // asked again every second until it holds or this is over; 0: once
    const struct plan_check *or_else; // another one that proves it as well, or NULL
};

struct plan_step {
    const char *what; // "add 203.0.113.9 to the set nocdesk4 for 1 h"
    struct plan_check
        before;              // must hold just before it runs, else the step and the rest do not run
    const char *before_not;  // the sentence then: "the call has ended"; NULL: a general one
    struct plan_call run;    // via PLAN_NOTHING: a step that only proves (after)
    struct plan_check after; // the proof that it worked
    struct plan_call undo;   // via PLAN_NOTHING: it cannot be undone, or need not be
    struct plan_check undone; // the proof that the undo worked
};

// JSON words: planned, done, already, refused, failed, unknown.
enum action_state {
    ACTION_PLANNED,
    ACTION_DONE,    // run and proven
    ACTION_ALREADY, // nothing had to be done
    ACTION_REFUSED, // by the guard: the opinion says which rule
    ACTION_FAILED,  // nothing was changed, or what was is said in error
    ACTION_UNKNOWN, // the host was lost while it ran: proven later, when it is back; or not_yet
};
const char *action_state_text(enum action_state state);

struct plan_target {
    const char *text;             // canonical: what the operator's words mean ("203.0.113.9")
    struct network network;       // TARGET_NETWORK only
    enum action_state state;      // ACTION_PLANNED until something else is known
    struct guard_opinion opinion; // what the guard found
    const char *error;            // of a target refused, failed or unknown; else NULL
    int64_t stands_until_wall_ms; // ACTION_ALREADY: when what stands ends; 0: never, or not known
};

// One host's part: one transaction, one entry in the audit trail.
struct plan_host {
    struct arena *arena; // of all texts and arrays here
    size_t host;         // index in the fleet
    const struct host_config *config;
    struct plan_target *targets;
    size_t target_count;
    struct plan_step *steps; // run in order, each proven before the next; undone in reverse
    size_t step_count, step_cap;
    const char *method; // "ipset": how it is done here; "" when there is one way only
    const char *undoes; // the name of the action that an undo takes back: "ban"; ""
    const char *note;   // what the operator should know beside it; ""
    // The change as lines that begin with "+ " (added), "- " (taken away), "  " (so already), ". "
    // (foreign) or "# " (a heading); "" where a plan has no such lines.
    const char *diff;
    int64_t left_s; // until the host takes an earlier change back; -1: none waits
    int64_t
        ends_wall_ms; // when it ends by itself; 0: it does not (a ban for good), -1: no such thing
    bool reversible;  // by `undo`
    bool changes_nothing;     // no undo is missed
    enum confirm confirm;     // of the plan itself; CONFIRM_AS_GLOBAL: as the host says
    bool tells;               // what its commands say is what they are run for: output
    const char *output;       // what they have said; ""
    const char **undo_blocks; // addresses that an undo keeps out and that are no targets; the guard
    size_t undo_block_count, undo_block_cap; // judges them before it
    bool not_yet;     // all was run, but what a step waited for did not show in its time
    int64_t waited_s; // for that proof; -1: nothing was waited for
    char audit[40];   // id of the intent once there is one: "2026-11-20-000017"
    struct err error; // no plan could be made here, or it failed; "" when well
    // What was done stands on the host, and the audit trail could not be told: the sentence; "".
    struct err unwritten;
};

enum plan_question {
    PLAN_GOES,    // harmless: no question
    PLAN_ASKS,    // yes or no; why says why
    PLAN_TYPES,   // the operator types type_this
    PLAN_SHOWN,   // a replay: to be looked at; whatever the answer, nothing is run
    PLAN_REFUSED, // nothing is left that may run
};

struct plan {
    const struct action *action;
    struct plan_host **hosts;
    size_t host_count;
    enum plan_question question;
    char **why; // sentences, heap
    size_t why_count, why_cap;
    char *type_this; // heap; NULL unless PLAN_TYPES
    char *reason, *evidence;
    bool dry_run;
};

struct plan *plan_new(const struct action *action);
void plan_free(struct plan *plan);
struct plan_host *plan_add_host(struct plan *plan, size_t host, const struct host_config *config);

// For plan functions. Everything is copied into the host's arena.
const char *plan_text(struct plan_host *host, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
struct plan_step *plan_add_step(struct plan_host *host, const char *what_fmt, ...)
    __attribute__((format(printf, 2, 3)));
// A privileged command. The input may be NULL.
struct plan_call plan_command_argv(struct plan_host *host, const char *input,
                                   const char *const argv[]);
// An undo of the host's steps keeps this address or network out.
void plan_undo_blocks(struct plan_host *host, const char *network);
// The same of words side by side, the last of them NULL.
#define plan_command(host, input, ...)                                                             \
    plan_command_argv(host, input, (const char *const[]){__VA_ARGS__})
struct plan_call plan_post(struct plan_host *host, const char *path, const char *body);
struct plan_call plan_reading(struct plan_host *host, const char *probe);
// A check with words (copied); words NULL with count 0.
struct plan_check plan_expect(struct plan_host *host, struct plan_call call,
                              enum plan_expectation expect, const char *const *words, size_t count);

// Whether the output of a check's call is as expected; the sentence in err when it is not. Pure.
bool plan_check_holds(const struct plan_check *check, int exit_status, const char *out,
                      struct err *err);
// The same of an HTTP answer that reported success.
bool plan_check_answer_holds(const struct plan_check *check, const json_t *answer, struct err *err);

// EXPECT_LATER and EXPECT_ROW: the number that a greater one is waited for, raised to this one.
void plan_check_raise(struct plan_host *host, struct plan_check *check, int64_t number);

// EXPECT_LATER: the number that the answer has now; 0: none.
int64_t plan_answer_number(const struct plan_check *check, const json_t *answer);

// A member by its path ("infoPhones.0.lockType"), or NULL; borrowed.
const json_t *plan_member(const json_t *answer, const char *path);

int64_t plan_call_timeout_ms(const struct plan_call *call);
// The call as one line for people: quoted argv, or "POST PATH BODY"; a long input as its first
// lines and their count.
void plan_call_print(struct str *out, const struct plan_call *call);
// The preview of the console and of --dry-run: hosts with their environment, targets, commands,
// checks, undo. Not neutralised: print through text_clean(), line by line.
void plan_print(struct str *out, const struct plan *plan);
// The contract "JSON of an action" (docs/cli.md), before or after the run. A new reference.
json_t *plan_json(const struct plan *plan);
// Why it did not go well, or what is wrong though it did; NULL: nothing. Borrowed.
const char *plan_target_error(const struct plan_host *host, const struct plan_target *target);

// Steps as the audit trail keeps them, and back (into the host's arena). False and err when the
// JSON is not what plan_steps_json() writes.
json_t *plan_steps_json(const struct plan_host *host);
bool plan_steps_parse(struct plan_host *host, const json_t *steps, struct err *err);

#endif
