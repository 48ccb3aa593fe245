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

#define PREPARE_MS 15000
#define RECHECK_MS                                                                                 \
    5000 // facts older than this, without a question, are gathered again before
         // anything runs
#define RATE_MS      60000
#define TRIES        4 // of a plan that another console overtook
#define OVERTAKEN_MS 40

static bool stopping(const struct runner *runner)
{
    return atomic_load(&runner->stop);
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
        .now_wall_ms = clock_shown_wall_ms(),
    };
}

static struct guard_history history_of(struct runner *runner, const struct part *part)
{
    struct guard_history history = {.bans_now = part->out->target_count};
    if (runner->audit != NULL)
        history.unread =
            !audit_bans_since(runner->audit, runner->operator_name, clock_wall_ms() - RATE_MS,
                              &history.bans_last_minute, &history.why);
    return history;
}

bool run_admit(struct runner *runner, struct part *part)
{
    struct plan_input input = run_input(runner, part);
    input.history = history_of(runner, part);
    return action_admit(&input, part->out);
}

void run_set_states(struct plan_host *out, enum action_state from, enum action_state to)
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

static struct action_nature nature_of(const struct runner *runner, const struct part *part)
{
    const struct action_request *request = &part->submission->request;
    return action_nature(runner->config, request->action, request->targets, request->target_count);
}

// Who the host's peers are matters only where somebody may be kept out.
bool run_gather(struct runner *runner, struct part *part, int64_t deadline_ms, struct err *err)
{
    struct plan_input input = run_input(runner, part);
    struct host_facts *fresh;
    const struct action *action = part->submission->request.action;
    const struct host_config *host = part->out->config;
    const struct profile *profile = fleet_profile(runner->fleet, part->host);
    bool peers = action->needs_peers || action_blocks(&input);
    bool commands = action_guards_commands(&input, part->out);
    if (action->bare && !peers && !commands)
        fresh = facts_new(host, profile);
    else if (commands && nature_of(runner, part).here)
        fresh = facts_here(host, profile);
    else if (!facts_gather(runner->fleet, part->host, peers, deadline_ms,
                           &runner->workers[part->host].cache, &fresh, err))
        return false;
    facts_free(part->facts);
    part->facts = fresh;
    part->facts_mono_ms = clock_mono_ms();
    return true;
}

static bool look_and_plan(struct runner *runner, struct part *part, int64_t deadline_ms,
                          struct err *err)
{
    const struct action *action = part->submission->request.action;
    struct plan_input input = run_input(runner, part);
    if (action->look != NULL &&
        !action->look(&input, runner->fleet, part->host, part->facts, deadline_ms, err))
        return false;
    return action->plan(&input, part->out, err);
}

// What is run here needs no host.
static bool reach(struct runner *runner, const struct part *part, struct err *err)
{
    return nature_of(runner, part).here || run_reach(runner, part, err);
}

static bool prepare(struct runner *runner, struct part *part, struct err *err)
{
    int64_t deadline_ms = clock_mono_ms() + PREPARE_MS;
    if (!may_begin(runner, part, err) || !reach(runner, part, err) ||
        (part->submission->request.renews_link && !run_renew(runner, part, err)) ||
        !run_gather(runner, part, deadline_ms, err))
        return false;
    return !run_admit(runner, part) || look_and_plan(runner, part, deadline_ms, err);
}

// Read-only mode is known without asking anybody.
static bool refused_at_once(struct runner *runner, struct part *part)
{
    struct host_facts known = {.host = part->out->config};
    struct guard_opinion said = guard_write(&known, runner->config);
    if (!nature_of(runner, part).writes || said.verdict == GUARD_ALLOW)
        return false;
    for (size_t i = 0; i < part->out->target_count; i++) {
        part->out->targets[i].state = ACTION_REFUSED;
        part->out->targets[i].opinion = said;
    }
    return true;
}

static void ask(struct runner *runner, struct submission *submission)
{
    struct run_report report = {.id = submission->id,
                                .word = RUN_ASKS,
                                .action = submission->request.action,
                                .plan = submission->plan};
    snprintf(report.text, sizeof report.text, "%s",
             submission->plan->why_count > 0 ? submission->plan->why[0] : "");
    submission->asked = true;
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

// What is done is written into a trail that somebody has changed: that is a person's decision.
static void judge_trail(struct runner *runner, struct plan *plan)
{
    struct err why = {0};
    if (plan->action->reads_only || !runner_distrusts(runner, &why))
        return;
    *(char **)mem_push(&plan->why, &plan->why_count, &plan->why_cap, sizeof *plan->why) =
        mem_strdup(why.text);
    if (plan->question == PLAN_GOES)
        plan->question = PLAN_ASKS;
}

// All hosts have answered: what next.
static void decide(struct runner *runner, struct submission *submission)
{
    struct plan *plan = submission->plan;
    action_judge(runner->config, plan);
    judge_trail(runner, plan);
    if (submission->request.dry_run) {
        runner_submission_done(runner, submission);
        return;
    }
    if (fleet_is_played(runner->fleet)) {
        show_only(runner, submission);
        return;
    }
    for (size_t i = 0; i < plan->host_count && !submission->quiet; i++) {
        run_write_not_begun(runner, plan->action, plan->hosts[i], ACTION_REFUSED);
        run_write_not_begun(runner, plan->action, plan->hosts[i], ACTION_FAILED);
    }
    bool goes =
        plan->question == PLAN_GOES || (plan->question == PLAN_ASKS && submission->request.yes);
    if (plan->question == PLAN_REFUSED)
        runner_submission_done(runner, submission);
    else if (goes)
        runner_queue_parts(runner, submission, TASK_EXECUTE);
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
        run_set_states(out, ACTION_PLANNED, ACTION_FAILED);
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
    struct err why = {0};
    if (!reach(runner, part, &why) ||
        !run_gather(runner, part, clock_mono_ms() + PREPARE_MS, &why)) {
        run_set_states(out, ACTION_PLANNED, ACTION_FAILED);
        return err_set(err,
                       "%s: did not answer when it was looked at once more before the run; nothing "
                       "was run: %.120s",
                       out->config->name, why.text);
    }
    struct plan_target *before = mem_array(out->target_count + 1, sizeof *before);
    for (size_t i = 0; i < out->target_count; i++)
        before[i] = out->targets[i];
    run_admit(runner, part);
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

static bool same_steps(const struct plan_host *a, const struct plan_host *b)
{
    size_t j = 0;
    for (size_t i = 0; i < a->step_count; i++) {
        if (a->steps[i].run.via == PLAN_NOTHING)
            continue;
        while (j < b->step_count && b->steps[j].run.via == PLAN_NOTHING)
            j++;
        if (j == b->step_count || strcmp(a->steps[i].what, b->steps[j++].what) != 0)
            return false;
    }
    while (j < b->step_count && b->steps[j].run.via == PLAN_NOTHING)
        j++;
    return j == b->step_count;
}

// What an action looked at for its plan is looked at once more when a question was open since: the
// operator has said yes to these steps, not to others.
static bool look_once_more(struct runner *runner, struct part *part, struct err *err)
{
    struct plan_host *out = part->out;
    const struct action *action = part->submission->request.action;
    if (!part->submission->asked || action->look == NULL)
        return true;
    struct plan_input input = run_input(runner, part);
    struct plan *plan = plan_new(action);
    struct plan_host *now = plan_add_host(plan, out->host, out->config);
    now->targets = mem_array(out->target_count + 1, sizeof *now->targets);
    now->target_count = out->target_count;
    for (size_t i = 0; i < out->target_count; i++)
        now->targets[i] = out->targets[i];
    bool ok = action->look(&input, runner->fleet, part->host, part->facts,
                           clock_mono_ms() + PREPARE_MS, err) &&
              action->plan(&input, now, err);
    if (ok && !same_steps(out, now))
        ok = err_set(err,
                     "%s: what there is to do has changed while the question was open: nothing was "
                     "run; ask again to see it",
                     out->config->name);
    plan_free(plan);
    return ok;
}

static void forget_steps(struct plan_host *out)
{
    out->step_count = out->undo_block_count = 0;
    out->note = "";
}

// A ban's time runs from when it is put in place: while a question was open, or other hosts were
// waited for, the end that was planned has come nearer.
static bool plan_times_once_more(struct runner *runner, struct part *part, int64_t gathered_ms,
                                 struct err *err)
{
    if (part->out->ends_wall_ms <= 0 || part->facts_mono_ms == gathered_ms)
        return true;
    forget_steps(part->out);
    if (look_and_plan(runner, part, clock_mono_ms() + PREPARE_MS, err))
        return true;
    run_set_states(part->out, ACTION_PLANNED, ACTION_FAILED);
    return false;
}

// The part's turn is over: what came of it is written down.
static void finish(struct runner *runner, struct part *part)
{
    struct plan_host *out = part->out;
    run_set_states(out, ACTION_PLANNED, part->state);
    // Without an answer there is no result yet: the intent stays open until it is known.
    if (part->state == ACTION_UNKNOWN && !out->not_yet) {
        run_settle_later(runner, part, part->step);
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
    run_raise_numbers(runner, part);
    if (!run_write_intent(runner, part, &out->error)) {
        run_set_states(out, ACTION_PLANNED, ACTION_FAILED);
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
        action->target == TARGET_ENTRY || action->target == TARGET_NONE || stopping(runner) ||
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
    forget_steps(out);
    out->error = (struct err){0};
    if (!recheck(runner, part, 0, &out->error) ||
        !look_and_plan(runner, part, clock_mono_ms() + PREPARE_MS, &out->error))
        run_set_states(out, ACTION_PLANNED, ACTION_FAILED);
    return true;
}

static void end_part(struct runner *runner, struct part *part)
{
    struct submission *submission = part->submission;
    if (submission->part_count > 1) {
        struct run_report report = {
            .id = submission->id, .word = RUN_PROGRESS, .action = submission->request.action};
        run_describe_host(submission->request.action, part->out, report.text, sizeof report.text);
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
    int64_t older_ms = part->submission->asked ? 0 : RECHECK_MS;
    int64_t gathered_ms = part->facts_mono_ms;
    if (has_planned(out) && !(recheck(runner, part, older_ms, &out->error) &&
                              look_once_more(runner, part, &out->error) &&
                              plan_times_once_more(runner, part, gathered_ms, &out->error))) {
        // Planned no more: what did not answer has failed, the rest is refused.
        enum action_state state = has_planned(out) ? ACTION_PLANNED : ACTION_FAILED;
        run_write_not_begun(runner, part->submission->request.action, out, state);
        run_set_states(out, ACTION_PLANNED, ACTION_REFUSED);
    }
    if (has_planned(out) && begin_steps(runner, part))
        run_go_on(runner, part);
    else
        end_part(runner, part);
}

void run_abandon(struct runner *runner, struct part *part, bool begun)
{
    struct plan_host *out = part->out;
    if (begun)
        err_set(&out->error, "%s: interrupted; it was run, and what came of it was not seen",
                out->config->name);
    else
        err_set(&out->error, "%s: interrupted; nothing was done", out->config->name);
    run_set_states(out, ACTION_PLANNED, begun ? ACTION_UNKNOWN : ACTION_FAILED);
    end_part(runner, part);
}
