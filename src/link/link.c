// SPDX-License-Identifier: MIT

// What every link offers to other threads: its status, its questions, its queue of commands and
// streams.
#include "link/link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/command.h"
#include "link/session.h"
#include "link/ssh.h"

struct link_stream {
    struct link *link;
    struct job *job;
};

struct link *link_new(const struct host_config *host)
{
    struct link *link = mem_alloc(sizeof *link);
    link->host = host;
    link->name = host->name;
    link->transport = host->link == LINK_LOCAL ? &transport_local : &transport_ssh;
    link->wake = wake_new();
    link->status.rtt_ms = -1;
    for (int i = 0; i < LINK_WATCHED_MAX; i++)
        link->watched[i] = -1;
    pthread_mutex_init(&link->mutex, NULL);
    thread_cond_init(&link->done);
    return link;
}

void link_free(struct link *link)
{
    if (link == NULL)
        return;
    tunnels_free(link);
    ssh_keys_free(link->keys);
    link_wipe(link->password);
    link_wipe(link->answer);
    str_dispose(&link->recorded);
    if (link->wake >= 0)
        close(link->wake);
    pthread_cond_destroy(&link->done);
    pthread_mutex_destroy(&link->mutex);
    free(link);
}

// Library calls that wait for the host or the agent return at once.
static void cut_watched(struct link *link)
{
    pthread_mutex_lock(&link->mutex);
    for (int i = 0; i < LINK_WATCHED_MAX; i++)
        if (link->watched[i] >= 0)
            shutdown(link->watched[i], SHUT_RDWR);
    pthread_mutex_unlock(&link->mutex);
}

bool link_run(struct link *link, void (*on_change)(void *user), void *user, struct err *err)
{
    struct err why = {0};
    link->on_change = on_change;
    link->user = user;
    link->running_max = LINK_RUNNING_MAX;
    pthread_mutex_lock(&link->mutex);
    link->session = pthread_self();
    link->session_runs = true;
    link->status.peer[0] = '\0';
    link->status.rtt_ms = -1;
    pthread_mutex_unlock(&link->mutex);
    link_set_stage(link, LINK_STAGE_CONFIG);
    if (link->wake < 0) {
        err_set(&why, "%s: this program has too many open files (raise ulimit -n)", link->name);
    } else if (!link_is_stopped(link, &why) && link->transport->open(link, &why)) {
        pthread_mutex_lock(&link->mutex);
        link->status.up = true;
        link->status.stage = LINK_STAGE_READY;
        pthread_mutex_unlock(&link->mutex);
        link_changed(link);
        session_serve(link, &why);
    }
    cut_watched(link); // so that parting words to a host that hangs are not waited for
    session_end(link, &why);
    link->transport->close(link);
    pthread_mutex_lock(&link->mutex);
    link->session_runs = false;
    pthread_mutex_unlock(&link->mutex);
    link_changed(link);
    if (atomic_load(&link->stop))
        return true;
    if (err != NULL)
        *err = why;
    return false;
}

void link_stop(struct link *link)
{
    atomic_store(&link->stop, true);
    cut_watched(link);
    wake_signal(link->wake);
}

void link_renew(struct link *link)
{
    atomic_store(&link->renew, true);
    wake_signal(link->wake);
}

void link_get_status(struct link *link, struct link_status *out)
{
    pthread_mutex_lock(&link->mutex);
    *out = link->status;
    pthread_mutex_unlock(&link->mutex);
}

struct link_load *link_load(struct link *link)
{
    return &link->load;
}

void link_changed(struct link *link)
{
    if (link->on_change != NULL)
        link->on_change(link->user);
}

void link_set_stage(struct link *link, enum link_stage stage)
{
    pthread_mutex_lock(&link->mutex);
    link->status.stage = stage;
    pthread_mutex_unlock(&link->mutex);
    link_changed(link);
}

void link_set_peer(struct link *link, const char *peer)
{
    pthread_mutex_lock(&link->mutex);
    snprintf(link->status.peer, sizeof link->status.peer, "%s", peer);
    pthread_mutex_unlock(&link->mutex);
    link_changed(link);
}

void link_set_notes(struct link *link, const char *notes)
{
    pthread_mutex_lock(&link->mutex);
    snprintf(link->status.notes, sizeof link->status.notes, "%s", notes);
    pthread_mutex_unlock(&link->mutex);
    link_changed(link);
}

bool link_is_stopped(struct link *link, struct err *err)
{
    if (!atomic_load(&link->stop))
        return false;
    err_set(err, "%s: stopped", link->name);
    return true;
}

bool link_wait(struct link *link, int fd, short events, int64_t deadline_ms, const char *what,
               struct err *err)
{
    struct pollfd fds[2] = {{.fd = fd, .events = events}, {.fd = link->wake, .events = POLLIN}};
    while (!link_is_stopped(link, err)) {
        int left_ms = clock_left_ms(deadline_ms);
        if (left_ms == 0)
            return err_set(err, "%s: %s", link->name, what);
        if (poll(fds, 2, left_ms) < 0 && errno != EINTR)
            return err_set(err, "%s: poll: %s", link->name, strerror(errno));
        if (fds[1].revents != 0)
            wake_drain(link->wake);
        if (fds[0].revents != 0)
            return true;
    }
    return false;
}

int link_watch(struct link *link, int fd)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    int slot = -1;
    pthread_mutex_lock(&link->mutex);
    for (int i = 0; i < LINK_WATCHED_MAX && slot < 0 && copy >= 0; i++)
        if (link->watched[i] < 0)
            slot = i;
    if (slot >= 0)
        link->watched[slot] = copy;
    // A stop that came just before did not see this one.
    if (copy >= 0 && atomic_load(&link->stop))
        shutdown(copy, SHUT_RDWR);
    pthread_mutex_unlock(&link->mutex);
    if (slot < 0 && copy >= 0)
        close(copy);
    return slot;
}

void link_unwatch(struct link *link, int slot)
{
    if (slot < 0)
        return;
    pthread_mutex_lock(&link->mutex);
    int copy = link->watched[slot];
    link->watched[slot] = -1;
    pthread_mutex_unlock(&link->mutex);
    close(copy);
}

void link_wipe(char *secret)
{
    if (secret == NULL)
        return;
    explicit_bzero(secret, strlen(secret));
    free(secret);
}

// Takes the answer to this question when it is there; *given tells an answer from a decline.
static bool take_answer(struct link *link, uint64_t id, char **answer)
{
    pthread_mutex_lock(&link->mutex);
    bool answered = link->answered_id == id;
    if (answered) {
        *answer = link->answer;
        link->answer = NULL;
    }
    pthread_mutex_unlock(&link->mutex);
    return answered;
}

char *link_ask(struct link *link, enum link_question_kind kind, bool echo, const char *text)
{
    pthread_mutex_lock(&link->mutex);
    struct link_question *question = &link->status.question;
    uint64_t id = question->id + 1;
    *question = (struct link_question){.id = id, .kind = kind, .echo = echo};
    snprintf(question->text, sizeof question->text, "%s", text);
    pthread_mutex_unlock(&link->mutex);
    link_changed(link);

    char *answer = NULL;
    int64_t deadline_ms = clock_mono_ms() + LINK_ASK_MS;
    struct pollfd wake = {.fd = link->wake, .events = POLLIN};
    while (!take_answer(link, id, &answer) && !atomic_load(&link->stop) &&
           clock_left_ms(deadline_ms) > 0) {
        if (poll(&wake, 1, clock_left_ms(deadline_ms)) > 0)
            wake_drain(link->wake);
    }
    pthread_mutex_lock(&link->mutex);
    link->status.question.kind = LINK_ASK_NONE;
    link->status.question.text[0] = '\0';
    pthread_mutex_unlock(&link->mutex);
    link_changed(link);
    return answer;
}

void link_answer(struct link *link, uint64_t id, const char *text)
{
    char *stale = NULL;
    pthread_mutex_lock(&link->mutex);
    const struct link_question *question = &link->status.question;
    if (question->kind != LINK_ASK_NONE && question->id == id && link->answered_id != id) {
        stale = link->answer;
        link->answered_id = id;
        link->answer = text == NULL ? NULL : mem_strdup(text);
    }
    pthread_mutex_unlock(&link->mutex);
    link_wipe(stale);
    wake_signal(link->wake);
}

void link_result_dispose(struct link_result *result)
{
    str_dispose(&result->out);
    str_dispose(&result->err);
}

static struct job *job_from(struct link *link, const struct link_command *command)
{
    char *line = command_line(link->host, command);
    struct job *job = job_new(line);
    free(line);
    if (command->input != NULL) {
        job->input = mem_strdup(command->input);
        job->input_len = strlen(command->input);
    }
    job->deadline_ms = command->deadline_ms;
    job->output_max = command->output_max == 0 ? LINK_OUTPUT_MAX : command->output_max;
    return job;
}

// Hands the job to the session thread, with one reference for the caller; false when the link is
// not up.
static bool job_submit(struct link *link, struct job *job, struct err *err)
{
    pthread_mutex_lock(&link->mutex);
    bool up = link->status.up && !atomic_load(&link->stop);
    if (up) {
        job->refs = 2;
        job->next = link->queue;
        link->queue = job;
    }
    pthread_mutex_unlock(&link->mutex);
    if (!up) {
        job_unref(link, job);
        if (link_is_stopped(link, err))
            return false;
        return link->played ? err_set(err, "%s: this is a replay; nothing is run", link->name)
                            : err_set(err, "%s: not connected", link->name);
    }
    atomic_fetch_add(&link->load.commands, 1);
    wake_signal(link->wake);
    return true;
}

void link_play(struct link *link)
{
    link->played = true;
}

void link_put_answer(struct link *link, const char *text, size_t len)
{
    pthread_mutex_lock(&link->mutex);
    str_clear(&link->recorded);
    if (text != NULL)
        str_append_bytes(&link->recorded, text, len);
    link->answered = text != NULL;
    pthread_mutex_unlock(&link->mutex);
}

static bool answer_recorded(struct link *link, struct link_result *result, struct err *err)
{
    pthread_mutex_lock(&link->mutex);
    bool has = link->answered;
    if (has)
        str_append_bytes(&result->out, str_text(&link->recorded), link->recorded.len);
    pthread_mutex_unlock(&link->mutex);
    return has ||
           err_set(err, "%s: not known: the recording does not hold it at this time", link->name);
}

bool link_exec(struct link *link, const struct link_command *command, struct link_result *result,
               struct err *err)
{
    *result = (struct link_result){0};
    if (link->played && command->recorded)
        return answer_recorded(link, result, err);
    struct job *job = job_from(link, command);
    if (job->deadline_ms == 0)
        job->deadline_ms = clock_mono_ms() + LINK_EXEC_MS;
    // The session thread keeps the deadline; this one only bounds a session thread that is itself
    // stuck in a send.
    int64_t patience_ms = job->deadline_ms + 1000;
    if (!job_submit(link, job, err))
        return false;
    pthread_mutex_lock(&link->mutex);
    while (!job->done && clock_mono_ms() < patience_ms)
        thread_cond_wait_until(&link->done, &link->mutex, patience_ms);
    bool done = job->done;
    job->close_wanted = !done;
    pthread_mutex_unlock(&link->mutex);
    bool ok = done && job->ok;
    if (ok) {
        *result = job->result;
        job->result = (struct link_result){0};
    } else if (done) {
        if (err != NULL)
            *err = job->err;
    } else {
        err_set(err, "%s: the connection does not take the command; it is being given up",
                link->name);
    }
    job_unref(link, job);
    return ok;
}

struct link_stream *link_stream_open(struct link *link, const struct link_command *command,
                                     const struct link_stream_handlers *handlers, struct err *err)
{
    struct job *job = job_from(link, command);
    job->stream = true;
    job->handlers = *handlers;
    if (!job_submit(link, job, err))
        return NULL;
    struct link_stream *stream = mem_alloc(sizeof *stream);
    *stream = (struct link_stream){.link = link, .job = job};
    return stream;
}

void link_stream_close(struct link_stream *stream)
{
    if (stream == NULL)
        return;
    struct link *link = stream->link;
    struct job *job = stream->job;
    int64_t deadline_ms = clock_mono_ms() + 500;
    pthread_mutex_lock(&link->mutex);
    job->close_wanted = true;
    if (link->session_runs && pthread_equal(link->session, pthread_self())) {
        job->muted = true; // called from a callback: waiting would be waiting for oneself
    } else {
        wake_signal(link->wake);
        while (!job->done && clock_mono_ms() < deadline_ms)
            thread_cond_wait_until(&link->done, &link->mutex, deadline_ms);
        job->muted = true;
        while (job->calling)
            pthread_cond_wait(&link->done, &link->mutex);
    }
    pthread_mutex_unlock(&link->mutex);
    job_unref(link, job);
    free(stream);
}
