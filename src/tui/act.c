// SPDX-License-Identifier: MIT

// The console's side of the runner.
#include "tui/act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/act_trail.h"
#include "tui/guide_view.h"
#include "tui/shield_view.h"
#include "tui/state.h"
#include "tui/table_marks.h"

#define RUNNING_MS 5000 // that quitting waits for what is running
#define STOP_MS    1000
#define OPEN_IDS   (UINT64_C(1) << 63) // ids of questions about open actions begin here

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

// Where the last action failed.
struct act_failed {
    const struct action *action; // NULL: nowhere
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
    struct act_failed failed;
};

struct acts *acts_new(struct fleet *fleet, const struct config *config)
{
    struct acts *acts = mem_alloc(sizeof *acts);
    struct err err = {0};
    acts->fleet = fleet;
    acts->config = config;
    if (fleet_is_played(fleet)) { // nothing of it is in this machine's trail
        acts->runner = runner_new(fleet, config, NULL);
        return acts;
    }
    acts->audit = audit_open(config->state_dir, &err);
    if (acts->audit == NULL)
        snprintf(acts->fault, sizeof acts->fault, "no audit trail, so nothing can be done: %.300s",
                 err.text);
    else if (config->read_only)
        snprintf(acts->fault, sizeof acts->fault, "this console is read-only; nothing was done");
    else
        acts->runner = runner_new(fleet, config, acts->audit);
    return acts;
}

void acts_start(struct console *console)
{
    struct acts *acts = console->acts;
    if (fleet_is_played(acts->fleet))
        return;
    if (acts->audit == NULL) {
        journal_add(console->journal, LEVEL_WARN, "", "%s", acts->fault);
        return;
    }
    if (audit_warning(acts->audit)[0] != '\0')
        journal_add(console->journal, LEVEL_WARN, "", "%s", audit_warning(acts->audit));
    acts->trail = act_trail_new(acts->fleet, audit_path(acts->audit));
    if (acts->runner != NULL)
        runner_recall(acts->runner);
}

int acts_wake_fd(const struct acts *acts)
{
    return acts->runner != NULL ? runner_wake_fd(acts->runner) : -1;
}

static size_t asking(const struct acts *acts)
{
    size_t count = 0;
    for (size_t i = 0; i < acts->question_count; i++)
        count += acts->questions[i].plan != NULL;
    return count;
}

size_t acts_running(struct acts *acts)
{
    size_t pending = acts->runner != NULL ? runner_pending(acts->runner) : 0;
    size_t asks = asking(acts);
    return pending > asks ? pending - asks : 0;
}

size_t acts_question_count(const struct acts *acts)
{
    return acts->question_count;
}

struct act_question *acts_question(struct acts *acts, size_t index)
{
    return &acts->questions[index];
}

struct act_question *acts_question_find(struct acts *acts, uint64_t id)
{
    for (size_t i = 0; i < acts->question_count; i++)
        if (acts->questions[i].id == id)
            return &acts->questions[i];
    return NULL;
}

const char *acts_withdrawn(const struct acts *acts)
{
    return acts->withdrawn;
}

static void forget_question(struct acts *acts, uint64_t id)
{
    size_t kept = 0;
    for (size_t i = 0; i < acts->question_count; i++)
        if (acts->questions[i].id != id)
            acts->questions[kept++] = acts->questions[i];
    acts->question_count = kept;
}

static struct act_pending *pending_of(struct acts *acts, uint64_t id)
{
    for (size_t i = 0; i < acts->pending_count; i++)
        if (acts->pending[i].id == id)
            return &acts->pending[i];
    return NULL;
}

static bool writes_nowhere(const struct acts *acts, const struct action_request *request)
{
    bool all = request->host_count > 0;
    for (size_t i = 0; i < request->host_count; i++)
        all = all && fleet_host(acts->fleet, request->hosts[i])->read_only;
    return all && !request->action->reads_only;
}

const char *acts_fault(const struct acts *acts)
{
    return acts->fault;
}

uint64_t acts_submit(struct console *console, const struct action_request *request)
{
    return acts_submit_marked(console, request, NULL, NULL, 0);
}

uint64_t acts_submit_marked(struct console *console, const struct action_request *request,
                            struct table_view *table, const uint64_t *marked, size_t marked_count)
{
    struct acts *acts = console->acts;
    if (acts->runner == NULL) {
        journal_answer(console->journal, LEVEL_WARN, "", "%s: %s", request->action->title,
                       acts->fault);
        return 0;
    }
    if (writes_nowhere(acts, request)) {
        const char *host = fleet_host(acts->fleet, request->hosts[0])->name;
        journal_answer(console->journal, LEVEL_WARN, host,
                       "%s: this host is read-only; nothing was done [read-only]", host);
        return 0;
    }
    struct action_request whole = *request;
    whole.renews_link = request->action->proves_way;
    uint64_t id = runner_submit(acts->runner, &whole);
    struct act_pending *pending =
        mem_push(&acts->pending, &acts->pending_count, &acts->pending_cap, sizeof *acts->pending);
    *pending = (struct act_pending){.id = id,
                                    .for_ms = request->for_ms,
                                    .table = table,
                                    .marked = mem_array(marked_count + 1, sizeof *marked),
                                    .marked_count = marked_count,
                                    .step = guide_view_step(console)};
    if (marked_count > 0)
        memcpy(pending->marked, marked, marked_count * sizeof *marked);
    return id;
}

void acts_leave_steps(struct acts *acts)
{
    for (size_t i = 0; i < acts->pending_count; i++) {
        struct act_pending *pending = &acts->pending[i];
        pending->marked_count = pending->step != SIZE_MAX ? 0 : pending->marked_count;
        pending->step = SIZE_MAX;
    }
}

void acts_answer(struct console *console, uint64_t id, const char *text)
{
    struct acts *acts = console->acts;
    struct act_pending *pending = pending_of(acts, id);
    if (pending != NULL && text == NULL)
        pending->declined = true;
    forget_question(acts, id);
    if (id < OPEN_IDS)
        runner_answer(acts->runner, id, text);
}

// What an action on such a target changes is read again at once.
static void read_again(struct console *console, const struct plan *plan)
{
    static const struct probe *const firewall[] = {&probe_bans, &probe_firewall, &probe_flood,
                                                   &probe_suspended, NULL};
    static const struct probe *const product[] = {&probe_gateways, &probe_suspended, &probe_calls,
                                                  NULL};
    for (size_t i = 0; i < plan->host_count; i++) {
        enum target_kind kind = plan->action->target;
        bool any = kind == TARGET_ENTRY || kind == TARGET_NONE;
        for (size_t j = 0; (any || kind == TARGET_NETWORK) && firewall[j] != NULL; j++)
            fleet_refresh(console->fleet, (long)plan->hosts[i]->host, firewall[j]);
        for (size_t j = 0; (any || kind != TARGET_NETWORK) && product[j] != NULL; j++)
            fleet_refresh(console->fleet, (long)plan->hosts[i]->host, product[j]);
    }
}

static void failed_dispose(struct act_failed *failed)
{
    for (size_t i = 0; i < failed->target_count; i++)
        free(failed->targets[i]);
    free(failed->targets);
    free(failed->hosts);
    free(failed->reason);
    free(failed->evidence);
    *failed = (struct act_failed){0};
}

static void add_failed_target(struct act_failed *failed, const char *text)
{
    for (size_t i = 0; i < failed->target_count; i++)
        if (strcmp(failed->targets[i], text) == 0)
            return;
    *(char **)mem_push(&failed->targets, &failed->target_count, &failed->target_cap,
                       sizeof *failed->targets) = mem_strdup(text);
}

// True when there is something to try again.
static bool keep_failed(struct acts *acts, const struct plan *plan, int64_t for_ms)
{
    struct act_failed *failed = &acts->failed;
    failed_dispose(failed);
    failed->hosts = mem_array(plan->host_count + 1, sizeof *failed->hosts);
    for (size_t i = 0; i < plan->host_count && plan->action->target != TARGET_ENTRY; i++) {
        bool here = false;
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++) {
            const struct plan_target *target = &plan->hosts[i]->targets[j];
            if (target->state != ACTION_FAILED)
                continue;
            add_failed_target(failed, target->text);
            here = true;
        }
        if (here)
            failed->hosts[failed->host_count++] = plan->hosts[i]->host;
    }
    if (failed->host_count == 0)
        return false;
    failed->action = plan->action;
    failed->for_ms = for_ms;
    failed->reason = mem_strdup(plan->reason != NULL ? plan->reason : "");
    failed->evidence = plan->evidence != NULL ? mem_strdup(plan->evidence) : NULL;
    return true;
}

enum next acts_retry(struct console *console, int argument)
{
    struct act_failed failed = console->acts->failed;
    (void)argument;
    if (failed.action == NULL) {
        journal_answer(console->journal, LEVEL_INFO, "", "no action has failed");
        return NEXT_PAINT;
    }
    console->acts->failed = (struct act_failed){0};
    struct action_request request = {
        .action = failed.action,
        .hosts = failed.hosts,
        .host_count = failed.host_count,
        .targets = (const char *const *)failed.targets,
        .target_count = failed.target_count,
        .for_ms = failed.for_ms,
        .reason = failed.reason,
        .evidence = failed.evidence,
    };
    acts_submit(console, &request);
    failed_dispose(&failed);
    return NEXT_PAINT;
}

static bool did_something(const struct plan *plan)
{
    for (size_t i = 0; i < plan->host_count; i++)
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++)
            if (plan->hosts[i]->targets[j].state == ACTION_DONE ||
                plan->hosts[i]->targets[j].state == ACTION_ALREADY)
                return true;
    return false;
}

// What was done must not be part of the next key's plan.
static void unmark(const struct act_pending *pending)
{
    for (size_t i = 0; i < pending->marked_count; i++)
        table_marks_drop(pending->table, pending->marked[i]);
}

static void forget_pending(struct acts *acts, struct act_pending *pending)
{
    free(pending->marked);
    *pending = acts->pending[--acts->pending_count];
}

// A plan that was only made, to be looked at.
static void take_plan(struct console *console, const struct run_report *report)
{
    struct act_pending *pending = pending_of(console->acts, report->id);
    shield_view_take(console, report);
    if (pending != NULL)
        forget_pending(console->acts, pending);
    plan_free(report->plan);
}

// What was done, and the keys that go on from there.
static void tell_done(struct console *console, const struct run_report *report, const char *host,
                      bool again)
{
    struct str text = {0}, undo = {0}, retry = {0};
    str_append(&text, report->text);
    if (run_is_undoable(report->plan) &&
        keymap_keys(console->keymap, MODE_PANE, NULL, key_command_find("undo"), 1, "", &undo) > 0)
        str_appendf(&text, "; %s undoes it", str_text(&undo));
    if (again &&
        keymap_keys(console->keymap, MODE_PANE, NULL, key_command_find("retry"), 1, "", &retry) > 0)
        str_appendf(&text, "; %s tries again where it failed", str_text(&retry));
    journal_answer(console->journal, report->well ? LEVEL_OK : LEVEL_WARN, host, "%s",
                   str_text(&text));
    str_dispose(&text);
    str_dispose(&undo);
    str_dispose(&retry);
}

static void take_done(struct console *console, const struct run_report *report)
{
    struct acts *acts = console->acts;
    struct act_pending *pending = pending_of(acts, report->id);
    bool played = fleet_is_played(acts->fleet);
    bool declined = pending != NULL && pending->declined;
    bool again = keep_failed(acts, report->plan, pending != NULL ? pending->for_ms : 0);
    const struct plan *plan = report->plan;
    const char *host = plan->host_count == 1 ? plan->hosts[0]->config->name : "";
    if (declined)
        journal_answer(console->journal, LEVEL_INFO, host, "%s: %s; nothing was done",
                       report->action->title, played ? "this is a replay" : "not confirmed");
    else
        tell_done(console, report, host, again);
    if (!declined)
        read_again(console, plan);
    if (acts_question_find(acts, report->id) != NULL)
        memcpy(acts->withdrawn, report->text, sizeof acts->withdrawn);
    forget_question(acts, report->id);
    if (pending != NULL && !declined)
        guide_view_acted(console, pending->step, plan, report->text, report->well);
    if (pending != NULL && !declined && did_something(plan))
        unmark(pending);
    if (pending != NULL)
        forget_pending(acts, pending);
    shield_view_acted(console, plan);
    plan_free(report->plan);
    if (acts->trail != NULL)
        act_trail_read(acts->trail);
}

static struct act_question *add_question(struct acts *acts, const struct run_report *report)
{
    struct act_question *question = mem_push(&acts->questions, &acts->question_count,
                                             &acts->question_cap, sizeof *acts->questions);
    *question =
        (struct act_question){.id = report->id, .action = report->action, .plan = report->plan};
    memcpy(question->text, report->text, sizeof question->text);
    return question;
}

static void take_later(struct console *console, const struct run_report *report)
{
    journal_answer(console->journal, report->well ? LEVEL_OK : LEVEL_WARN, "", "%s", report->text);
    if (console->acts->trail != NULL)
        act_trail_read(console->acts->trail);
    if (report->entry[0] == '\0')
        return;
    struct act_question *question = add_question(console->acts, report);
    question->id = OPEN_IDS + ++console->acts->last_open;
    memcpy(question->entry, report->entry, sizeof question->entry);
}

void acts_update(struct console *console)
{
    struct run_report report;
    while (console->acts->runner != NULL && runner_next(console->acts->runner, &report)) {
        switch (report.word) {
        case RUN_ASKS:
            add_question(console->acts, &report);
            break;
        case RUN_PROGRESS:
            journal_answer(console->journal, LEVEL_INFO, "", "%s", report.text);
            break;
        case RUN_DONE:
            if (report.plan->dry_run)
                take_plan(console, &report);
            else
                take_done(console, &report);
            break;
        case RUN_LATER:
            take_later(console, &report);
            break;
        }
    }
}

static void await_running(struct acts *acts)
{
    int64_t deadline_ms = clock_mono_ms() + RUNNING_MS;
    struct run_report report;
    size_t running = runner_pending(acts->runner);
    if (running == 0)
        return;
    fprintf(stderr, "nocdesk: waiting for %zu action%s under way\n", running,
            running == 1 ? "" : "s");
    while (runner_pending(acts->runner) > 0 && runner_wait(acts->runner, deadline_ms, &report)) {
        if (report.word == RUN_ASKS)
            runner_answer(acts->runner, report.id, NULL);
        if (report.word != RUN_DONE)
            continue;
        char *clean = text_clean_dup(report.text);
        fprintf(stderr, "nocdesk: %s\n", clean);
        free(clean);
        plan_free(report.plan);
    }
    if (runner_pending(acts->runner) > 0)
        fprintf(stderr,
                "nocdesk: %zu not ended in %d s; the next start of the console says what "
                "came of it\n",
                runner_pending(acts->runner), RUNNING_MS / 1000);
}

// The console's screen is gone, and with it the question.
static void tell_unanswered(const struct act_question *question)
{
    const struct plan *plan = question->plan;
    const struct plan_host *first = plan->host_count > 0 ? plan->hosts[0] : NULL;
    const char *target = first != NULL && first->target_count > 0 ? first->targets[0].text : "";
    struct str line = {0};
    str_appendf(&line, "%s%s: %s %s", first != NULL ? first->config->name : "",
                plan->host_count > 1 ? " and others" : "", plan->action->name, target);
    if (first != NULL && first->target_count > 1)
        str_appendf(&line, " and %zu more", first->target_count - 1);
    char *clean = text_clean_dup(str_text(&line));
    fprintf(stderr, "nocdesk: %s: the question was not answered; nothing was done\n", clean);
    free(clean);
    str_dispose(&line);
}

bool acts_stop(struct acts *acts)
{
    bool stopped = act_trail_stop(acts->trail, STOP_MS);
    if (acts->runner == NULL)
        return stopped;
    for (size_t i = 0; i < acts->question_count; i++)
        if (acts->questions[i].plan != NULL) {
            tell_unanswered(&acts->questions[i]);
            runner_answer(acts->runner, acts->questions[i].id, NULL);
        }
    await_running(acts);
    return runner_stop(acts->runner, STOP_MS) && stopped;
}

void acts_free(struct acts *acts)
{
    if (acts->runner != NULL)
        runner_free(acts->runner);
    act_trail_free(acts->trail);
    if (acts->audit != NULL)
        audit_close(acts->audit);
    failed_dispose(&acts->failed);
    for (size_t i = 0; i < acts->pending_count; i++)
        free(acts->pending[i].marked);
    free(acts->pending);
    free(acts->questions);
    free(acts);
}
