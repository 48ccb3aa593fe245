// SPDX-License-Identifier: MIT

// What of ~/.ssh/config libssh keeps to itself or leaves out: the key files, the agent, and what
// has no effect here.
#ifndef LINK_SSH_CONFIG_H
#define LINK_SSH_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct ssh_config {
    char **identities; // IdentityFile, as written, in order
    size_t identity_count;
    char *agent;        // IdentityAgent as written, or NULL
    char *jump;         // ProxyJump as written, or NULL
    int64_t connect_ms; // 0: not given
    struct str notes;   // sentences: what applies to this host and has no effect; "" when nothing
};

// Adds what a file says about this host (the name as the operator wrote it). The first value of a
// keyword wins, across files too, as OpenSSH has it. A file that is absent or is no plain file says
// nothing.
void ssh_config_read(struct ssh_config *config, const char *path, const char *alias);
void ssh_config_dispose(struct ssh_config *config);

#endif
