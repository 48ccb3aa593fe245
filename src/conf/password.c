// SPDX-License-Identifier: MIT

// The database password: from the configuration, or from the command that prints it.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "conf/config.h"

#define COMMAND_TIMEOUT_MS 10000
#define PASSWORD_MAX_BYTES 1024
#define WAIT_STEP_MS       20

void config_wipe(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

// Its own session: a program that wants to ask on the terminal would tear the console's screen.
static int spawn_command(char *const argv[], int output, pid_t *pid)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0)
        return errno;
    int error = spawn_argv(argv, (const int[]){nothing, output, nothing}, true, pid);
    close(nothing);
    return error;
}

// Reads until the command has ended (what it left running may keep the pipe open) or the deadline.
// *len may become PASSWORD_MAX_BYTES + 1: too long.
static bool collect(int fd, pid_t pid, int64_t deadline_ms, char *buffer, size_t *len, int *status)
{
    bool open = true, ended = false;
    *len = 0;
    while (open || !ended) {
        int left_ms = clock_left_ms(deadline_ms);
        if (left_ms == 0)
            return ended;
        if (!ended)
            ended = waitpid(pid, status, WNOHANG) == pid;
        struct pollfd waited = {.fd = open ? fd : -1, .events = POLLIN};
        int step_ms = ended ? 0 : left_ms < WAIT_STEP_MS ? left_ms : WAIT_STEP_MS;
        int ready = poll(&waited, 1, step_ms);
        if (ready == 0 && ended)
            return true;
        if (ready <= 0)
            continue;
        ssize_t got = read(fd, buffer + *len, PASSWORD_MAX_BYTES + 1 - *len);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0 || (*len += (size_t)got) > PASSWORD_MAX_BYTES)
            open = false;
    }
    return true;
}

static bool judge_output(const struct host_config *host, char *buffer, size_t len, int status,
                         char **out, struct err *err)
{
    if (WIFSIGNALED(status))
        return err_set(err, "%s: mysql_password_command was ended by signal %d; try it in a shell",
                       host->name, WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return err_set(err, "%s: mysql_password_command failed (exit status %d); try it in a shell",
                       host->name, WEXITSTATUS(status));
    if (len > PASSWORD_MAX_BYTES)
        return err_set(err,
                       "%s: mysql_password_command printed more than %d bytes; it must "
                       "print the password alone",
                       host->name, PASSWORD_MAX_BYTES);
    const char *newline = memchr(buffer, '\n', len);
    size_t line = newline != NULL ? (size_t)(newline - buffer) : len;
    if (line > 0 && buffer[line - 1] == '\r')
        line--;
    if (line == 0)
        return err_set(err, "%s: mysql_password_command printed no password; try it in a shell",
                       host->name);
    if (memchr(buffer, '\0', line) != NULL)
        return err_set(err,
                       "%s: mysql_password_command printed a NUL byte; it must print the "
                       "password as a line of text",
                       host->name);
    *out = mem_strndup(buffer, line);
    return true;
}

static bool run_command(const struct host_config *host, char **out, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_set(err, "%s: no pipe for mysql_password_command: %s", host->name,
                       strerror(errno));
    pid_t pid = 0;
    int error = spawn_command(host->mysql_password_command, ends[1], &pid);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        return err_set(err, "%s: mysql_password_command '%s' cannot be run: %s", host->name,
                       host->mysql_password_command[0], strerror(error));
    }
    char buffer[PASSWORD_MAX_BYTES + 1];
    size_t len;
    int status = 0;
    bool ended = collect(ends[0], pid, clock_mono_ms() + COMMAND_TIMEOUT_MS, buffer, &len, &status);
    close(ends[0]);
    bool ok;
    if (ended) {
        ok = judge_output(host, buffer, len, status, out, err);
    } else {
        kill(-pid, SIGKILL);
        waitpid(pid, &status, 0);
        ok = err_set(err, "%s: mysql_password_command did not end within %d s; try it in a shell",
                     host->name, COMMAND_TIMEOUT_MS / 1000);
    }
    explicit_bzero(buffer, sizeof buffer);
    return ok;
}

bool config_mysql_password(const struct host_config *host, char **out, struct err *err)
{
    *out = NULL;
    if (host->mysql_password_command != NULL)
        return run_command(host, out, err);
    *out = mem_strdup(host->mysql_password);
    return true;
}
