// SPDX-License-Identifier: MIT

// A line that the operator types on the terminal, with the echo on again whatever happens.
#include "cli/terminal.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"

char *terminal_take_line(int tty, int interrupts, int64_t wait_ms)
{
    char line[1024];
    struct pollfd fds[] = {{.fd = tty, .events = POLLIN}, {.fd = interrupts, .events = POLLIN}};
    ssize_t len = 0;
    if (poll(fds, 2, (int)wait_ms) > 0 && fds[1].revents == 0)
        len = read(tty, line, sizeof line - 1);
    if (len <= 0)
        return NULL;
    line[len] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    char *answer = mem_strdup(line);
    explicit_bzero(line, sizeof line);
    return answer;
}

char *terminal_ask(int tty, int out, const char *prompt, bool hide, int64_t wait_ms)
{
    sigset_t ends, old;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGQUIT);
    sigaddset(&ends, SIGHUP);
    sigaddset(&ends, SIGTSTP);
    pthread_sigmask(SIG_BLOCK, &ends, &old);
    int interrupts = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    struct termios before, silent;
    hide = hide && tcgetattr(tty, &before) == 0;
    if (hide) {
        silent = before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(tty, TCSAFLUSH, &silent);
    }
    dprintf(out, "%s", prompt);
    char *answer = terminal_take_line(tty, interrupts, wait_ms);
    if (hide) {
        tcsetattr(tty, TCSADRAIN, &before);
        dprintf(tty, "\n");
    }
    if (interrupts >= 0)
        close(interrupts);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return answer;
}
