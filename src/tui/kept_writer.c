// SPDX-License-Identifier: MIT

// One thread and the newest thing to do.
#include "tui/kept_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/thread.h"
#include "base/xdg.h"

struct kept_writer {
    pthread_t thread;
    char *path;
    pthread_mutex_t lock; // of all below, never held while the disk is waited for
    pthread_cond_t changed;
    char *waiting; // to be written; NULL: nothing
    bool removing; // the file, before anything is written
    bool busy, ending;
    struct err fault; // of the last of them; empty: none, or told
};

static void write_file(const char *path, const char *text, struct err *err)
{
    char *folder = mem_strndup(path, (size_t)(strrchr(path, '/') - path));
    struct err why = {0};
    if (!xdg_make_private_dir(folder, &why) || !file_replace(path, text, &why))
        err_set(err, "%s: what was arranged in the console is not kept: %s", path, why.text);
    free(folder);
}

bool kept_file_remove(const char *path, bool *was_there, struct err *err)
{
    bool removed = unlink(path) == 0;
    bool ok = removed || errno == ENOENT;
    if (!ok)
        err_set(err, "%s cannot be removed: %s", path, strerror(errno));
    if (was_there != NULL)
        *was_there = removed;
    return ok;
}

static bool is_idle(const struct kept_writer *writer)
{
    return writer->waiting == NULL && !writer->removing;
}

static void *work(void *arg)
{
    struct kept_writer *writer = arg;
    pthread_mutex_lock(&writer->lock);
    for (;;) {
        while (is_idle(writer) && !writer->ending)
            pthread_cond_wait(&writer->changed, &writer->lock);
        if (is_idle(writer))
            break;
        char *text = writer->waiting;
        bool remove = writer->removing;
        writer->waiting = NULL;
        writer->removing = false;
        writer->busy = true;
        pthread_mutex_unlock(&writer->lock);
        struct err err = {0};
        if (remove)
            kept_file_remove(writer->path, NULL, &err);
        if (text != NULL)
            write_file(writer->path, text, &err);
        free(text);
        pthread_mutex_lock(&writer->lock);
        writer->fault = err;
        writer->busy = false;
        pthread_cond_broadcast(&writer->changed);
    }
    pthread_mutex_unlock(&writer->lock);
    return NULL;
}

struct kept_writer *kept_writer_new(const char *path)
{
    struct kept_writer *writer = mem_alloc(sizeof *writer);
    writer->path = mem_strdup(path);
    pthread_mutex_init(&writer->lock, NULL);
    thread_cond_init(&writer->changed);
    if (thread_start(&writer->thread, "kept", work, writer))
        return writer;
    free(writer->path);
    free(writer);
    return NULL;
}

void kept_writer_put(struct kept_writer *writer, const char *text)
{
    char *copy = mem_strdup(text);
    pthread_mutex_lock(&writer->lock);
    char *old = writer->waiting;
    writer->waiting = copy;
    pthread_cond_broadcast(&writer->changed);
    pthread_mutex_unlock(&writer->lock);
    free(old);
}

void kept_writer_remove(struct kept_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    char *old = writer->waiting;
    writer->waiting = NULL;
    writer->removing = true;
    pthread_cond_broadcast(&writer->changed);
    pthread_mutex_unlock(&writer->lock);
    free(old);
}

bool kept_writer_wait(struct kept_writer *writer, int64_t deadline_ms)
{
    pthread_mutex_lock(&writer->lock);
    bool in_time = true;
    while (in_time && (!is_idle(writer) || writer->busy))
        in_time = thread_cond_wait_until(&writer->changed, &writer->lock, deadline_ms);
    bool done = is_idle(writer) && !writer->busy;
    pthread_mutex_unlock(&writer->lock);
    return done;
}

bool kept_writer_take_fault(struct kept_writer *writer, struct err *err)
{
    pthread_mutex_lock(&writer->lock);
    bool failed = writer->fault.text[0] != '\0';
    if (failed)
        *err = writer->fault;
    writer->fault = (struct err){0};
    pthread_mutex_unlock(&writer->lock);
    return failed;
}

void kept_writer_free(struct kept_writer *writer, int64_t deadline_ms)
{
    if (writer == NULL)
        return;
    pthread_mutex_lock(&writer->lock);
    writer->ending = true;
    pthread_cond_broadcast(&writer->changed);
    pthread_mutex_unlock(&writer->lock);
    if (!thread_join_until(writer->thread, deadline_ms))
        return; // it still uses what would be freed here
    pthread_cond_destroy(&writer->changed);
    pthread_mutex_destroy(&writer->lock);
    free(writer->path);
    free(writer);
}
