// SPDX-License-Identifier: MIT

// One channel a command: opened, asked to run, fed, and read by callbacks.
#include <libssh/callbacks.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "link/command.h"
#include "link/ssh.h"

#define SEND_BYTES 32768

enum phase { PHASE_OPENING, PHASE_REQUESTING, PHASE_SENDING, PHASE_RUNNING };

struct ssh_run {
    struct link *link;
    struct job *job;
    char *text; // the remote command
    ssh_channel channel;
    struct ssh_channel_callbacks_struct callbacks;
    enum phase phase;
};

static int on_data(ssh_session session, ssh_channel channel, void *bytes, uint32_t len,
                   int is_errors, void *user)
{
    (void)session;
    (void)channel;
    struct ssh_run *run = user;
    job_data(run->job, is_errors != 0, bytes, len);
    return (int)len;
}

static void on_close(ssh_session session, ssh_channel channel, void *user)
{
    (void)session;
    (void)channel;
    struct ssh_run *run = user;
    run->job->closed = true;
}

static void on_exit_status(ssh_session session, ssh_channel channel, int exit_status, void *user)
{
    (void)session;
    (void)channel;
    struct ssh_run *run = user;
    job_exited(run->job, exit_status, 0);
}

static int signal_number(const char *name)
{
    for (int number = 1; number < NSIG; number++) {
        const char *known = sigabbrev_np(number);
        if (known != NULL && strcmp(known, name) == 0)
            return number;
    }
    return SIGTERM;
}

static void on_exit_signal(ssh_session session, ssh_channel channel, const char *name, int core,
                           const char *words, const char *language, void *user)
{
    (void)session;
    (void)channel;
    (void)core;
    (void)words;
    (void)language;
    struct ssh_run *run = user;
    job_exited(run->job, -1, signal_number(name));
}

static bool run_open_channel(struct ssh_run *run)
{
    struct ssh_wire *wire = run->link->wire;
    run->channel = ssh_channel_new(wire->session);
    if (run->channel == NULL)
        return false;
    run->callbacks = (struct ssh_channel_callbacks_struct){
        .userdata = run,
        .channel_data_function = on_data,
        .channel_close_function = on_close,
        .channel_exit_status_function = on_exit_status,
        .channel_exit_signal_function = on_exit_signal,
    };
    ssh_callbacks_init(&run->callbacks);
    ssh_set_channel_callbacks(run->channel, &run->callbacks);
    run->phase = PHASE_OPENING;
    return true;
}

static void run_fail(struct ssh_run *run, const char *what)
{
    struct ssh_wire *wire = run->link->wire;
    job_fail(run->job, "%s: %s: %.200s", run->link->name, what, ssh_get_error(wire->session));
}

// A server that allows fewer sessions than we use says no to the next: from then on we use what it
// has.
static void run_denied(struct ssh_run *run)
{
    struct link *link = run->link;
    size_t others = 0;
    for (const struct job *job = link->jobs; job != NULL; job = job->next)
        others += job != run->job && job->state != JOB_WAITING && job->run != NULL;
    if (others == 0 || run->job == link->keepalive) {
        run_fail(run, _("the host opens no session for a command"));
        return;
    }
    if (link->running_max > others)
        link->running_max = others;
    struct job *job = run->job;
    ssh_command_drop(link, job);
    job->state = JOB_WAITING;
}

static void run_feed(struct ssh_run *run)
{
    struct ssh_wire *wire = run->link->wire;
    struct job *job = run->job;
    while (job->input_sent < job->input_len) {
        size_t room = ssh_channel_window_size(run->channel),
               left = job->input_len - job->input_sent;
        if (room == 0 || (ssh_get_poll_flags(wire->session) & SSH_WRITE_PENDING) != 0)
            return;
        size_t len = left < room ? left : room;
        len = len < SEND_BYTES ? len : SEND_BYTES;
        int sent = ssh_channel_write(run->channel, job->input + job->input_sent, (uint32_t)len);
        if (sent <= 0) {
            if (sent < 0)
                run_fail(run, _("the command's input cannot be sent"));
            return;
        }
        job->input_sent += (size_t)sent;
    }
    run->phase = PHASE_RUNNING;
}

static void run_advance(struct ssh_run *run)
{
    int result = SSH_OK;
    if (run->phase == PHASE_OPENING) {
        result = ssh_channel_open_session(run->channel);
        if (result == SSH_ERROR)
            run_denied(run);
        if (result != SSH_OK)
            return;
        run->phase = PHASE_REQUESTING;
    }
    if (run->job->state == JOB_ENDING) {
        if (run->phase == PHASE_REQUESTING)
            ssh_channel_send_eof(run->channel);
        run->phase = PHASE_RUNNING;
        return;
    }
    if (run->phase == PHASE_REQUESTING) {
        result = ssh_channel_request_exec(run->channel, run->text);
        if (result == SSH_ERROR)
            run_fail(run, _("the host runs no command"));
        if (result != SSH_OK)
            return;
        run->phase = PHASE_SENDING;
    }
    if (run->phase == PHASE_SENDING)
        run_feed(run);
}

void ssh_command_start(struct link *link, struct job *job)
{
    struct ssh_run *run = mem_alloc(sizeof *run);
    *run = (struct ssh_run){.link = link,
                            .job = job,
                            .text = job->plain ? mem_strdup(job->line)
                                               : command_remote(job->line, job->input_len)};
    job->run = run;
    job->input_sent = 0;
    if (run_open_channel(run))
        run_advance(run);
    else
        run_fail(run, _("libssh has no memory for a channel"));
}

void ssh_command_end(struct link *link, struct job *job)
{
    (void)link;
    struct ssh_run *run = job->run;
    // While the channel or the request is under way libssh takes nothing else; run_advance() ends
    // it then.
    if (run->phase >= PHASE_SENDING)
        ssh_channel_send_eof(run->channel);
}

void ssh_command_drop(struct link *link, struct job *job)
{
    (void)link;
    struct ssh_run *run = job->run;
    if (run->channel != NULL) {
        ssh_remove_channel_callbacks(run->channel, &run->callbacks);
        ssh_channel_free(run->channel);
    }
    free(run->text);
    free(run);
    job->run = NULL;
}

void ssh_commands_advance(struct link *link)
{
    for (struct job *job = link->jobs; job != NULL; job = job->next) {
        struct ssh_run *run = job->run;
        if (run != NULL && run->phase != PHASE_RUNNING && !job->failed && !job->closed)
            run_advance(run);
    }
}
