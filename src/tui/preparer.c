// SPDX-License-Identifier: MIT

// One thread and its queue.
#include "tui/preparer.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

#define END_MS 1000

struct preparer {
    pthread_t thread;
    pthread_mutex_t lock; // of all below, never held while anything is worked out
    pthread_cond_t come;
    struct preparation *first, **last;
    bool ending;
    int wake_fd;
};

static void preparation_free(struct preparation *preparation)
{
    view_free(preparation->view);
    table_changes_dispose(&preparation->changes);
    free(preparation);
}

static void append(struct preparer *preparer, struct preparation *preparation)
{
    preparation->next = NULL;
    *preparer->last = preparation;
    preparer->last = &preparation->next;
    pthread_cond_signal(&preparer->come);
}

// The next of the queue; NULL: there will be none. The lock is held.
static struct preparation *take(struct preparer *preparer)
{
    while (preparer->first == NULL && !preparer->ending)
        pthread_cond_wait(&preparer->come, &preparer->lock);
    struct preparation *preparation = preparer->first;
    if (preparation == NULL)
        return NULL;
    preparer->first = preparation->next;
    if (preparer->first == NULL)
        preparer->last = &preparer->first;
    return preparation;
}

static void *work(void *arg)
{
    struct preparer *preparer = arg;
    struct preparation *preparation;
    pthread_mutex_lock(&preparer->lock);
    while ((preparation = take(preparer)) != NULL) {
        if (!preparation->discarded) {
            pthread_mutex_unlock(&preparer->lock);
            view_prepare(preparation->view);
            table_changes_prepare(&preparation->changes);
            pthread_mutex_lock(&preparer->lock);
            preparation->done = true;
            wake_signal(preparer->wake_fd);
        }
        if (preparation->discarded) {
            pthread_mutex_unlock(&preparer->lock);
            preparation_free(preparation);
            pthread_mutex_lock(&preparer->lock);
        }
    }
    pthread_mutex_unlock(&preparer->lock);
    return NULL;
}

struct preparer *preparer_new(void)
{
    struct preparer *preparer = mem_alloc(sizeof *preparer);
    preparer->last = &preparer->first;
    pthread_mutex_init(&preparer->lock, NULL);
    pthread_cond_init(&preparer->come, NULL);
    preparer->wake_fd = wake_new();
    if (preparer->wake_fd >= 0 && thread_start(&preparer->thread, "preparer", work, preparer))
        return preparer;
    if (preparer->wake_fd >= 0)
        close(preparer->wake_fd);
    free(preparer);
    return NULL;
}

void preparer_free(struct preparer *preparer)
{
    if (preparer == NULL)
        return;
    pthread_mutex_lock(&preparer->lock);
    preparer->ending = true;
    pthread_cond_signal(&preparer->come);
    pthread_mutex_unlock(&preparer->lock);
    if (!thread_join_until(preparer->thread, clock_mono_ms() + END_MS))
        return; // it still uses what would be freed here
    close(preparer->wake_fd);
    pthread_cond_destroy(&preparer->come);
    pthread_mutex_destroy(&preparer->lock);
    free(preparer);
}

int preparer_wake_fd(const struct preparer *preparer)
{
    return preparer != NULL ? preparer->wake_fd : -1;
}

void preparer_drain(struct preparer *preparer)
{
    wake_drain(preparer->wake_fd);
}

void preparer_order(struct preparer *preparer, struct preparation *preparation)
{
    pthread_mutex_lock(&preparer->lock);
    append(preparer, preparation);
    pthread_mutex_unlock(&preparer->lock);
}

bool preparer_is_done(struct preparer *preparer, const struct preparation *preparation)
{
    pthread_mutex_lock(&preparer->lock);
    bool done = preparation->done;
    pthread_mutex_unlock(&preparer->lock);
    return done;
}

void preparer_discard(struct preparer *preparer, struct preparation *preparation)
{
    pthread_mutex_lock(&preparer->lock);
    preparation->discarded = true;
    if (preparation->done)
        append(preparer, preparation);
    pthread_mutex_unlock(&preparer->lock);
}
