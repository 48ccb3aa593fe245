// SPDX-License-Identifier: MIT

// One host's steps, run one after the other, each proven before the next. A proof that is waited
// for keeps no thread: the part is looked at again a second later, behind what else is to be done.
#include <stdio.h>
#include <string.h>

#include "action/backend.h"
#include "action/run_private.h"
#include "base/clock.h"
#include "base/lang.h"
#include "conf/option.h"

#define AGAIN_MS   1000
#define TOLD_BYTES (512u << 10)

static enum action_state state_of(enum call_outcome outcome)
{
    return outcome == CALL_LOST ? ACTION_UNKNOWN : ACTION_FAILED;
}

static enum action_state not_as_planned(const struct call_place *place,
                                        const struct plan_step *step, const struct err *before,
                                        struct err *err)
{
    struct err ignored = {0};
    if (step->after.call.via != PLAN_NOTHING &&
        run_check(place, &step->after, &ignored) == CALL_WELL)
        return ACTION_ALREADY;
    err_set(err, "%.250s: %s", before->text,
            step->before_not != NULL ? _(step->before_not)
                                     : _("it is not as it was when this was planned"));
    return ACTION_FAILED;
}

// What no check would tell of later, on a host that is still there: only its time was over.
static bool was_too_slow(const struct call_place *place, const struct plan_step *step,
                         int64_t began_ms, struct err *err)
{
    struct link_status status;
    struct str timeout = {0};
    int64_t timeout_ms = plan_call_timeout_ms(&step->run);
    link_get_status(fleet_link(place->fleet, place->host), &status);
    if (step->run.via != PLAN_COMMAND || step->after.call.via != PLAN_NOTHING || !status.up ||
        clock_mono_ms() - began_ms < timeout_ms)
        return false;
    option_append_duration(&timeout, timeout_ms);
    err_set(err,
            "%s: %s took longer than its timeout (%s) and was told to end; what it had done by "
            "then stays",
            fleet_host(place->fleet, place->host)->name, step->run.argv[0], str_text(&timeout));
    str_dispose(&timeout);
    return true;
}

// ACTION_DONE when run and proven; ACTION_PLANNED when its proof is waited for.
static enum action_state run_step(const struct call_place *place, const struct plan_step *step,
                                  bool *lost_race, struct err *err)
{
    struct err before = {0};
    enum call_outcome outcome = run_check(place, &step->before, &before);
    if (outcome == CALL_BADLY)
        return not_as_planned(place, step, &before, err);
    if (outcome != CALL_WELL) {
        // Asking did no harm, whatever came of it.
        *err = before;
        return ACTION_FAILED;
    }
    bool ran = false;
    int64_t began_ms = clock_mono_ms();
    outcome = run_proven(place, step, &ran, err);
    if (outcome == CALL_LOST && was_too_slow(place, step, began_ms, err))
        return ACTION_FAILED;
    if (!ran) {
        struct err ignored = {0};
        // Another console may have done the same at the same moment: the proof decides.
        if (outcome == CALL_BADLY && step->after.call.via != PLAN_NOTHING &&
            step->after.wait_ms == 0 && run_check_once(place, &step->after, &ignored) == CALL_WELL)
            return ACTION_ALREADY;
        *lost_race = outcome == CALL_BADLY && backend_is_transaction(&step->run);
        return state_of(outcome);
    }
    if (step->after.wait_ms > 0)
        return ACTION_PLANNED;
    // What was run was run: a proof that could not be asked for leaves it unknown.
    if (outcome == CALL_LOST || outcome == CALL_NOT_SENT)
        return ACTION_UNKNOWN;
    return outcome == CALL_WELL ? ACTION_DONE : ACTION_FAILED;
}

// ACTION_PLANNED: not seen yet, and there is time left.
static enum action_state watch(struct runner *runner, const struct call_place *place,
                               struct part *part, const struct plan_step *step, struct err *err)
{
    struct err said = {0};
    enum call_outcome outcome = run_check_once(place, &step->after, &said);
    int64_t waited_ms = clock_mono_ms() - part->watch_began_ms;
    if (outcome == CALL_WELL) {
        part->out->waited_s = waited_ms / 1000;
        return ACTION_DONE;
    }
    if (waited_ms + AGAIN_MS <= step->after.wait_ms && !atomic_load(&runner->stop))
        return ACTION_PLANNED;
    part->out->waited_s = waited_ms / 1000;
    err_set(err, "%.400s (waited %lld s)", said.text, (long long)part->out->waited_s);
    // Whoever quits before its time is over leaves the intent open.
    if (outcome != CALL_BADLY || waited_ms + AGAIN_MS <= step->after.wait_ms)
        return ACTION_UNKNOWN;
    // What was run was run, and a step that only proves has failed at nothing.
    part->out->not_yet = true;
    return ACTION_UNKNOWN;
}

// Of an action that a console left open nobody knows how far it came: what is there is not made a
// second time.
static bool is_finished(const struct part *part, const struct call_place *place,
                        const struct plan_step *step)
{
    struct err ignored = {0};
    return part->submission->request.action == &action_finish &&
           step->after.call.via != PLAN_NOTHING &&
           run_check_once(place, &step->after, &ignored) == CALL_WELL;
}

static void look_again(struct runner *runner, struct part *part)
{
    struct task *task = runner_task(TASK_WATCH, part->submission, part);
    task->due_ms = clock_mono_ms() + AGAIN_MS;
    runner_queue(runner, part->host, task);
}

// What cannot be read now can be told from nothing that is seen later.
static void raise_number(const struct call_place *place, struct plan_host *out,
                         struct plan_check *check)
{
    int64_t number = INT64_MAX;
    struct err ignored = {0};
    if (check->expect != EXPECT_LATER && check->expect != EXPECT_ROW)
        return;
    run_number(place, check, &number, &ignored);
    plan_check_raise(out, check, number);
}

void run_raise_numbers(struct runner *runner, struct part *part)
{
    struct plan_host *out = part->out;
    struct call_place place = {.fleet = runner->fleet, .host = part->host, .stop = &runner->stop};
    for (size_t i = 0; i < out->step_count; i++) {
        struct plan_check *check = &out->steps[i].after;
        raise_number(&place, out, check);
        if (check->or_else == NULL)
            continue;
        struct plan_check *other = arena_alloc(out->arena, sizeof *other);
        *other = *check->or_else;
        raise_number(&place, out, other);
        check->or_else = other;
    }
}

// Behind what the steps before it have said.
static void take_told(struct plan_host *out, const struct plan_step *step, struct str *told)
{
    struct str line = {0};
    if (out->step_count > 1 && told->len > 0)
        plan_call_print(&line, &step->run);
    size_t room = strlen(out->output) < TOLD_BYTES ? TOLD_BYTES - strlen(out->output) : 0;
    bool cut = told->len > room;
    out->output =
        plan_text(out, "%s%s%s%s%.*s%s", out->output, line.len > 0 ? "$ " : "", str_text(&line),
                  line.len > 0 ? "\n" : "", (int)(cut ? room : told->len), str_text(told),
                  cut ? _("\n… the rest was cut\n") : "");
    str_dispose(&line);
    str_dispose(told);
    *told = (struct str){0};
}

bool run_steps(struct runner *runner, struct part *part)
{
    struct plan_host *out = part->out;
    struct str told = {0};
    struct call_place place = {.fleet = runner->fleet,
                               .host = part->host,
                               .stop = &runner->stop,
                               .outputs = part->outputs,
                               .told = out->tells ? &told : NULL};
    for (; part->step < out->step_count; part->step++) {
        const struct plan_step *step = &out->steps[part->step];
        enum action_state state = ACTION_PLANNED;
        struct err err = {0};
        if (part->watch_began_ms == 0) {
            part->lost_race = false;
            state = is_finished(part, &place, step)
                        ? ACTION_ALREADY
                        : run_step(&place, step, &part->lost_race, &err);
            take_told(out, step, &told);
            if (state == ACTION_PLANNED)
                part->watch_began_ms = clock_mono_ms();
        }
        if (state == ACTION_PLANNED)
            state = watch(runner, &place, part, step, &err);
        if (state == ACTION_PLANNED) {
            look_again(runner, part);
            return false;
        }
        part->watch_began_ms = 0;
        if (state == ACTION_DONE)
            part->state = ACTION_DONE;
        if (state == ACTION_DONE || state == ACTION_ALREADY)
            continue;
        part->state = state;
        out->error = err;
        if (part->step > 0 && !out->not_yet)
            err_prefix(&out->error, "after %zu of %zu steps", part->step, out->step_count);
        return true;
    }
    return true;
}

enum action_state run_whole_step(const struct call_place *place, const struct plan_step *step,
                                 struct err *err)
{
    bool ignored = false;
    enum action_state state = run_step(place, step, &ignored, err);
    if (state != ACTION_PLANNED)
        return state;
    return run_check(place, &step->after, err) == CALL_WELL ? ACTION_DONE : ACTION_FAILED;
}

bool run_take_back(struct runner *runner, struct part *part)
{
    struct call_place place = {.fleet = runner->fleet,
                               .host = part->host,
                               .stop = &runner->stop,
                               .outputs = part->outputs};
    struct err ignored = {0};
    while (part->step > 0) {
        const struct plan_step *step = &part->out->steps[--part->step];
        if (step->undo.via == PLAN_NOTHING)
            continue;
        if (run_call(&place, &step->undo, &ignored) != CALL_WELL ||
            run_check(&place, &step->undone, &ignored) != CALL_WELL)
            return false;
    }
    return true;
}
