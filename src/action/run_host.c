// SPDX-License-Identifier: MIT

// One host's part of a submission: gathered, planned, run step by step, proven.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/backend.h"
#include "action/run_private.h"
#include "base/clock.h"
#include "base/mem.h"

#define REACH_MS     15000 // until a host that is being connected to must be there
#define GIVE_UP_MS   3000  // and one that could not be reached
#define PREPARE_MS   15000
#define LOOK_MS      10
#define RECHECK_MS   5000 // facts older than this are gathered again before anything runs
#define RATE_MS      60000
#define SETTLE_PAUSE 500
#define TRIES        4 // of a plan that another console overtook
#define OVERTAKEN_MS 40

static bool stopping(const struct runner *runner)
{
    return atomic_load(&runner->stop);
}

// Waits for the link. The command line starts with a fleet that has only begun to connect.
static bool reach(struct runner *runner, const struct part *part, struct err *err)
{
    size_t host = part->host;
    if (fleet_is_played(runner->fleet))
        return true; // what there is is there
    int64_t asked_ms = part->submission->request.timeout_ms;
    int64_t reach_ms = asked_ms > 0 ? asked_ms : REACH_MS;
    int64_t began_ms = clock_mono_ms();
    for (;;) {
        struct link_status link;
        struct host_status status;
        link_get_status(fleet_link(runner->fleet, host), &link);
        if (link.up)
            return true;
        fleet_host_status(runner->fleet, host, &status);
        int64_t waited_ms = clock_mono_ms() - began_ms;
        const char *name = fleet_host(runner->fleet, host)->name;
        if (status.word == HOST_DISABLED)
            return err_set(err, "%s: this host is disabled in nocdesk.ini", name);
        bool failing = status.error[0] != '\0' && waited_ms > GIVE_UP_MS;
        if (failing || waited_ms > reach_ms || stopping(runner))
            return status.error[0] != '\0'
                       ? err_set(err, "%s; nothing was done", status.error)
                       : err_set(err, "%s: not connected; nothing was done", name);
        usleep(LOOK_MS * 1000);
    }
}

static struct guard_history history_of(struct runner *runner, const struct part *part)
{
    struct guard_history history = {.bans_now = part->out->target_count};
    if (runner->audit != NULL)
        history.bans_last_minute =
            audit_bans_since(runner->audit, runner->operator_name, clock_wall_ms() - RATE_MS);
    return history;
}

struct plan_input run_input(struct runner *runner, const struct part *part)
{
    return (struct plan_input){
        .request = &part->submission->request,
        .config = runner->config,
        .facts = part->facts,
        .trail = part->submission->has_trail ? &part->submission->trail : NULL,
        .entry = part->entry,
        .operator_name = runner->operator_name,
        .history = history_of(runner, part),
        .now_wall_ms = clock_shown_wall_ms(),
    };
}

static void set_states(struct plan_host *out, enum action_state from, enum action_state to)
{
    for (size_t i = 0; i < out->target_count; i++)
        if (out->targets[i].state == from)
            out->targets[i].state = to;
}

static bool has_planned(const struct plan_host *out)
{
    for (size_t i = 0; i < out->target_count; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            return true;
    return false;
}

// Without the trail nothing that writes is run, and without rights to write no host is even asked.
static bool may_begin(struct runner *runner, struct part *part, struct err *err)
{
    const struct action *action = part->submission->request.action;
    if (fleet_is_played(runner->fleet))
        return true; // decide() sees to it that it ends with the plan
    if (action->reads_only || part->submission->request.dry_run || runner->audit != NULL)
        return true;
    return err_set(err, "%s: there is no audit trail to write to, so that nothing is changed",
                   part->out->config->name);
}

// Who the host's peers are matters only where somebody may be kept out.
static bool gather(struct runner *runner, struct part *part, int64_t deadline_ms, struct err *err)
{
    struct plan_input input = run_input(runner, part);
    struct host_facts *fresh;
    const struct action *action = part->submission->request.action;
    bool peers = action->needs_peers || action_blocks(&input);
    if (action->bare && !action_blocks(&input))
        fresh = facts_new(part->out->config, fleet_profile(runner->fleet, part->host));
    else if (!facts_gather(runner->fleet, part->host, peers, deadline_ms,
                           &runner->workers[part->host].cache, &fresh, err))
        return false;
    facts_free(part->facts);
    part->facts = fresh;
    part->facts_mono_ms = clock_mono_ms();
    return true;
}

static bool prepare(struct runner *runner, struct part *part, struct err *err)
{
    const struct action *action = part->submission->request.action;
    int64_t deadline_ms = clock_mono_ms() + PREPARE_MS;
    if (!may_begin(runner, part, err) || !reach(runner, part, err) ||
        !gather(runner, part, deadline_ms, err))
        return false;
    struct plan_input input = run_input(runner, part);
    if (!action_admit(&input, part->out))
        return true;
    if (action->look != NULL &&
        !action->look(&input, runner->fleet, part->host, part->facts, deadline_ms, err))
        return false;
    return action->plan(&input, part->out, err);
}

// Read-only mode is known without asking anybody.
static bool refused_at_once(struct runner *runner, struct part *part)
{
    struct host_facts known = {.host = part->out->config};
    struct guard_opinion said = guard_write(&known, runner->config);
    if (part->submission->request.action->reads_only || said.verdict == GUARD_ALLOW)
        return false;
    for (size_t i = 0; i < part->out->target_count; i++) {
        part->out->targets[i].state = ACTION_REFUSED;
        part->out->targets[i].opinion = said;
    }
    return true;
}

static void begin_running(struct runner *runner, struct submission *submission)
{
    size_t count = submission->part_count;
    struct part *parts = submission->parts;
    submission->pending = count;
    for (size_t i = 0; i < count; i++)
        runner_queue(runner, parts[i].host, runner_task(TASK_EXECUTE, submission, &parts[i]));
}

static void ask(struct runner *runner, struct submission *submission)
{
    struct run_report report = {.id = submission->id,
                                .word = RUN_ASKS,
                                .action = submission->request.action,
                                .plan = submission->plan};
    snprintf(report.text, sizeof report.text, "%s",
             submission->plan->why_count > 0 ? submission->plan->why[0] : "");
    pthread_mutex_lock(&runner->lock);
    submission->next = runner->asking;
    runner->asking = submission;
    pthread_mutex_unlock(&runner->lock);
    runner_report(runner, &report);
}

// Of a replay: the plan is lent to whoever wants to see it, and that is the end of it.
static void show_only(struct runner *runner, struct submission *submission)
{
    struct plan *plan = submission->plan;
    bool any = false;
    for (size_t i = 0; i < plan->host_count; i++)
        any = any || has_planned(plan->hosts[i]);
    if (plan->question == PLAN_REFUSED || !any) {
        runner_submission_done(runner, submission);
        return;
    }
    plan->question = PLAN_SHOWN;
    ask(runner, submission);
}

// All hosts have answered: what next.
static void decide(struct runner *runner, struct submission *submission)
{
    struct plan *plan = submission->plan;
    action_judge(runner->config, plan);
    if (submission->request.dry_run) {
        runner_submission_done(runner, submission);
        return;
    }
    if (fleet_is_played(runner->fleet)) {
        show_only(runner, submission);
        return;
    }
    run_write_refusals(runner, plan);
    bool goes =
        plan->question == PLAN_GOES || (plan->question == PLAN_ASKS && submission->request.yes);
    if (plan->question == PLAN_REFUSED)
        runner_submission_done(runner, submission);
    else if (goes)
        begin_running(runner, submission);
    else
        ask(runner, submission);
}

void run_prepare(struct runner *runner, struct part *part)
{
    struct submission *submission = part->submission;
    struct plan_host *out = part->out;
    if (!refused_at_once(runner, part) && !prepare(runner, part, &out->error)) {
        if (!err_is_set(&out->error))
            err_set(&out->error, "%s: no plan could be made", out->config->name);
        set_states(out, ACTION_PLANNED, ACTION_FAILED);
        out->step_count = 0;
    }
    if (runner_part_ended(runner, submission))
        decide(runner, submission);
}

// The operator may have thought for long: what the guard would refuse by now is not run.
static bool recheck(struct runner *runner, struct part *part, int64_t older_ms, struct err *err)
{
    struct plan_host *out = part->out;
    if (clock_mono_ms() - part->facts_mono_ms < older_ms)
        return true;
    if (!reach(runner, part, err) || !gather(runner, part, clock_mono_ms() + PREPARE_MS, err))
        return false;
    struct plan_target *before = mem_array(out->target_count + 1, sizeof *before);
    for (size_t i = 0; i < out->target_count; i++)
        before[i] = out->targets[i];
    struct plan_input input = run_input(runner, part);
    action_admit(&input, out);
    bool same = true;
    for (size_t i = 0; i < out->target_count && same; i++) {
        const struct plan_target *now = &out->targets[i];
        if (before[i].state == ACTION_PLANNED && now->opinion.verdict > before[i].opinion.verdict)
            same = err_set(err, "%s; that was not so when it was planned: nothing was run",
                           now->opinion.text);
    }
    free(before);
    return same;
}

static void settle_later(struct runner *runner, const struct part *part, size_t step)
{
    struct task *task = runner_task(TASK_SETTLE, NULL, NULL);
    memcpy(task->id, part->out->audit, sizeof task->id);
    task->step = step;
    task->action = part->submission->request.action;
    task->submission_id = part->submission->id;
    runner_queue(runner, part->host, task);
}

// The part's turn is over: what came of it is written down.
static void finish(struct runner *runner, struct part *part)
{
    struct plan_host *out = part->out;
    set_states(out, ACTION_PLANNED, part->state);
    // Without an answer there is no result yet: the intent stays open until it is known.
    if (part->state == ACTION_UNKNOWN && !out->not_yet) {
        settle_later(runner, part, part->step);
        json_decref(part->outputs);
    } else {
        run_write_result(runner, part, part->outputs, clock_mono_ms() - part->began_ms);
    }
    part->outputs = NULL;
}

// Writes the intent; true: its steps may be run.
static bool begin_steps(struct runner *runner, struct part *part)
{
    struct plan_host *out = part->out;
    if (!run_write_intent(runner, part, &out->error)) {
        set_states(out, ACTION_PLANNED, ACTION_FAILED);
        return false;
    }
    part->step = 0;
    part->state = ACTION_ALREADY;
    part->began_ms = clock_mono_ms();
    part->outputs = json_array();
    return true;
}

// Somebody else changed the host between our look and our transaction, which the host refused
// whole: what was done before it is taken back, and all is gathered and planned once more.
static bool begin_again(struct runner *runner, struct part *part)
{
    struct plan_host *out = part->out;
    const struct action *action = part->submission->request.action;
    if (!part->lost_race || part->plans == TRIES || part->state != ACTION_FAILED ||
        action->target == TARGET_ENTRY || action->look != NULL || stopping(runner) ||
        !run_take_back(runner, part))
        return false;
    struct plan_target *planned = mem_array(out->target_count + 1, sizeof *planned);
    for (size_t i = 0; i < out->target_count; i++)
        planned[i] = out->targets[i];
    finish(runner, part);
    for (size_t i = 0; i < out->target_count; i++)
        out->targets[i] = planned[i];
    free(planned);
    part->plans++;
    usleep((useconds_t)part->plans * OVERTAKEN_MS * 1000);
    out->step_count = 0;
    out->error = (struct err){0};
    bool ok = recheck(runner, part, 0, &out->error);
    if (ok) {
        struct plan_input input = run_input(runner, part);
        ok = action->plan(&input, out, &out->error);
    }
    if (!ok)
        set_states(out, ACTION_PLANNED, ACTION_FAILED);
    return true;
}

static void end_part(struct runner *runner, struct part *part)
{
    struct submission *submission = part->submission;
    if (submission->part_count > 1) {
        struct run_report report = {
            .id = submission->id, .word = RUN_PROGRESS, .action = submission->request.action};
        snprintf(report.text, sizeof report.text, "%s: %s%.400s", part->out->config->name,
                 err_is_set(&part->out->error) ? "" : submission->request.action->done,
                 part->out->error.text);
        runner_report(runner, &report);
    }
    if (runner_part_ended(runner, submission))
        runner_submission_done(runner, submission);
}

void run_go_on(struct runner *runner, struct part *part)
{
    while (run_steps(runner, part)) {
        if (!begin_again(runner, part)) {
            finish(runner, part);
            end_part(runner, part);
            return;
        }
        if (!has_planned(part->out) || !begin_steps(runner, part)) {
            end_part(runner, part);
            return;
        }
    }
}

void run_execute(struct runner *runner, struct part *part)
{
    struct plan_host *out = part->out;
    if (has_planned(out) && !recheck(runner, part, RECHECK_MS, &out->error))
        set_states(out, ACTION_PLANNED, ACTION_REFUSED);
    if (has_planned(out) && begin_steps(runner, part))
        run_go_on(runner, part);
    else
        end_part(runner, part);
}

void run_abandon(struct runner *runner, struct part *part, bool begun)
{
    struct plan_host *out = part->out;
    err_set(&out->error, "%s: interrupted; %s", out->config->name,
            begun ? "it was run, and what came of it was not seen" : "nothing was done");
    set_states(out, ACTION_PLANNED, begun ? ACTION_UNKNOWN : ACTION_FAILED);
    end_part(runner, part);
}

// A host that is not back keeps no thread: others may be acted on, and what is asked of this one
// meanwhile fails in its time.
static void settle_again(struct runner *runner, size_t host, const struct task *task)
{
    struct task *again = runner_task(TASK_SETTLE, NULL, NULL);
    *again = *task;
    again->due_ms = clock_mono_ms() + SETTLE_PAUSE;
    runner_queue(runner, host, again);
}

// What the operator said yes to was the host as it was then: the steps that were never begun are
// run only where nobody has undone the entry since and the guard refuses none of its targets.
static bool may_go_on(struct runner *runner, struct part *part, const struct audit_action *entry,
                      struct err *err)
{
    struct plan_host *out = part->out;
    if (entry->undone_by != NULL)
        return err_set(err, "it was undone by %s", entry->undone_by);
    if (!gather(runner, part, clock_mono_ms() + PREPARE_MS, err))
        return false;
    struct plan_input input = run_input(runner, part);
    action_admit(&input, out);
    for (size_t i = 0; i < out->target_count && !err_is_set(err); i++)
        if (out->targets[i].state == ACTION_REFUSED)
            err_set(err, "%s", out->targets[i].opinion.text);
    set_states(out, ACTION_REFUSED, ACTION_PLANNED);
    return !err_is_set(err);
}

// The steps behind the one that is proven were never begun: they are run now. ACTION_UNKNOWN: they
// may not be.
static enum action_state settle_rest(struct runner *runner, struct part *part,
                                     const struct audit_action *entry, struct err *err)
{
    struct plan_host *out = part->out;
    struct call_place place = {runner->fleet, part->host, &runner->stop, NULL};
    struct err why = {0};
    size_t at = part->step + 1;
    *err = (struct err){0};
    if (at < out->step_count && !may_go_on(runner, part, entry, &why)) {
        err_set(err,
                "%s: the connection was lost; after %zu of %zu steps the rest was not run: %.200s; "
                "%s stays open",
                out->config->name, at, out->step_count, why.text, out->audit);
        return ACTION_UNKNOWN;
    }
    for (; at < out->step_count; at++) {
        enum action_state state = run_whole_step(&place, &out->steps[at], err);
        if (state == ACTION_DONE || state == ACTION_ALREADY)
            continue;
        err_prefix(err, "%s: the connection was lost; after %zu of %zu steps", out->config->name,
                   at, out->step_count);
        return ACTION_FAILED;
    }
    return ACTION_DONE;
}

// The step that was under way when the host was lost is asked about, and never run again.
// ACTION_PLANNED: there was no answer, it is asked again later.
static enum action_state settle_step(struct runner *runner, struct part *part,
                                     const struct audit_action *entry, struct err *err)
{
    struct plan_host *out = part->out;
    struct call_place place = {runner->fleet, part->host, &runner->stop, NULL};
    const struct plan_step *step = &out->steps[part->step];
    if (step->after.call.via == PLAN_NOTHING) {
        err_set(err, "%s: the connection was lost while it ran, and no check tells what came of it",
                out->config->name);
        return ACTION_FAILED;
    }
    struct err why = {0};
    enum call_outcome outcome = run_check(&place, &step->after, &why);
    if (outcome == CALL_WELL)
        return settle_rest(runner, part, entry, err);
    err_set(err, "the connection was lost before it was done: %.300s", why.text);
    return outcome == CALL_BADLY ? ACTION_FAILED : ACTION_PLANNED;
}

static void tell_settled(struct runner *runner, const struct task *task, const struct part *part,
                         const struct plan *plan)
{
    struct run_report report = {.id = task->submission_id,
                                .word = RUN_LATER,
                                .action = task->action,
                                .host = part->host,
                                .state = part->state,
                                .well = part->state == ACTION_DONE};
    // Without a result the intent stays open.
    if (part->state != ACTION_UNKNOWN)
        run_write_result(runner, part, json_array(), 0);
    run_describe(plan, report.text, sizeof report.text);
    runner_report(runner, &report);
}

static void settle_entry(struct runner *runner, struct part *part, const struct task *task,
                         const struct audit_action *entry, const struct plan *plan)
{
    struct plan_host *out = part->out;
    memcpy(out->audit, task->id, sizeof task->id);
    run_take_targets(out, entry->intent);
    part->state = settle_step(runner, part, entry, &out->error);
    set_states(out, ACTION_PLANNED, part->state);
    if (part->state == ACTION_PLANNED)
        settle_again(runner, part->host, task);
    else
        tell_settled(runner, task, part, plan);
}

void run_settle(struct runner *runner, size_t host, const struct task *task)
{
    struct link_status status;
    link_get_status(fleet_link(runner->fleet, host), &status);
    if (!status.up) {
        settle_again(runner, host, task);
        return;
    }
    struct submission submission = {
        .request = {.action = task->action, .hosts = &host, .host_count = 1}};
    struct err err = {0};
    if (!audit_load(audit_path(runner->audit), &submission.trail, &err)) {
        struct run_report report = {
            .id = task->submission_id, .word = RUN_LATER, .action = task->action};
        snprintf(report.text, sizeof report.text, "%s", err.text);
        runner_report(runner, &report);
        return;
    }
    submission.has_trail = true;
    const struct audit_action *entry = audit_find(&submission.trail, task->id);
    struct plan *plan = plan_new(task->action);
    struct plan_host *out = plan_add_host(plan, host, fleet_host(runner->fleet, host));
    struct part part = {.submission = &submission, .host = host, .out = out, .step = task->step};
    if (entry != NULL && plan_steps_parse(out, json_object_get(entry->intent, "steps"), &err) &&
        task->step < out->step_count) {
        const char *undoes = json_string_value(json_object_get(entry->intent, "undoes"));
        const char *finishes = json_string_value(json_object_get(entry->intent, "finishes"));
        if (undoes != NULL || finishes != NULL)
            part.entry = mem_strdup(undoes != NULL ? undoes : finishes);
        settle_entry(runner, &part, task, entry, plan);
    }
    free(part.entry);
    facts_free(part.facts);
    plan_free(plan);
    audit_trail_dispose(&submission.trail);
}
