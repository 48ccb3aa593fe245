// SPDX-License-Identifier: MIT

// Child processes of this machine.
#include "base/spawn.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#define REAP_PATIENCE_MS 50
#define REAP_STEP_MS     5

extern char **environ;

int spawn_argv(char *const argv[], const int fds[3], bool own_session, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_adddup2(&actions, fds[fd], fd);
    // Not every library opens its sockets close-on-exec: a child would keep them open.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    flags |= own_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
    posix_spawnattr_setflags(&attributes, (short)flags);
    int failed = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

int spawn_shell(const char *text, const int fds[3], bool own_session, pid_t *pid)
{
    const char *argv[] = {"/bin/sh", "-c", text, NULL};
    union {
        const char **in;
        char *const *out;
    } words = {.in = argv};
    return spawn_argv(words.out, fds, own_session, pid);
}

bool spawn_kill(pid_t pid)
{
    kill(-pid, SIGKILL);
    for (int waited_ms = 0; waitpid(pid, NULL, WNOHANG) == 0; waited_ms += REAP_STEP_MS) {
        if (waited_ms >= REAP_PATIENCE_MS)
            return false;
        poll(NULL, 0, REAP_STEP_MS);
    }
    return true;
}
