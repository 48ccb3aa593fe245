// SPDX-License-Identifier: MIT

// The hooks' thread: sheets come in, commands run at most AT_ONCE at a time, reports go out.
#include "notice/hooks.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "notice/hook_run.h"

#define AT_ONCE      4
#define LOCK_WAIT_MS 2000
#define REPORTS_MAX  100
#define LOOK_MOST_MS 60000

struct running {
    bool used;
    struct hook_task task; // owns its notice
    struct hook_run run;
};

struct hooks {
    const struct config *config;
    pthread_t thread;
    bool started;
    int work_fd, report_fd;

    pthread_mutex_t lock; // of what follows
    pthread_cond_t settled;
    struct notice_sheet *sheet; // a newer one, or NULL
    bool busy;                  // a sheet waits, something is due or runs
    bool stop;
    int64_t stop_ms; // monotonic: when what runs is killed
    struct hook_report *reports;
    size_t report_count, report_cap;

    // The thread's own.
    struct hook_book book;
    struct notice_sheet current;
    struct hook_tasks tasks; // claimed, not begun from `next` on
    size_t next;
    int64_t look_ms; // monotonic: when to decide again
    struct running running[AT_ONCE];
    bool said; // that the book is out of order
};

struct hooks *hooks_new(const struct config *config)
{
    if (config->hook_count == 0)
        return NULL;
    struct hooks *hooks = mem_alloc(sizeof *hooks);
    hooks->config = config;
    hooks->work_fd = wake_new();
    hooks->report_fd = wake_new();
    pthread_mutex_init(&hooks->lock, NULL);
    thread_cond_init(&hooks->settled);
    hook_book_init(&hooks->book, config->state_dir);
    return hooks;
}

static void report(struct hooks *hooks, enum level level, char *text)
{
    log_line(level >= LEVEL_WARN ? LOG_WARN : LOG_INFO, "%s", text);
    pthread_mutex_lock(&hooks->lock);
    if (hooks->report_count < REPORTS_MAX) {
        struct hook_report *slot =
            mem_push(&hooks->reports, &hooks->report_count, &hooks->report_cap, sizeof *slot);
        *slot = (struct hook_report){level, text};
        text = NULL;
    }
    pthread_mutex_unlock(&hooks->lock);
    free(text);
    wake_signal(hooks->report_fd);
}

// Each state of the book is said once.
static void report_book(struct hooks *hooks, const struct err *err)
{
    if (err_is_set(err) && !hooks->said)
        report(hooks, LEVEL_WARN, mem_printf(_("hooks: %s"), err->text));
    hooks->said = err_is_set(err);
}

static void decide(struct hooks *hooks)
{
    struct err err = {0}, close_err = {0};
    hook_tasks_dispose(&hooks->tasks);
    hooks->next = 0;
    hook_book_open(&hooks->book, LOCK_WAIT_MS, &err);
    int64_t now_ms = clock_wall_ms();
    hook_due(&hooks->tasks, &hooks->book, hooks->config, &hooks->current, now_ms);
    hook_book_close(&hooks->book, &close_err);
    report_book(hooks, err_is_set(&err) ? &err : &close_err);
    int64_t wait_ms =
        hooks->tasks.next_ms == INT64_MAX ? LOOK_MOST_MS : hooks->tasks.next_ms - now_ms;
    hooks->look_ms = clock_mono_ms() + (wait_ms < LOOK_MOST_MS ? wait_ms : LOOK_MOST_MS);
}

static void write_down(struct hooks *hooks, const struct hook_task *task, const struct err *failure)
{
    struct err err = {0};
    const char *name = task->hook->name;
    bool failed = err_is_set(failure);
    hook_book_open(&hooks->book, LOCK_WAIT_MS, &err);
    hook_done(&hooks->book, task, !failed, clock_wall_ms());
    bool failing = hook_book_set_failing(&hooks->book, name, failed);
    hook_book_close(&hooks->book, &err);
    report_book(hooks, &err);
    hooks->look_ms = 0; // what comes next is reckoned from the book
    const char *what = task->notice.sentence;
    if (failed && !failing)
        report(hooks, LEVEL_WARN,
               mem_printf(_("hook %s: %s; not told: %s; tried again each minute"), name,
                          failure->text, what));
    else if (!failed && failing)
        report(hooks, LEVEL_OK, mem_printf(_("hook %s works again; told: %s"), name, what));
    else if (!failed)
        report(hooks, LEVEL_NONE, mem_printf(_("hook %s was told: %s"), name, what));
}

static void begin_run(struct hooks *hooks, struct running *slot, struct hook_task *task)
{
    struct err err = {0};
    *slot = (struct running){.used = true, .task = *task};
    task->notice = (struct notice){0}; // the slot's now
    char *document = hook_document(&slot->task, hooks->config, clock_wall_ms());
    if (hook_run_start(&slot->run, slot->task.hook, document, &err))
        return;
    write_down(hooks, &slot->task, &err);
    notice_dispose(&slot->task.notice);
    slot->used = false;
}

static void begin_runs(struct hooks *hooks)
{
    for (size_t i = 0; i < AT_ONCE; i++) {
        struct running *slot = &hooks->running[i];
        while (!slot->used && hooks->next < hooks->tasks.count)
            begin_run(hooks, slot, &hooks->tasks.items[hooks->next++]);
    }
}

static size_t count_running(const struct hooks *hooks)
{
    size_t running = 0;
    for (size_t i = 0; i < AT_ONCE; i++)
        running += hooks->running[i].used;
    return running;
}

static void step_runs(struct hooks *hooks, size_t running)
{
    for (size_t i = 0; i < AT_ONCE; i++) {
        struct running *slot = &hooks->running[i];
        struct err err = {0};
        if (!slot->used || !hook_run_step(&slot->run, 20 / (int)running, &err))
            continue;
        write_down(hooks, &slot->task, &err);
        notice_dispose(&slot->task.notice);
        slot->used = false;
    }
}

// Takes a newer sheet, unless there is something to do yet. False: the thread is to end.
static bool take_orders(struct hooks *hooks, size_t running)
{
    bool idle = running == 0 && hooks->next >= hooks->tasks.count;
    pthread_mutex_lock(&hooks->lock);
    if (hooks->sheet != NULL && idle) {
        notice_sheet_dispose(&hooks->current);
        hooks->current = *hooks->sheet;
        free(hooks->sheet);
        hooks->sheet = NULL;
        hooks->look_ms = 0;
    }
    bool goes_on = !hooks->stop || (running > 0 && clock_left_ms(hooks->stop_ms) > 0);
    bool begins = idle && !hooks->stop && clock_left_ms(hooks->look_ms) == 0;
    bool stops = hooks->stop;
    pthread_mutex_unlock(&hooks->lock);
    if (begins)
        decide(hooks);
    if (!stops)
        begin_runs(hooks);
    return goes_on;
}

static void give_back(struct hooks *hooks)
{
    struct err err = {0};
    if (hooks->next >= hooks->tasks.count && count_running(hooks) == 0)
        return;
    hook_book_open(&hooks->book, LOCK_WAIT_MS, &err);
    for (size_t i = hooks->next; i < hooks->tasks.count; i++)
        hook_undone(&hooks->book, &hooks->tasks.items[i]);
    for (size_t i = 0; i < AT_ONCE; i++) {
        struct running *slot = &hooks->running[i];
        if (!slot->used)
            continue;
        hook_run_kill(&slot->run);
        hook_undone(&hooks->book, &slot->task);
        notice_dispose(&slot->task.notice);
        slot->used = false;
    }
    hook_book_close(&hooks->book, &err);
}

// Whether there is nothing to do for now.
static bool rests(struct hooks *hooks)
{
    pthread_mutex_lock(&hooks->lock);
    bool rest = hooks->sheet == NULL && clock_left_ms(hooks->look_ms) > 0;
    if (rest) {
        hooks->busy = false;
        pthread_cond_broadcast(&hooks->settled);
    }
    pthread_mutex_unlock(&hooks->lock);
    return rest;
}

static void *hooks_main(void *argument)
{
    struct hooks *hooks = argument;
    size_t running = 0;
    while (take_orders(hooks, running)) {
        running = count_running(hooks);
        if (running > 0) {
            step_runs(hooks, running);
            running = count_running(hooks);
        } else if (rests(hooks)) {
            struct pollfd wake = {.fd = hooks->work_fd, .events = POLLIN};
            poll(&wake, 1, clock_left_ms(hooks->look_ms));
            wake_drain(hooks->work_fd);
        }
    }
    give_back(hooks);
    return NULL;
}

void hooks_submit(struct hooks *hooks, struct notice_sheet *sheet)
{
    if (hooks == NULL) {
        notice_sheet_dispose(sheet);
        return;
    }
    struct notice_sheet *fresh = mem_alloc(sizeof *fresh);
    *fresh = *sheet;
    *sheet = (struct notice_sheet){0};
    pthread_mutex_lock(&hooks->lock);
    struct notice_sheet *old = hooks->sheet;
    hooks->sheet = fresh;
    hooks->busy = true;
    pthread_mutex_unlock(&hooks->lock);
    if (old != NULL)
        notice_sheet_dispose(old);
    free(old);
    if (!hooks->started)
        hooks->started = thread_start(&hooks->thread, "hooks", hooks_main, hooks);
    wake_signal(hooks->work_fd);
}

int hooks_wake_fd(const struct hooks *hooks)
{
    return hooks != NULL ? hooks->report_fd : -1;
}

bool hooks_take_report(struct hooks *hooks, struct hook_report *out)
{
    if (hooks == NULL)
        return false;
    pthread_mutex_lock(&hooks->lock);
    bool any = hooks->report_count > 0;
    if (any) {
        *out = hooks->reports[0];
        hooks->report_count--;
        memmove(hooks->reports, hooks->reports + 1, hooks->report_count * sizeof *hooks->reports);
    } else {
        wake_drain(hooks->report_fd);
    }
    pthread_mutex_unlock(&hooks->lock);
    return any;
}

bool hooks_finish(struct hooks *hooks, int64_t within_ms)
{
    if (hooks == NULL || !hooks->started)
        return true;
    int64_t deadline_ms = clock_mono_ms() + within_ms;
    pthread_mutex_lock(&hooks->lock);
    bool in_time = true;
    while (hooks->busy && in_time)
        in_time = thread_cond_wait_until(&hooks->settled, &hooks->lock, deadline_ms);
    bool done = !hooks->busy;
    pthread_mutex_unlock(&hooks->lock);
    return done;
}

bool hooks_stop(struct hooks *hooks, int64_t within_ms)
{
    if (hooks == NULL || !hooks->started)
        return true;
    int64_t deadline_ms = clock_mono_ms() + within_ms;
    pthread_mutex_lock(&hooks->lock);
    hooks->stop = true;
    hooks->stop_ms = deadline_ms - within_ms / 2;
    pthread_mutex_unlock(&hooks->lock);
    wake_signal(hooks->work_fd);
    hooks->started = !thread_join_until(hooks->thread, deadline_ms);
    return !hooks->started;
}

void hooks_free(struct hooks *hooks)
{
    if (hooks == NULL)
        return;
    hook_book_dispose(&hooks->book);
    hook_tasks_dispose(&hooks->tasks);
    notice_sheet_dispose(&hooks->current);
    if (hooks->sheet != NULL)
        notice_sheet_dispose(hooks->sheet);
    free(hooks->sheet);
    for (size_t i = 0; i < hooks->report_count; i++)
        free(hooks->reports[i].text);
    free(hooks->reports);
    pthread_cond_destroy(&hooks->settled);
    pthread_mutex_destroy(&hooks->lock);
    close(hooks->work_fd);
    close(hooks->report_fd);
    free(hooks);
}
