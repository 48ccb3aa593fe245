// SPDX-License-Identifier: MIT

// Child processes of this machine: a command with given descriptors, and its end.
#ifndef BASE_SPAWN_H
#define BASE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

// Runs argv[0], looked for in PATH, as the leader of a process group (own_session: of a session,
// without a terminal to ask questions on) with these descriptors as 0, 1 and 2 and no others. An
// errno, 0 when it runs.
int spawn_argv(char *const argv[], const int fds[3], bool own_session, pid_t *pid);
// The same with "sh -c text".
int spawn_shell(const char *text, const int fds[3], bool own_session, pid_t *pid);

// Kills the group. False when the child cannot be reaped at once: it is another user's (sudo), or
// stuck inside the kernel.
bool spawn_kill(pid_t pid);

#endif
