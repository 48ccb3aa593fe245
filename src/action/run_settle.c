// SPDX-License-Identifier: MIT

// Hosts that were lost in the middle of a step: what came of it, when they are back.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/run_private.h"
#include "base/clock.h"
#include "base/mem.h"

#define PREPARE_MS   15000
#define SETTLE_PAUSE 500
// How long a command whose host was lost may go on there, so that "it is not there" is no answer.
#define MAY_RUN_MS       10000
#define MAY_RUN_LEAST_MS 3000

void run_settle_later(struct runner *runner, const struct part *part, size_t step)
{
    struct task *task = runner_task(TASK_SETTLE, NULL, NULL);
    memcpy(task->id, part->out->audit, sizeof task->id);
    task->step = step;
    const struct plan_call *run = &part->out->steps[step].run;
    int64_t may_run_ms = run->timeout_ms > 0 ? run->timeout_ms : MAY_RUN_MS;
    task->until_ms =
        clock_mono_ms() + (may_run_ms > MAY_RUN_LEAST_MS ? may_run_ms : MAY_RUN_LEAST_MS);
    task->action = part->submission->request.action;
    task->submission_id = part->submission->id;
    runner_queue(runner, part->host, task);
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
    if (!run_gather(runner, part, clock_mono_ms() + PREPARE_MS, err))
        return false;
    run_admit(runner, part);
    for (size_t i = 0; i < out->target_count && !err_is_set(err); i++)
        if (out->targets[i].state == ACTION_REFUSED)
            err_set(err, "%s", out->targets[i].opinion.text);
    run_set_states(out, ACTION_REFUSED, ACTION_PLANNED);
    return !err_is_set(err);
}

// The steps behind the one that is proven were never begun: they are run now. ACTION_UNKNOWN: they
// may not be.
static enum action_state settle_rest(struct runner *runner, struct part *part,
                                     const struct audit_action *entry, struct err *err)
{
    struct plan_host *out = part->out;
    struct call_place place = {.fleet = runner->fleet, .host = part->host, .stop = &runner->stop};
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
                                     const struct audit_action *entry, int64_t until_ms,
                                     struct err *err)
{
    struct plan_host *out = part->out;
    struct call_place place = {.fleet = runner->fleet, .host = part->host, .stop = &runner->stop};
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
    bool over = outcome == CALL_BADLY && clock_mono_ms() >= until_ms;
    return over ? ACTION_FAILED : ACTION_PLANNED;
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
    part->state = settle_step(runner, part, entry, task->until_ms, &out->error);
    run_set_states(out, ACTION_PLANNED, part->state);
    if (part->state == ACTION_PLANNED)
        settle_again(runner, part->host, task);
    else
        tell_settled(runner, task, part, plan);
}

// The entry of the trail that the task is about, its steps into *out; NULL and err.
static const struct audit_action *find_entry(const struct audit_trail *trail,
                                             const struct task *task, struct plan_host *out,
                                             struct err *err)
{
    const struct audit_action *entry = audit_find(trail, task->id);
    if (entry != NULL && !plan_steps_parse(out, json_object_get(entry->intent, "steps"), err))
        return NULL;
    if (entry != NULL && task->step < out->step_count)
        return entry;
    err_set(err, "the audit trail has no action %.40s; see `nocdesk audit`", task->id);
    return NULL;
}

// What came of it stays unknown.
static void tell_fault(struct runner *runner, const struct task *task, const struct err *err)
{
    struct run_report report = {
        .id = task->submission_id, .word = RUN_LATER, .action = task->action};
    snprintf(report.text, sizeof report.text, "%s", err->text);
    report.state = ACTION_UNKNOWN;
    runner_report(runner, &report);
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
        tell_fault(runner, task, &err);
        return;
    }
    submission.has_trail = true;
    struct plan *plan = plan_new(task->action);
    struct plan_host *out = plan_add_host(plan, host, fleet_host(runner->fleet, host));
    struct part part = {.submission = &submission, .host = host, .out = out, .step = task->step};
    const struct audit_action *entry = find_entry(&submission.trail, task, out, &err);
    if (entry != NULL) {
        const char *undoes = json_string_value(json_object_get(entry->intent, "undoes"));
        const char *finishes = json_string_value(json_object_get(entry->intent, "finishes"));
        if (undoes != NULL || finishes != NULL)
            part.entry = mem_strdup(undoes != NULL ? undoes : finishes);
        settle_entry(runner, &part, task, entry, plan);
    } else {
        tell_fault(runner, task, &err);
    }
    free(part.entry);
    facts_free(part.facts);
    plan_free(plan);
    audit_trail_dispose(&submission.trail);
}
