// SPDX-License-Identifier: MIT

// Actions: what an operator can do to a host. One const struct and one file each; what a member
// leaves out is the strict answer.
#ifndef ACTION_ACTION_H
#define ACTION_ACTION_H

#include "action/audit.h"
#include "action/facts.h"
#include "action/plan.h"
#include "conf/config.h"

enum target_kind {
    TARGET_NONE, // the host itself (save the firewall)
    TARGET_NETWORK,
    TARGET_ENDPOINT, // a phone's number or registration name
    TARGET_GATEWAY,
    TARGET_ACCOUNT,
    TARGET_CALL,    // the call's identity on the softswitch
    TARGET_ENTRY,   // of the audit trail
    TARGET_RULE,    // of the host's own firewall: "ipv4/filter/INPUT/3"
    TARGET_COMMAND, // of the operator's own, with its variables: "whois ip=203.0.113.9"
};

enum action_danger {
    DANGER_ASKS,     // always a question
    DANGER_HARMLESS, // at once, when its plan is: one target, one host, guard allows, undo or end
};

// Whom the running of an action, or its undo, keeps out: there the guard judges every target.
enum action_blocks { BLOCKS_WHEN_RUN, BLOCKS_WHEN_UNDONE, BLOCKS_NOBODY };

// What running an action for one of its targets is.
struct action_nature {
    bool writes;
    bool here; // on this machine: the host need not be reached
};

// What the operator asks for. Borrowed by the callee for the call only.
struct action_request {
    const struct action *action;
    const size_t *hosts; // indices in the fleet
    size_t host_count;
    const char *const *targets; // as typed, or the row's id at the key press
    size_t target_count;
    int64_t for_ms;       // a ban's time; 0: ban_for of the configuration, -1: for good
    const char *reason;   // "" or NULL: none
    const char *evidence; // the row that the operator saw, in words; or NULL
    bool dry_run;         // plan, report, stop
    bool yes;             // questions are answered yes beforehand; typing is not
    int64_t timeout_ms;   // until a host must be reached; 0: 15 s
    bool renews_link;     // over a connection that is opened for it
};

// What a plan function has. Nothing in it may be changed and nothing be asked of the host.
struct plan_input {
    const struct action_request *request;
    const struct config *config;
    const struct host_facts *facts;
    const struct audit_trail *trail; // TARGET_ENTRY only, else NULL
    const char *entry;               // the same: its id on this host
    const char *operator_name;
    struct guard_history history;
    int64_t now_wall_ms;
};

struct action {
    const char *name;  // of the command line and of the audit trail: "ban"
    const char *title; // "Ban"
    const char *done;  // past tense for toasts: "banned"
    // The same where nothing had to be done: "already banned", "not banned".
    const char *already;
    const char *help; // one sentence
    const char *key;  // default key in the console, a hint only; keymaps decide. ""
    enum target_kind target;
    bool reads_only; // false: it writes, and read-only mode refuses it
    enum action_danger danger;
    // DANGER_ASKS: why it is asked about, a whole sentence for the question.
    const char *asks_because;
    bool batch;      // several targets in one request
    bool many_hosts; // several hosts in one request
    bool reversible; // its steps carry undo
    enum action_blocks blocks;
    bool provisional; // the host takes it back by itself unless it is confirmed
    bool bare; // its plan asks for nothing of the facts: they are gathered only where it blocks
    bool proves_way;  // the host takes it over a connection only that is newer than a change
    bool needs_peers; // its plan goes by the host's gateways and trusted peers: they are gathered
    // Where it differs by target; NULL: as reads_only says, on the host. What is not known writes.
    struct action_nature (*nature)(const struct config *config, const char *target);
    // Reads over the link, read-only, what its plan needs beyond the facts, into facts->seen. May
    // be NULL. On the worker's thread.
    bool (*look)(const struct plan_input *input, struct fleet *fleet, size_t host,
                 struct host_facts *facts, int64_t deadline_ms, struct err *err);
    // Makes the host's steps for the targets that are ACTION_PLANNED (the others were refused), and
    // may set targets to ACTION_ALREADY or, with error, ACTION_REFUSED. Pure.
    bool (*plan)(const struct plan_input *input, struct plan_host *out, struct err *err);
};

extern const struct action action_ban, action_unban, action_unsuspend, action_lock, action_unlock,
    action_hangup, action_undo, action_finish, action_save, action_rule_delete, action_shield_apply,
    action_shield_confirm, action_shield_rollback, action_shield_off, action_shield_conntrack,
    action_run;
// The runner's own, in no registry: runner_tend().
extern const struct action action_expire;
extern const struct action *const actions[]; // in the order of help; NULL-terminated
const struct action *action_find(const char *name);

// Of all the targets together: it writes where one does, and is here where all are.
struct action_nature action_nature(const struct config *config, const struct action *action,
                                   const char *const *targets, size_t count);

// What is wrong with a name that goes to a host, in English words behind it ("begins with a dash");
// NULL: nothing.
const char *action_name_fault(const char *text);

// The operator's word made canonical for its kind, by rules as strict as guard_parse(): an
// endpoint, gateway, account or call holds no control bytes, does not begin with a dash and has at
// most 128 bytes of valid UTF-8. A heap string, or NULL and err.
char *action_parse_target(enum target_kind kind, const char *text, struct err *err);

// Whether the guard's first rules judge what the host's targets name: commands of the operator's
// own that may change something.
bool action_guards_commands(const struct plan_input *input, const struct plan_host *out);

// Whether running the request here keeps somebody out, so that the guard judges its targets.
bool action_blocks(const struct plan_input *input);

// What dispatch decides once for all actions, before any plan function is called and again before
// anything runs: read-only mode, batch, scope, the guard. False: no target of the host is left that
// may run; those refused have their rule.
bool action_admit(const struct plan_input *input, struct plan_host *out);
// Whether the plan goes, asks, wants typing or is refused, by the findings, the action's danger and
// confirm = …; fills plan->question, why, type_this.
void action_judge(const struct config *config, struct plan *plan);

#endif
