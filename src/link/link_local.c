// SPDX-License-Identifier: MIT

// The link to this machine: the same commands as over SSH, run by a child process.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "link/command.h"
#include "link/session.h"

#define READ_BYTES    32768
#define KILL_AFTER_MS 2000 // after SIGTERM
#define REAP_POLL_MS  20   // where the kernel has no pidfd

struct local_run {
    pid_t pid; // 0: reaped. Also the number of its process group
    int exit_fd;
    int in, out, errors; // -1: closed
    int64_t kill_ms;
};

// The transport's state: children that outlived their SIGKILL, reaped when they do end.
struct local_wire {
    pid_t *undead;
    size_t count, cap;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool make_pipe(int ends[2])
{
    return pipe2(ends, O_CLOEXEC) == 0;
}

static bool local_open(struct link *link, struct err *err)
{
    (void)err;
    link->wire = mem_alloc(sizeof(struct local_wire));
    link_set_notes(link, "");
    link_set_peer(link, _("this machine"));
    return true;
}

static void reap_undead(struct local_wire *wire)
{
    for (size_t i = 0; i < wire->count;) {
        if (waitpid(wire->undead[i], NULL, WNOHANG) == 0)
            i++;
        else
            wire->undead[i] = wire->undead[--wire->count];
    }
}

static void local_close(struct link *link)
{
    struct local_wire *wire = link->wire;
    if (wire == NULL)
        return;
    free(wire->undead);
    free(wire);
    link->wire = NULL;
}

static void local_start(struct link *link, struct job *job)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, errors[2] = {-1, -1};
    char *text = command_local(job->line);
    pid_t pid = 0;
    bool piped = make_pipe(in) && make_pipe(out) && make_pipe(errors);
    const int fds[] = {in[0], out[1], errors[1]};
    int failed = piped ? spawn_shell(text, fds, false, &pid) : errno;
    free(text);
    close_fd(&in[0]);
    close_fd(&out[1]);
    close_fd(&errors[1]);
    if (failed != 0) {
        close_fd(&in[1]);
        close_fd(&out[0]);
        close_fd(&errors[0]);
        job_fail(job, "%s: this machine cannot start a command: %s", link->name, strerror(failed));
        return;
    }
    struct local_run *run = mem_alloc(sizeof *run);
    *run = (struct local_run){.pid = pid,
                              .exit_fd = (int)syscall(SYS_pidfd_open, pid, 0),
                              .in = in[1],
                              .out = out[0],
                              .errors = errors[0]};
    fcntl(run->in, F_SETFL, O_NONBLOCK);
    fcntl(run->out, F_SETFL, O_NONBLOCK);
    fcntl(run->errors, F_SETFL, O_NONBLOCK);
    if (job->input_len == 0)
        close_fd(&run->in);
    job->run = run;
}

static void local_end(struct link *link, struct job *job)
{
    (void)link;
    struct local_run *run = job->run;
    close_fd(&run->in);
    if (run->pid > 0)
        kill(-run->pid, SIGTERM);
    run->kill_ms = clock_mono_ms() + KILL_AFTER_MS;
    job->ending_until_ms = run->kill_ms;
}

static void local_drop(struct link *link, struct job *job)
{
    struct local_wire *wire = link->wire;
    struct local_run *run = job->run;
    if (run->pid > 0 && !spawn_kill(run->pid)) {
        pid_t *undead = mem_push(&wire->undead, &wire->count, &wire->cap, sizeof *undead);
        *undead = run->pid;
    }
    close_fd(&run->exit_fd);
    close_fd(&run->in);
    close_fd(&run->out);
    close_fd(&run->errors);
    free(run);
    job->run = NULL;
}

static void local_feed(struct job *job)
{
    struct local_run *run = job->run;
    ssize_t sent = write(run->in, job->input + job->input_sent, job->input_len - job->input_sent);
    if (sent > 0)
        job->input_sent += (size_t)sent;
    if (job->input_sent == job->input_len || (sent < 0 && errno != EAGAIN && errno != EINTR))
        close_fd(&run->in);
}

static void local_drain(struct job *job, int *fd, bool is_errors)
{
    char bytes[READ_BYTES];
    ssize_t got = read(*fd, bytes, sizeof bytes);
    if (got > 0)
        job_data(job, is_errors, bytes, (size_t)got);
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        close_fd(fd);
}

static void local_reap(struct job *job)
{
    struct local_run *run = job->run;
    int status;
    if (run->pid <= 0 || waitpid(run->pid, &status, WNOHANG) != run->pid)
        return;
    run->pid = 0;
    close_fd(&run->exit_fd);
    if (WIFSIGNALED(status))
        job_exited(job, -1, WTERMSIG(status));
    else
        job_exited(job, WEXITSTATUS(status), 0);
}

static void local_serve(struct job *job)
{
    struct local_run *run = job->run;
    if (run->in >= 0)
        local_feed(job);
    if (run->out >= 0)
        local_drain(job, &run->out, false);
    if (run->errors >= 0)
        local_drain(job, &run->errors, true);
    local_reap(job);
    job->closed = run->pid == 0 && run->out < 0 && run->errors < 0;
}

static bool local_turn(struct link *link, int64_t until_ms, struct err *err)
{
    struct pollfd fds[1 + 4 * (LINK_RUNNING_MAX + 1)] = {{.fd = link->wake, .events = POLLIN}};
    nfds_t count = 1;
    int wait_ms = clock_left_ms(until_ms);
    for (struct job *job = link->jobs; job != NULL; job = job->next) {
        const struct local_run *run = job->run;
        if (run == NULL)
            continue;
        fds[count++] = (struct pollfd){.fd = run->in, .events = POLLOUT};
        fds[count++] = (struct pollfd){.fd = run->out, .events = POLLIN};
        fds[count++] = (struct pollfd){.fd = run->errors, .events = POLLIN};
        fds[count++] = (struct pollfd){.fd = run->exit_fd, .events = POLLIN};
        if (run->pid > 0 && run->exit_fd < 0 && wait_ms > REAP_POLL_MS)
            wait_ms = REAP_POLL_MS;
    }
    if (poll(fds, count, wait_ms) < 0 && errno != EINTR)
        return err_set(err, "%s: poll: %s", link->name, strerror(errno));
    if (fds[0].revents != 0)
        wake_drain(link->wake);
    for (struct job *job = link->jobs; job != NULL; job = job->next)
        if (job->run != NULL)
            local_serve(job);
    reap_undead(link->wire);
    return true;
}

const struct transport transport_local = {
    .open = local_open,
    .close = local_close,
    .start = local_start,
    .end = local_end,
    .drop = local_drop,
    .turn = local_turn,
};
