// SPDX-License-Identifier: MIT

// Commands as text for shells: the environment, sudo, and the watcher that ends them when their
// requester is gone.
#ifndef LINK_COMMAND_H
#define LINK_COMMAND_H

#include "link/link.h"

// The command as one simple command of a Bourne shell. Heap string.
char *command_line(const struct host_config *host, const struct link_command *command);

// What "sh -c" of this machine runs: the line in our environment. Heap string.
char *command_local(const char *line);

// What sshd hands to the login shell. Its standard input carries input_len bytes for the command
// and then stays open: when it closes (by us, or because the connection is gone) the command and
// all it started are ended. Heap string.
char *command_remote(const char *line, size_t input_len);

#endif
