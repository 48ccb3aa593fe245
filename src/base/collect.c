// SPDX-License-Identifier: MIT

// A child process, its two pipes and its deadline.
#include "base/collect.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/spawn.h"

#define STEP_MS    20 // between two looks whether it has ended
#define READ_BYTES 16384
#define READS_LEFT 256 // of what stands in a pipe at the end: more than any pipe holds

void collected_dispose(struct collected *collected)
{
    str_dispose(&collected->out);
    str_dispose(&collected->errors);
}

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

// False: there is nothing more for now.
static bool read_some(int *fd, struct str *out, size_t max)
{
    char bytes[READ_BYTES];
    ssize_t got = *fd >= 0 ? read(*fd, bytes, sizeof bytes) : 0;
    size_t room = out->len < max ? max - out->len : 0;
    if (got > 0)
        str_append_bytes(out, bytes, (size_t)got < room ? (size_t)got : room);
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        close_end(fd);
    return got > 0;
}

// What it left running may hold the pipe open, and may go on writing: only what is there is read.
static void read_rest(int *fd, struct str *out, size_t max)
{
    for (int reads = 0; reads < READS_LEFT && read_some(fd, out, max); reads++)
        continue;
}

static int start(char *const argv[], int ends[2], pid_t *pid)
{
    int out[2] = {-1, -1}, errors[2] = {-1, -1};
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int failed = 0;
    if (nothing < 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0)
        failed = errno;
    if (failed == 0)
        failed = spawn_argv(argv, (const int[]){nothing, out[1], errors[1]}, true, pid);
    close_end(&nothing);
    close_end(&out[1]);
    close_end(&errors[1]);
    ends[0] = out[0];
    ends[1] = errors[0];
    for (int i = 0; i < 2 && ends[i] >= 0; i++)
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    return failed;
}

enum collect_end collect(char *const argv[], int64_t deadline_ms, size_t max,
                         const atomic_bool *stop, struct collected *out, struct err *err)
{
    int ends[2], status = 0;
    pid_t pid = 0, got = 0;
    *out = (struct collected){.exit_status = -1};
    int failed = start(argv, ends, &pid);
    if (failed != 0)
        err_set(err, "%s cannot be run here: %s", argv[0], strerror(failed));
    while (failed == 0 && (got = waitpid(pid, &status, WNOHANG)) == 0 &&
           clock_left_ms(deadline_ms) > 0 && (stop == NULL || !atomic_load(stop))) {
        struct pollfd fds[] = {{.fd = ends[0], .events = POLLIN},
                               {.fd = ends[1], .events = POLLIN}};
        poll(fds, 2, STEP_MS);
        read_some(&ends[0], &out->out, max);
        read_some(&ends[1], &out->errors, max);
    }
    if (failed == 0 && got == 0)
        spawn_kill(pid);
    for (int i = 0; i < 2 && failed == 0; i++)
        read_rest(&ends[i], i == 0 ? &out->out : &out->errors, max);
    close_end(&ends[0]);
    close_end(&ends[1]);
    if (failed != 0)
        return COLLECT_NOT_STARTED;
    if (got == 0) {
        err_set(err, "%s did not end in its time here and was ended", argv[0]);
        return COLLECT_KILLED;
    }
    out->exit_status = got == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return COLLECT_ENDED;
}
