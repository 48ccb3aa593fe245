// SPDX-License-Identifier: MIT

// The session thread's loop: takes queued commands, keeps their deadlines, answers their
// requesters, proves that the host lives.
#include "link/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"

#define SHELL_SIGNAL_BASE 128 // a shell's status for "ended by signal N" is this + N
#define SHELL_SIGNAL_LAST 31
#define EXITED_GRACE_MS   1000 // a daemon it started may hold its output open

struct job *job_new(const char *line)
{
    struct job *job = mem_alloc(sizeof *job);
    job->refs = 1;
    job->line = mem_strdup(line);
    return job;
}

void job_unref(struct link *link, struct job *job)
{
    pthread_mutex_lock(&link->mutex);
    bool last = --job->refs == 0;
    pthread_mutex_unlock(&link->mutex);
    if (!last)
        return;
    link_result_dispose(&job->result);
    free(job->line);
    if (job->input != NULL)
        explicit_bzero(job->input, job->input_len);
    free(job->input);
    free(job);
}

void job_fail(struct job *job, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(job->err.text, sizeof job->err.text, _(fmt), args);
    va_end(args);
    job->failed = true;
}

void job_data(struct job *job, bool is_errors, const void *bytes, size_t len)
{
    if (job->state != JOB_RUNNING || job->overflow)
        return;
    if (is_errors) {
        size_t room = LINK_ERRORS_MAX - job->result.err.len;
        str_append_bytes(&job->result.err, bytes, len < room ? len : room);
    } else if (job->stream || len <= job->output_max - job->result.out.len) {
        str_append_bytes(&job->result.out, bytes, len);
    } else {
        job->overflow = true;
    }
}

void job_exited(struct job *job, int exit_status, int signal)
{
    if (job->state != JOB_RUNNING)
        return; // answered: the result is the requester's
    if (signal == 0 && exit_status > SHELL_SIGNAL_BASE &&
        exit_status <= SHELL_SIGNAL_BASE + SHELL_SIGNAL_LAST) {
        signal = exit_status - SHELL_SIGNAL_BASE;
        exit_status = -1;
    }
    job->result.exit_status = exit_status;
    job->result.signal = signal;
    job->exited_ms = clock_mono_ms();
}

// Runs a stream's callback unless its owner has gone; nothing is held meanwhile.
static bool callback_begin(struct link *link, struct job *job)
{
    pthread_mutex_lock(&link->mutex);
    bool may = !job->muted;
    job->calling = may;
    pthread_mutex_unlock(&link->mutex);
    return may;
}

static void callback_end(struct link *link, struct job *job)
{
    pthread_mutex_lock(&link->mutex);
    job->calling = false;
    pthread_cond_broadcast(&link->done);
    pthread_mutex_unlock(&link->mutex);
}

static void stream_deliver(struct link *link, struct job *job)
{
    if (job->result.out.len == 0)
        return;
    if (job->handlers.data != NULL && callback_begin(link, job)) {
        job->handlers.data(job->handlers.user, job->result.out.text, job->result.out.len);
        callback_end(link, job);
    }
    str_clear(&job->result.out);
}

static void stream_tick(struct link *link, struct job *job, int64_t now_ms)
{
    if (job->handlers.tick == NULL || job->handlers.tick_ms <= 0 || now_ms < job->next_tick_ms)
        return;
    job->next_tick_ms = now_ms + job->handlers.tick_ms;
    if (callback_begin(link, job)) {
        job->handlers.tick(job->handlers.user);
        callback_end(link, job);
    }
}

// Answers the requester. why NULL: it ran to its end (or, for a stream, its owner closed it).
static void job_answer(struct link *link, struct job *job, const char *why)
{
    if (job->stream) {
        stream_deliver(link, job);
        if (job->handlers.end != NULL && callback_begin(link, job)) {
            job->handlers.end(job->handlers.user, job->result.exit_status,
                              str_text(&job->result.err), why);
            callback_end(link, job);
        }
    }
    pthread_mutex_lock(&link->mutex);
    job->ok = why == NULL;
    if (why != NULL && why != job->err.text)
        snprintf(job->err.text, sizeof job->err.text, "%s", why);
    job->done = true;
    pthread_cond_broadcast(&link->done);
    pthread_mutex_unlock(&link->mutex);
}

static void job_unlink(struct link *link, struct job *job)
{
    struct job **at = &link->jobs;
    while (*at != job)
        at = &(*at)->next;
    *at = job->next;
    if (link->keepalive == job)
        link->keepalive = NULL;
    if (job->run != NULL)
        link->transport->drop(link, job);
    job_unref(link, job);
}

static void jobs_append(struct link *link, struct job *job)
{
    struct job **at = &link->jobs;
    while (*at != NULL)
        at = &(*at)->next;
    job->next = NULL;
    *at = job;
}

static void jobs_take(struct link *link)
{
    pthread_mutex_lock(&link->mutex);
    struct job *newest = link->queue;
    link->queue = NULL;
    pthread_mutex_unlock(&link->mutex);
    struct job *oldest = NULL;
    while (newest != NULL) {
        struct job *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest != NULL) {
        struct job *next = oldest->next;
        jobs_append(link, oldest);
        oldest = next;
    }
}

// Whether any was started.
static bool jobs_start(struct link *link)
{
    size_t running = 0;
    bool any = false;
    for (struct job *job = link->jobs; job != NULL; job = job->next)
        running += job->state != JOB_WAITING && job != link->keepalive;
    for (struct job *job = link->jobs; job != NULL; job = job->next) {
        bool counts = job != link->keepalive;
        if (job->state != JOB_WAITING || (counts && running >= link->running_max))
            continue;
        running += counts;
        job->state = JOB_RUNNING;
        job->started_ms = clock_mono_ms();
        job->next_tick_ms = job->started_ms + job->handlers.tick_ms;
        link->transport->start(link, job);
        any = true;
    }
    return any;
}

// The process goes on for a moment after its requester was answered: it keeps its place among the
// running.
static void job_let_end(struct link *link, struct job *job, int64_t now_ms, int64_t *next_ms)
{
    if (job->state != JOB_RUNNING || job->run == NULL || job->closed) {
        job_unlink(link, job);
        return;
    }
    job->state = JOB_ENDING;
    job->ending_until_ms = now_ms + LINK_ENDING_MS;
    link->transport->end(link, job);
    if (job->ending_until_ms < *next_ms)
        *next_ms = job->ending_until_ms;
}

static bool is_close_wanted(struct link *link, struct job *job)
{
    pthread_mutex_lock(&link->mutex);
    bool wanted = job->close_wanted;
    pthread_mutex_unlock(&link->mutex);
    return wanted;
}

static void keepalive_done(struct link *link, const struct job *job)
{
    pthread_mutex_lock(&link->mutex);
    link->status.rtt_ms = job->exited_ms - job->started_ms;
    pthread_mutex_unlock(&link->mutex);
    link_changed(link);
}

static const char *deadline_words(struct link *link, struct job *job, char *out, size_t size)
{
    if (job->state == JOB_WAITING)
        snprintf(out, size, _("%s: %zu commands are running already; none ended in time"),
                 link->name, link->running_max);
    else
        snprintf(out, size, _("%s: the command took too long and was ended: %.120s"), link->name,
                 job->line);
    return out;
}

// Whether the job is answered now; *next_ms is when it must be looked at again.
static bool job_check(struct link *link, struct job *job, int64_t now_ms, int64_t *next_ms)
{
    char words[ERR_TEXT_MAX];
    if (job->stream && job->state == JOB_RUNNING) {
        stream_deliver(link, job);
        stream_tick(link, job, now_ms);
        if (job->handlers.tick_ms > 0 && job->next_tick_ms < *next_ms)
            *next_ms = job->next_tick_ms;
    }
    if (job->failed) {
        job_answer(link, job, job->err.text);
    } else if (job->overflow) {
        snprintf(words, sizeof words,
                 _("%s: the command printed more than %zu bytes and was ended: %.120s"), link->name,
                 job->output_max, job->line);
        job_answer(link, job, words);
    } else if (is_close_wanted(link, job)) {
        job_answer(link, job, NULL);
    } else if (job->closed || (job->exited_ms != 0 && now_ms >= job->exited_ms + EXITED_GRACE_MS)) {
        if (job == link->keepalive)
            keepalive_done(link, job);
        bool vanished = job->exited_ms == 0;
        snprintf(words, sizeof words, _("%s: the command ended without a status: %.120s"),
                 link->name, job->line);
        const char *ended = job->stream ? _("it ended by itself") : NULL;
        job_answer(link, job, vanished ? words : ended);
    } else if (job->deadline_ms != 0 && now_ms >= job->deadline_ms) {
        job_answer(link, job, deadline_words(link, job, words, sizeof words));
    } else {
        int64_t due_ms = job->exited_ms != 0 ? job->exited_ms + EXITED_GRACE_MS : job->deadline_ms;
        if (due_ms != 0 && due_ms < *next_ms)
            *next_ms = due_ms;
        return false;
    }
    return true;
}

// Returns when the next thing is due.
static int64_t jobs_check(struct link *link)
{
    int64_t now_ms = clock_mono_ms();
    int64_t next_ms = now_ms + LINK_SILENCE_MS;
    for (struct job *job = link->jobs, *next; job != NULL; job = next) {
        next = job->next;
        if (job->state == JOB_ENDING) {
            if (job->closed || now_ms >= job->ending_until_ms)
                job_unlink(link, job);
            else if (job->ending_until_ms < next_ms)
                next_ms = job->ending_until_ms;
        } else if (job != link->keepalive || job->closed || job->failed) {
            if (job_check(link, job, now_ms, &next_ms))
                job_let_end(link, job, now_ms, &next_ms);
        }
    }
    return next_ms;
}

// A host that has been silent is asked for a word, by a command, because that proves more than an
// open connection: a stopped sshd keeps its TCP alive. False: it did not answer.
static bool keepalive_check(struct link *link, int64_t *next_ms, struct err *err)
{
    int64_t now_ms = clock_mono_ms();
    if (!link->transport->keepalives)
        return true;
    if (link->keepalive == NULL) {
        int64_t due_ms = link->heard_ms + LINK_SILENCE_MS;
        if (now_ms >= due_ms) {
            link->keepalive = job_new("true");
            link->keepalive->plain = true;
            atomic_fetch_add(&link->load.commands, 1);
            jobs_append(link, link->keepalive);
            jobs_start(link);
            due_ms = now_ms + LINK_KEEPALIVE_MS;
        }
        *next_ms = due_ms < *next_ms ? due_ms : *next_ms;
        return true;
    }
    int64_t due_ms = link->keepalive->started_ms + LINK_KEEPALIVE_MS;
    if (link->heard_ms > link->keepalive->started_ms)
        due_ms = link->heard_ms + LINK_SILENCE_MS + LINK_KEEPALIVE_MS; // busy, but alive
    *next_ms = due_ms < *next_ms ? due_ms : *next_ms;
    if (now_ms < due_ms)
        return true;
    return err_set(err,
                   "%s: no answer for %lld s: the host or the way to it hangs; connecting anew",
                   link->name, (long long)(now_ms - link->heard_ms) / 1000);
}

void session_serve(struct link *link, struct err *err)
{
    link->heard_ms = clock_mono_ms();
    atomic_store(&link->renew, false); // this one is new
    while (!link_is_stopped(link, err)) {
        int64_t next_ms;
        if (atomic_load(&link->renew)) {
            err_set(err, "%s: connecting anew, as an action asks", link->name);
            return;
        }
        jobs_take(link);
        // A command that has ended makes room for one that waits, which may fail to start, and so
        // on.
        do
            next_ms = jobs_check(link);
        while (jobs_start(link));
        if (!keepalive_check(link, &next_ms, err) || !link->transport->turn(link, next_ms, err))
            return;
    }
}

void session_end(struct link *link, const struct err *why)
{
    // Not up first: whoever comes later is told so; whoever came before is in the queue.
    pthread_mutex_lock(&link->mutex);
    link->status.up = false;
    pthread_mutex_unlock(&link->mutex);
    jobs_take(link);
    const char *words = why->text;
    struct err stopped;
    if (atomic_load(&link->stop)) {
        err_set(&stopped, "%s: stopped", link->name);
        words = stopped.text;
    }
    for (struct job *job = link->jobs; job != NULL; job = job->next)
        if (job->state != JOB_ENDING)
            job_answer(link, job, is_close_wanted(link, job) ? NULL : words);
    while (link->jobs != NULL)
        job_unlink(link, link->jobs);
}
