// SPDX-License-Identifier: MIT

// The runner: queues, threads, reports.
#include "action/run.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/run_private.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/thread.h"

#define EXPIRE_FIRST_MS 3000

static char *login_name(void)
{
    struct passwd entry, *found = NULL;
    char memory[4096];
    if (getpwuid_r(getuid(), &entry, memory, sizeof memory, &found) == 0 && found != NULL)
        return mem_strdup(entry.pw_name);
    return mem_printf("%u", (unsigned)getuid());
}

struct runner *runner_new(struct fleet *fleet, const struct config *config, struct audit *audit)
{
    struct runner *runner = mem_alloc(sizeof *runner);
    runner->fleet = fleet;
    runner->config = config;
    runner->audit = audit;
    runner->login = login_name();
    bool named = config->operator_name != NULL && config->operator_name[0] != '\0';
    runner->operator_name = mem_strdup(named ? config->operator_name : runner->login);
    atomic_init(&runner->stop, false);
    runner->wake_fd = wake_new();
    pthread_mutex_init(&runner->lock, NULL);
    thread_cond_init(&runner->reported);
    runner->worker_count = fleet_host_count(fleet) + 1;
    runner->workers = mem_array(runner->worker_count, sizeof *runner->workers);
    for (size_t i = 0; i < runner->worker_count; i++) {
        struct worker *worker = &runner->workers[i];
        worker->runner = runner;
        worker->host = i;
        worker->last = &worker->first;
        thread_cond_init(&worker->work);
    }
    return runner;
}

static bool is_clerk(const struct worker *worker)
{
    return worker->host == worker->runner->worker_count - 1;
}

struct task *runner_task(enum task_kind kind, struct submission *submission, struct part *part)
{
    struct task *task = mem_alloc(sizeof *task);
    task->kind = kind;
    task->submission = submission;
    task->part = part;
    return task;
}

void runner_queue_parts(struct runner *runner, struct submission *submission, enum task_kind kind)
{
    // Parts may end, and the submission with them, while the last are still being queued.
    size_t count = submission->part_count;
    struct part *parts = submission->parts;
    submission->pending = count;
    submission->phase_began_ms = clock_mono_ms();
    for (size_t i = 0; i < count; i++)
        runner_queue(runner, parts[i].host, runner_task(kind, submission, &parts[i]));
}

static void expand(struct runner *runner, struct submission *submission)
{
    struct err err = {0};
    if (run_expand(runner, submission, &err)) {
        runner_queue_parts(runner, submission, TASK_PREPARE);
        return;
    }
    submission->plan->question = PLAN_REFUSED;
    *(char **)mem_push(&submission->plan->why, &submission->plan->why_count,
                       &submission->plan->why_cap, sizeof *submission->plan->why) =
        mem_strdup(err.text);
    runner_submission_done(runner, submission);
}

static void carry_out(struct worker *worker, struct task *task)
{
    struct runner *runner = worker->runner;
    run_note_wait(runner, worker->host, task->part);
    switch (task->kind) {
    case TASK_EXPAND:
        expand(runner, task->submission);
        break;
    case TASK_RECALL:
        run_recall(runner);
        break;
    case TASK_PREPARE:
        run_prepare(runner, task->part);
        break;
    case TASK_EXECUTE: // of a replay nothing is ever let go; see decide() and runner_answer()
        run_execute(runner, task->part);
        break;
    case TASK_WATCH:
        run_go_on(runner, task->part);
        break;
    case TASK_EXPIRE:
        run_expire(runner, worker->host);
        break;
    case TASK_SETTLE:
        run_settle(runner, worker->host, task);
        break;
    }
    run_note_wait(runner, worker->host, NULL);
}

// Takes the oldest task whose time has come off the queue; NULL with *due_ms, when the next one's
// will (INT64_MAX: there is none).
static struct task *take_task_locked(struct worker *worker, int64_t *due_ms)
{
    int64_t now_ms = clock_mono_ms();
    *due_ms = INT64_MAX;
    for (struct task **place = &worker->first; *place != NULL; place = &(*place)->next) {
        struct task *task = *place;
        if (task->due_ms > now_ms) {
            *due_ms = task->due_ms < *due_ms ? task->due_ms : *due_ms;
            continue;
        }
        *place = task->next;
        if (*place == NULL)
            worker->last = place;
        return task;
    }
    return NULL;
}

// What had been let go and is not begun any more is told as such, so that the submission ends with
// all that did run. What was only being prepared has changed nothing.
static void abandon_rest(struct worker *worker)
{
    struct runner *runner = worker->runner;
    for (;;) {
        pthread_mutex_lock(&runner->lock);
        struct task **place = &worker->first;
        while (*place != NULL && (*place)->kind != TASK_EXECUTE && (*place)->kind != TASK_WATCH)
            place = &(*place)->next;
        struct task *task = *place;
        if (task != NULL)
            *place = task->next;
        if (*place == NULL)
            worker->last = place;
        pthread_mutex_unlock(&runner->lock);
        if (task == NULL)
            return;
        run_abandon(runner, task->part, task->kind == TASK_WATCH);
        free(task);
    }
}

static void *worker_main(void *argument)
{
    struct worker *worker = argument;
    struct runner *runner = worker->runner;
    pthread_mutex_lock(&runner->lock);
    while (!atomic_load(&runner->stop)) {
        int64_t due_ms;
        struct task *task = take_task_locked(worker, &due_ms);
        if (task == NULL && due_ms == INT64_MAX) {
            pthread_cond_wait(&worker->work, &runner->lock);
            continue;
        }
        if (task == NULL) {
            thread_cond_wait_until(&worker->work, &runner->lock, due_ms);
            continue;
        }
        pthread_mutex_unlock(&runner->lock);
        carry_out(worker, task);
        free(task);
        pthread_mutex_lock(&runner->lock);
    }
    pthread_mutex_unlock(&runner->lock);
    abandon_rest(worker);
    return NULL;
}

void runner_queue(struct runner *runner, size_t index, struct task *task)
{
    struct worker *worker = &runner->workers[index];
    pthread_mutex_lock(&runner->lock);
    task->next = NULL;
    *worker->last = task;
    worker->last = &task->next;
    if (!worker->started && !atomic_load(&runner->stop)) {
        char name[16] = "audit";
        if (!is_clerk(worker))
            snprintf(name, sizeof name, "act %.10s", fleet_host(runner->fleet, index)->name);
        // Where no thread can be had the task waits for the next try.
        worker->started = thread_start(&worker->thread, name, worker_main, worker);
    }
    pthread_cond_signal(&worker->work);
    pthread_mutex_unlock(&runner->lock);
}

bool runner_part_ended(struct runner *runner, struct submission *submission)
{
    pthread_mutex_lock(&runner->lock);
    bool last = --submission->pending == 0;
    pthread_mutex_unlock(&runner->lock);
    return last;
}

void runner_report(struct runner *runner, const struct run_report *report)
{
    pthread_mutex_lock(&runner->lock);
    struct run_report *added = mem_push(&runner->reports, &runner->report_count,
                                        &runner->report_cap, sizeof *runner->reports);
    *added = *report;
    pthread_cond_broadcast(&runner->reported);
    pthread_mutex_unlock(&runner->lock);
    wake_signal(runner->wake_fd);
}

void runner_submission_done(struct runner *runner, struct submission *submission)
{
    struct run_report report = {.id = submission->id,
                                .word = RUN_DONE,
                                .action = submission->request.action,
                                .plan = submission->plan};
    run_describe(submission->plan, report.text, sizeof report.text);
    report.well = run_went_well(submission->plan);
    bool quiet = submission->quiet;
    if (!quiet)
        submission->plan = NULL;
    submission_free(submission);
    if (quiet) {
        report.word = RUN_LATER;
        report.plan = NULL;
    }
    pthread_mutex_lock(&runner->lock);
    runner->submissions -= !quiet;
    pthread_mutex_unlock(&runner->lock);
    if (!quiet || !report.well)
        runner_report(runner, &report);
}

uint64_t runner_begin(struct runner *runner, const struct action_request *request, bool quiet)
{
    struct submission *submission = submission_new(request);
    submission->quiet = quiet;
    pthread_mutex_lock(&runner->lock);
    uint64_t id = submission->id = ++runner->last_id;
    runner->submissions += !quiet;
    pthread_mutex_unlock(&runner->lock);
    snprintf(submission->group, sizeof submission->group, "%lld-%d-%llu",
             (long long)clock_wall_ms(), (int)getpid(), (unsigned long long)id);
    if (request->action->target == TARGET_ENTRY) {
        runner_queue(runner, runner->worker_count - 1, runner_task(TASK_EXPAND, submission, NULL));
        return id;
    }
    static const char *const the_host[] = {"firewall"};
    bool none = request->action->target == TARGET_NONE;
    for (size_t i = 0; i < request->host_count; i++)
        submission_add_part(submission, runner, request->hosts[i]);
    for (size_t i = 0; i < submission->part_count; i++)
        submission_add_targets(&submission->parts[i], none ? the_host : submission->request.targets,
                               none ? 1 : request->target_count);
    if (submission->part_count == 0)
        runner_submission_done(runner, submission);
    else
        runner_queue_parts(runner, submission, TASK_PREPARE);
    return id;
}

uint64_t runner_submit(struct runner *runner, const struct action_request *request)
{
    return runner_begin(runner, request, false);
}

bool runner_distrusts(struct runner *runner, struct err *why)
{
    pthread_mutex_lock(&runner->lock);
    bool distrusts = runner->distrusts;
    *why = runner->distrust;
    pthread_mutex_unlock(&runner->lock);
    return distrusts;
}

bool runner_check_trail(struct runner *runner, struct err *err)
{
    struct err why = {0};
    if (runner->audit == NULL ||
        audit_verify_more(audit_path(runner->audit), &runner->walked, &why))
        return true;
    err_set(err, "the audit trail is not whole: %.300s; see `nocdesk audit verify`", why.text);
    pthread_mutex_lock(&runner->lock);
    runner->distrusts = true;
    runner->distrust = *err;
    pthread_mutex_unlock(&runner->lock);
    return false;
}

void runner_tend(struct runner *runner)
{
    if (runner->audit == NULL || runner->config->read_only)
        return;
    for (size_t i = 0; i < fleet_host_count(runner->fleet); i++)
        if (!fleet_host(runner->fleet, i)->read_only && fleet_host(runner->fleet, i)->enabled)
            run_expire_later(runner, i, EXPIRE_FIRST_MS);
}

void runner_recall(struct runner *runner)
{
    runner_queue(runner, runner->worker_count - 1, runner_task(TASK_RECALL, NULL, NULL));
    runner_tend(runner);
}

static struct submission *take_asking(struct runner *runner, uint64_t id)
{
    pthread_mutex_lock(&runner->lock);
    struct submission **place = &runner->asking;
    while (*place != NULL && (*place)->id != id)
        place = &(*place)->next;
    struct submission *submission = *place;
    if (submission != NULL)
        *place = submission->next;
    pthread_mutex_unlock(&runner->lock);
    return submission;
}

static void decline(struct runner *runner, struct submission *submission, const char *why)
{
    for (size_t i = 0; i < submission->part_count; i++) {
        struct plan_host *out = submission->parts[i].out;
        for (size_t j = 0; j < out->target_count; j++) {
            if (out->targets[j].state != ACTION_PLANNED)
                continue;
            const char *found = out->targets[j].opinion.text;
            out->targets[j].state = ACTION_REFUSED;
            out->targets[j].error =
                plan_text(out, "%s%s%s", why, found[0] != '\0' ? ": " : "", found);
        }
    }
    runner_submission_done(runner, submission);
}

void runner_answer(struct runner *runner, uint64_t id, const char *text)
{
    struct submission *submission = take_asking(runner, id);
    if (submission == NULL)
        return;
    const struct plan *plan = submission->plan;
    bool typed =
        plan->question != PLAN_TYPES || (text != NULL && strcmp(text, plan->type_this) == 0);
    if (fleet_is_played(runner->fleet)) {
        decline(runner, submission, _("this is a replay; nothing is run"));
    } else if (text == NULL) {
        decline(runner, submission, _("not confirmed"));
    } else if (!typed) {
        decline(runner, submission, _("what was typed is not the target"));
    } else {
        runner_queue_parts(runner, submission, TASK_EXECUTE);
    }
}

int runner_wake_fd(const struct runner *runner)
{
    return runner->wake_fd;
}

static bool take_report_locked(struct runner *runner, struct run_report *out)
{
    if (runner->report_first == runner->report_count) {
        runner->report_first = runner->report_count = 0;
        wake_drain(runner->wake_fd);
        return false;
    }
    *out = runner->reports[runner->report_first++];
    return true;
}

bool runner_next(struct runner *runner, struct run_report *out)
{
    pthread_mutex_lock(&runner->lock);
    bool taken = take_report_locked(runner, out);
    pthread_mutex_unlock(&runner->lock);
    return taken;
}

bool runner_wait(struct runner *runner, int64_t deadline_ms, struct run_report *out)
{
    pthread_mutex_lock(&runner->lock);
    bool taken = take_report_locked(runner, out);
    while (!taken && thread_cond_wait_until(&runner->reported, &runner->lock, deadline_ms))
        taken = take_report_locked(runner, out);
    pthread_mutex_unlock(&runner->lock);
    return taken;
}

size_t runner_pending(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    size_t submissions = runner->submissions;
    pthread_mutex_unlock(&runner->lock);
    return submissions;
}

bool runner_stop(struct runner *runner, int64_t within_ms)
{
    int64_t deadline_ms = clock_mono_ms() + within_ms;
    pthread_mutex_lock(&runner->lock);
    atomic_store(&runner->stop, true);
    for (size_t i = 0; i < runner->worker_count; i++)
        pthread_cond_broadcast(&runner->workers[i].work);
    pthread_mutex_unlock(&runner->lock);
    bool all = true;
    for (size_t i = 0; i < runner->worker_count; i++) {
        struct worker *worker = &runner->workers[i];
        if (worker->started && thread_join_until(worker->thread, deadline_ms))
            worker->started = false;
        all = all && !worker->started;
    }
    return all;
}

// Jobs that never ended hang on the tasks that were not carried out, on the list of those that ask,
// or on nothing but their parts: each is freed once.
static void free_tasks(struct runner *runner)
{
    struct submission *submissions = runner->asking;
    for (size_t i = 0; i < runner->worker_count; i++) {
        for (struct task *task = runner->workers[i].first, *next; task != NULL; task = next) {
            next = task->next;
            bool listed = task->submission == NULL;
            for (const struct submission *submission = submissions; submission != NULL && !listed;
                 submission = submission->next)
                listed = submission == task->submission;
            if (!listed) {
                task->submission->next = submissions;
                submissions = task->submission;
            }
            free(task);
        }
    }
    for (struct submission *submission = submissions, *next; submission != NULL;
         submission = next) {
        next = submission->next;
        submission_free(submission);
    }
}

void runner_free(struct runner *runner)
{
    free_tasks(runner);
    for (size_t i = runner->report_first; i < runner->report_count; i++)
        if (runner->reports[i].word == RUN_DONE)
            plan_free(runner->reports[i].plan);
    free(runner->reports);
    for (size_t i = 0; i < runner->worker_count; i++) {
        pthread_cond_destroy(&runner->workers[i].work);
        facts_cache_dispose(&runner->workers[i].cache);
    }
    free(runner->workers);
    pthread_cond_destroy(&runner->reported);
    pthread_mutex_destroy(&runner->lock);
    close(runner->wake_fd);
    free(runner->operator_name);
    free(runner->login);
    free(runner);
}
