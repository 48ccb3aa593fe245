// SPDX-License-Identifier: MIT

// Calls that cannot be interrupted (name lookup, Match exec) run on a thread that may be left
// behind.
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "link/session.h"

struct helper {
    pthread_mutex_t mutex;
    bool finished, abandoned;
    int ready; // an eventfd, signalled at the end
    void (*fn)(void *arg);
    void (*dispose)(void *arg);
    void *arg;
};

static void helper_free(struct helper *helper)
{
    close(helper->ready);
    pthread_mutex_destroy(&helper->mutex);
    free(helper);
}

static void *helper_main(void *arg)
{
    struct helper *helper = arg;
    helper->fn(helper->arg);
    pthread_mutex_lock(&helper->mutex);
    helper->finished = true;
    bool abandoned = helper->abandoned;
    wake_signal(helper->ready);
    pthread_mutex_unlock(&helper->mutex);
    if (abandoned) {
        helper->dispose(helper->arg);
        helper_free(helper);
    }
    return NULL;
}

bool helper_run(struct link *link, void (*fn)(void *arg), void *arg, void (*dispose)(void *arg),
                int64_t deadline_ms, const char *what, struct err *err)
{
    struct helper *helper = mem_alloc(sizeof *helper);
    *helper = (struct helper){.ready = wake_new(), .fn = fn, .dispose = dispose, .arg = arg};
    pthread_mutex_init(&helper->mutex, NULL);
    pthread_t thread;
    if (helper->ready < 0 || !thread_start(&thread, "helper", helper_main, helper)) {
        if (helper->ready >= 0)
            close(helper->ready);
        pthread_mutex_destroy(&helper->mutex);
        free(helper);
        dispose(arg);
        return err_set(err,
                       "%s: this machine has no thread or file left for it; raise ulimit -u and -n",
                       link->name);
    }
    bool back = link_wait(link, helper->ready, POLLIN, deadline_ms, what, err);
    pthread_mutex_lock(&helper->mutex);
    bool finished = helper->finished;
    helper->abandoned = !finished;
    pthread_mutex_unlock(&helper->mutex);
    if (!finished) {
        pthread_detach(thread);
        return false;
    }
    pthread_join(thread, NULL);
    helper_free(helper);
    if (!back)
        dispose(arg); // it came back too late: stopped meanwhile
    return back;
}
