// SPDX-License-Identifier: MIT

// The inside of the console's actions, shared by its sources only.
#ifndef TUI_ACT_PRIVATE_H
#define TUI_ACT_PRIVATE_H

#include "tui/act.h"
#include "tui/act_trail.h"

#define ACT_OPEN_IDS (UINT64_C(1) << 63) // ids of questions about open actions begin here

// A submission on its way.
struct act_pending {
    uint64_t id;
    int64_t for_ms;
    bool declined;
    struct table_view *table; // where the rows that it is about are marked; NULL: nowhere
    uint64_t *marked;
    size_t marked_count;
    size_t step; // of the guided checklist that it was asked for at; SIZE_MAX: none
};

// Where an action failed.
struct act_failed {
    const struct action *action;
    int64_t at_ms; // monotonic
    size_t *hosts;
    size_t host_count;
    char **targets;
    size_t target_count, target_cap;
    int64_t for_ms;
    char *reason, *evidence;
};

struct acts {
    struct fleet *fleet;
    const struct config *config;
    struct audit *audit;   // NULL: fault says why
    struct runner *runner; // NULL: fault says why
    struct act_trail *trail;
    char fault[ERR_TEXT_MAX];
    struct act_pending *pending;
    size_t pending_count, pending_cap;
    struct act_question *questions; // oldest first
    size_t question_count, question_cap;
    uint64_t last_open;
    char withdrawn[ERR_TEXT_MAX];
    struct act_failed *failed; // of one action
    size_t failed_count, failed_cap;
};

struct act_pending *act_pending_find(struct acts *acts, uint64_t id); // NULL: there is none
void act_question_forget(struct acts *acts, uint64_t id);

// act_failed.c: keeps where the plan failed, for acts_retry(), beside what failed of the same
// action a moment ago: the marked rows of several hosts are several plans. False: nowhere.
bool act_failed_keep(struct acts *acts, const struct plan *plan, int64_t for_ms);
void act_failed_forget(struct acts *acts);

#endif
