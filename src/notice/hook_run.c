// SPDX-License-Identifier: MIT

// A hook's child process, its two pipes and its deadline.
#include "notice/hook_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/spawn.h"

#define STEP_MS 20 // between two looks whether it has ended

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void release(struct hook_run *run)
{
    close_end(&run->in);
    close_end(&run->errors);
    free(run->document);
    run->document = NULL;
    run->pid = 0;
}

bool hook_run_start(struct hook_run *run, const struct hook_config *hook, char *document,
                    struct err *err)
{
    int in[2] = {-1, -1}, errors[2] = {-1, -1};
    int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    *run = (struct hook_run){.hook = hook, .document = document, .len = strlen(document)};
    int failed = 0;
    if (nothing < 0 || pipe2(in, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0)
        failed = errno;
    if (failed == 0)
        failed =
            spawn_argv(hook->command, (const int[]){in[0], nothing, errors[1]}, true, &run->pid);
    close_end(&nothing);
    close_end(&in[0]);
    close_end(&errors[1]);
    run->in = in[1];
    run->errors = errors[0];
    if (failed != 0) {
        release(run);
        return err_set(err, "%s cannot be run: %s", hook->command[0], strerror(failed));
    }
    fcntl(run->in, F_SETFL, O_NONBLOCK);
    fcntl(run->errors, F_SETFL, O_NONBLOCK);
    run->began_ms = clock_mono_ms();
    run->deadline_ms = run->began_ms + hook->timeout_ms;
    return true;
}

static void write_some(struct hook_run *run)
{
    ssize_t got = write(run->in, run->document + run->written, run->len - run->written);
    if (got > 0)
        run->written += (size_t)got;
    // A command that does not want the document may close its end.
    if ((got < 0 && errno != EAGAIN && errno != EINTR) || run->written == run->len)
        close_end(&run->in);
}

// Keeps the end of what it says.
static void read_some(struct hook_run *run)
{
    char buffer[1024];
    ssize_t got = read(run->errors, buffer, sizeof buffer);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        close_end(&run->errors);
    if (got <= 0)
        return;
    size_t take = (size_t)got, room = sizeof run->tail - 1;
    const char *from = buffer;
    if (take > room) {
        from += take - room;
        take = room;
    }
    if (run->tail_len + take > room) {
        size_t drop = run->tail_len + take - room;
        memmove(run->tail, run->tail + drop, run->tail_len - drop);
        run->tail_len -= drop;
    }
    memcpy(run->tail + run->tail_len, from, take);
    run->tail_len += take;
}

// The last line that says something.
static const char *last_words(struct hook_run *run)
{
    while (run->tail_len > 0 && strchr(" \t\r\n", run->tail[run->tail_len - 1]) != NULL)
        run->tail_len--;
    run->tail[run->tail_len] = '\0';
    const char *newline = strrchr(run->tail, '\n');
    return newline != NULL ? newline + 1 : run->tail;
}

static void judge(struct hook_run *run, int status, struct err *err)
{
    while (run->errors >= 0) {
        size_t before = run->tail_len;
        read_some(run);
        if (run->tail_len == before) // nothing more for now; its children may hold the pipe
            break;
    }
    const char *words = last_words(run);
    if (WIFSIGNALED(status))
        err_set(err, "ended by signal %d%s%s", WTERMSIG(status), words[0] != '\0' ? ": " : "",
                words);
    else if (WEXITSTATUS(status) != 0)
        err_set(err, "exit status %d%s%s", WEXITSTATUS(status), words[0] != '\0' ? ": " : "",
                words);
}

bool hook_run_step(struct hook_run *run, int wait_ms, struct err *err)
{
    int status = 0;
    struct pollfd fds[] = {{.fd = run->in, .events = POLLOUT},
                           {.fd = run->errors, .events = POLLIN}};
    if (poll(fds, 2, wait_ms < STEP_MS ? wait_ms : STEP_MS) > 0) {
        if (fds[0].revents != 0)
            write_some(run);
        if (fds[1].revents != 0)
            read_some(run);
    }
    pid_t got = waitpid(run->pid, &status, WNOHANG);
    if (got == 0 && clock_left_ms(run->deadline_ms) > 0)
        return false;
    if (got == 0) {
        hook_run_kill(run);
        err_set(err, "did not end within %.3g s and was killed",
                (double)run->hook->timeout_ms / 1000);
        return true;
    }
    if (got < 0)
        err_set(err, "its end was lost: %s", strerror(errno));
    else
        judge(run, status, err);
    release(run);
    return true;
}

void hook_run_kill(struct hook_run *run)
{
    spawn_kill(run->pid);
    release(run);
}
