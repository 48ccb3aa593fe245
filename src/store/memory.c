// SPDX-License-Identifier: MIT

// The thread that keeps the memory.
#include "store/memory.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"
#include "store/store_private.h"

#define RETRY_MS 3000
#define IDLE_MS  60000

enum job_kind { JOB_RECORD, JOB_SAMPLES, JOB_PRUNE };

struct job {
    struct job *next;
    enum job_kind kind;
    enum record_kind record_kind;
    void *record;           // of that kind, owned
    struct sample *samples; // owned with their texts
    size_t sample_count;
    struct keep_for keep;
};

struct question {
    struct question *next;
    int token;
    struct run_question run;
    char *list, *key; // what run points to
};

struct answer {
    struct answer *next;
    struct memory_answer told;
};

struct memory {
    char *path;
    pthread_t thread;
    int work_fd, told_fd;
    atomic_bool stop;

    pthread_mutex_t lock; // of all below
    struct job *jobs, **last_job;
    struct question *questions, **last_question;
    struct answer *answers, **last_answer;
    size_t waiting, figures_waiting, lost;
    struct err err, loss;

    struct store *store;   // the thread's; NULL: not open
    struct run_record run; // the thread's: the newest that was put; key NULL: none
    bool stalled;          // the thread's: the last attempt to write failed
};

// What is wrong now; empty: nothing.
static void set_err(struct memory *memory, const struct err *err)
{
    pthread_mutex_lock(&memory->lock);
    bool changed = strcmp(memory->err.text, err->text) != 0;
    memory->err = *err;
    pthread_mutex_unlock(&memory->lock);
    if (changed)
        wake_signal(memory->told_fd);
}

static void add_loss(struct memory *memory, const struct err *err)
{
    pthread_mutex_lock(&memory->lock);
    memory->loss = *err;
    memory->lost++;
    pthread_mutex_unlock(&memory->lock);
    wake_signal(memory->told_fd);
}

static bool open_store(struct memory *memory, struct err *err)
{
    if (memory->store != NULL && !store_has_moved(memory->store))
        return true;
    store_close(memory->store);
    memory->store = store_open(memory->path, STORE_WRITE, NULL, err);
    return memory->store != NULL;
}

static struct job *first_job(struct memory *memory)
{
    pthread_mutex_lock(&memory->lock);
    struct job *job = memory->jobs;
    pthread_mutex_unlock(&memory->lock);
    return job;
}

static void free_job(struct job *job)
{
    if (job->kind == JOB_RECORD)
        record_dispose(job->record_kind, job->record);
    for (size_t i = 0; i < job->sample_count; i++) {
        free(job->samples[i].host);
        free(job->samples[i].metric);
    }
    free(job->samples);
    free(job->record);
    free(job);
}

// The caller holds the lock.
static size_t *waiting_of(struct memory *memory, const struct job *job)
{
    return job->kind == JOB_RECORD ? &memory->waiting : &memory->figures_waiting;
}

static void drop_first_job(struct memory *memory)
{
    pthread_mutex_lock(&memory->lock);
    struct job *job = memory->jobs;
    memory->jobs = job->next;
    if (memory->jobs == NULL)
        memory->last_job = &memory->jobs;
    --*waiting_of(memory, job);
    pthread_mutex_unlock(&memory->lock);
    free_job(job);
}

static void remember_run(struct memory *memory, const struct run_record *run)
{
    run_record_dispose(&memory->run);
    run_record_copy(&memory->run, run);
}

// A file that took the place of one that was moved away does not have the run.
static bool put_record(struct memory *memory, const struct job *job, struct err *err)
{
    if (store_put(memory->store, job->record_kind, job->record, err)) {
        if (job->record_kind == RECORD_RUN)
            remember_run(memory, job->record);
        return true;
    }
    if (!store_refused(memory->store) || job->record_kind == RECORD_RUN || memory->run.key == NULL)
        return false;
    struct err again = {0};
    bool kept = store_put_run(memory->store, &memory->run, &again) &&
                store_put(memory->store, job->record_kind, job->record, &again);
    *err = again;
    return kept;
}

static bool apply(struct memory *memory, const struct job *job, struct err *err)
{
    struct store *store = memory->store;
    switch (job->kind) {
    case JOB_RECORD:
        return put_record(memory, job, err);
    case JOB_SAMPLES:
        return store_put_samples(store, job->samples, job->sample_count, err);
    case JOB_PRUNE:
        return store_prune(store, &job->keep, clock_wall_ms(), err);
    }
    return true;
}

// False: it cannot be written now.
static bool write_job(struct memory *memory, const struct job *job, struct err *err)
{
    if (!open_store(memory, err))
        return false;
    if (apply(memory, job, err))
        return true;
    if (store_refused(memory->store)) {
        add_loss(memory, err);
        *err = (struct err){0};
        return true;
    }
    store_close(memory->store); // what a failed connection believes of the file may be wrong
    memory->store = NULL;
    return false;
}

// Until nothing waits, or something cannot be written now.
static void write_jobs(struct memory *memory)
{
    struct err err = {0};
    memory->stalled = memory->store == NULL && !open_store(memory, &err);
    struct job *job;
    while (!memory->stalled && (job = first_job(memory)) != NULL) {
        memory->stalled = !write_job(memory, job, &err);
        if (!memory->stalled)
            drop_first_job(memory);
    }
    set_err(memory, &err);
}

static struct question *take_question(struct memory *memory)
{
    pthread_mutex_lock(&memory->lock);
    struct question *question = memory->questions;
    if (question != NULL) {
        memory->questions = question->next;
        if (memory->questions == NULL)
            memory->last_question = &memory->questions;
    }
    pthread_mutex_unlock(&memory->lock);
    return question;
}

static void free_question(struct question *question)
{
    free(question->list);
    free(question->key);
    free(question);
}

// A disk that is full can still be read.
static void answer_question(struct memory *memory, const struct question *question)
{
    struct answer *answer = mem_alloc(sizeof *answer);
    answer->told.token = question->token;
    struct store *store = memory->store;
    if (store == NULL)
        store = store_open(memory->path, STORE_READ, NULL, &answer->told.err);
    if (store != NULL)
        store_story(store, &question->run, &answer->told.story, &answer->told.err);
    if (store != memory->store)
        store_close(store);
    pthread_mutex_lock(&memory->lock);
    *memory->last_answer = answer;
    memory->last_answer = &answer->next;
    pthread_mutex_unlock(&memory->lock);
    wake_signal(memory->told_fd);
}

static void answer_questions(struct memory *memory)
{
    struct question *question;
    while ((question = take_question(memory)) != NULL) {
        if (!memory->stalled) // what was put before it may have come since the last look
            write_jobs(memory);
        answer_question(memory, question);
        free_question(question);
    }
}

static void *keep(void *argument)
{
    struct memory *memory = argument;
    struct pollfd work = {.fd = memory->work_fd, .events = POLLIN};
    bool stop;
    do {
        stop = atomic_load(&memory->stop); // before the last look, so that nothing is left behind
        wake_drain(memory->work_fd);
        write_jobs(memory);
        answer_questions(memory);
        if (!stop)
            poll(&work, 1, memory->stalled ? RETRY_MS : IDLE_MS);
    } while (!stop);
    store_close(memory->store);
    memory->store = NULL;
    return NULL;
}

struct memory *memory_new(const char *path)
{
    struct memory *memory = mem_alloc(sizeof *memory);
    memory->path = mem_strdup(path);
    memory->last_job = &memory->jobs;
    memory->last_question = &memory->questions;
    memory->last_answer = &memory->answers;
    memory->work_fd = wake_new();
    memory->told_fd = wake_new();
    pthread_mutex_init(&memory->lock, NULL);
    atomic_init(&memory->stop, false);
    if (memory->work_fd >= 0 && memory->told_fd >= 0 &&
        thread_start(&memory->thread, "memory", keep, memory))
        return memory;
    memory_free(memory);
    return NULL;
}

// Takes the job over. False: there is no room, and it is gone.
static bool add_job(struct memory *memory, struct job *job, size_t most)
{
    pthread_mutex_lock(&memory->lock);
    size_t *waiting = waiting_of(memory, job);
    bool room = *waiting < most;
    if (room) {
        *memory->last_job = job;
        memory->last_job = &job->next;
        ++*waiting;
    }
    pthread_mutex_unlock(&memory->lock);
    if (!room)
        free_job(job);
    wake_signal(memory->work_fd);
    return room;
}

static void put(struct memory *memory, enum record_kind kind, const void *record)
{
    struct memory_state state;
    struct job *job = mem_alloc(sizeof *job);
    job->kind = JOB_RECORD;
    job->record_kind = kind;
    job->record = mem_alloc(record_fields[kind].size);
    record_copy(kind, job->record, record);
    memory_look(memory, &state);
    if (!add_job(memory, job, MEMORY_WAITING_MAX))
        add_loss(memory, &state.err);
}

void memory_put_samples(struct memory *memory, const struct sample *samples, size_t count)
{
    struct job *job = mem_alloc(sizeof *job);
    job->kind = JOB_SAMPLES;
    job->samples = mem_array(count + 1, sizeof *job->samples);
    job->sample_count = count;
    for (size_t i = 0; i < count; i++) {
        job->samples[i] = samples[i];
        job->samples[i].host = mem_strdup(samples[i].host);
        job->samples[i].metric = mem_strdup(samples[i].metric);
    }
    add_job(memory, job, MEMORY_FIGURES_MAX);
}

void memory_prune(struct memory *memory, const struct keep_for *keep)
{
    struct job *job = mem_alloc(sizeof *job);
    job->kind = JOB_PRUNE;
    job->keep = *keep;
    add_job(memory, job, MEMORY_FIGURES_MAX);
}

void memory_put_run(struct memory *memory, const struct run_record *record)
{
    put(memory, RECORD_RUN, record);
}

void memory_put_step(struct memory *memory, const struct step_record *record)
{
    put(memory, RECORD_STEP, record);
}

void memory_put_note(struct memory *memory, const struct note_record *record)
{
    put(memory, RECORD_NOTE, record);
}

void memory_put_action(struct memory *memory, const struct action_record *record)
{
    put(memory, RECORD_ACTION, record);
}

static char *copy_text(const char *text)
{
    return text != NULL ? mem_strdup(text) : NULL;
}

void memory_ask(struct memory *memory, int token, const struct run_question *asked)
{
    struct question *question = mem_alloc(sizeof *question);
    question->token = token;
    question->run = *asked;
    question->run.list = question->list = copy_text(asked->list);
    question->run.key = question->key = copy_text(asked->key);
    pthread_mutex_lock(&memory->lock);
    *memory->last_question = question;
    memory->last_question = &question->next;
    pthread_mutex_unlock(&memory->lock);
    wake_signal(memory->work_fd);
}

bool memory_take(struct memory *memory, struct memory_answer *out)
{
    wake_drain(memory->told_fd);
    pthread_mutex_lock(&memory->lock);
    struct answer *answer = memory->answers;
    if (answer != NULL) {
        memory->answers = answer->next;
        if (memory->answers == NULL)
            memory->last_answer = &memory->answers;
    }
    pthread_mutex_unlock(&memory->lock);
    if (answer == NULL)
        return false;
    *out = answer->told;
    free(answer);
    return true;
}

int memory_wake_fd(const struct memory *memory)
{
    return memory->told_fd;
}

void memory_look(struct memory *memory, struct memory_state *out)
{
    pthread_mutex_lock(&memory->lock);
    *out = (struct memory_state){memory->waiting, memory->lost, memory->err, memory->loss};
    pthread_mutex_unlock(&memory->lock);
}

bool memory_stop(struct memory *memory, int64_t within_ms)
{
    if (memory == NULL)
        return true;
    atomic_store(&memory->stop, true);
    wake_signal(memory->work_fd);
    return thread_join_until(memory->thread, clock_mono_ms() + within_ms);
}

void memory_free(struct memory *memory)
{
    if (memory == NULL)
        return;
    while (memory->jobs != NULL)
        drop_first_job(memory);
    struct question *question;
    while ((question = take_question(memory)) != NULL)
        free_question(question);
    struct memory_answer answer;
    while (memory_take(memory, &answer))
        run_story_free(answer.story);
    if (memory->work_fd >= 0)
        close(memory->work_fd);
    if (memory->told_fd >= 0)
        close(memory->told_fd);
    pthread_mutex_destroy(&memory->lock);
    run_record_dispose(&memory->run);
    free(memory->path);
    free(memory);
}
