// SPDX-License-Identifier: MIT

// The SSH link, for its own files: settings, connecting, host key, login, commands, tunnels.
#ifndef LINK_SSH_H
#define LINK_SSH_H

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <sys/types.h>

#include "link/session.h"

#define SSH_CONNECT_MS 10000 // for the name, TCP, and the key exchange each
#define SSH_LOGIN_MS   20000 // for one login method, without the operator's time

// What of the configuration is decided here and not by libssh.
struct ssh_settings {
    char *host; // where to connect, after HostName
    unsigned port;
    char *user;
    char *proxy; // a shell command that reaches the host by its standard input and output; NULL:
                 // connect
    char *known_hosts; // the file
    char *agent;       // the agent's socket, or NULL
    char **identities; // key files, most wanted first
    size_t identity_count;
    bool identities_are_usual; // nobody has named them: they need not be there
    int64_t connect_ms;
    struct str notes;
};

struct tunnel_connection;

// The transport's state.
struct ssh_wire {
    ssh_session session;
    ssh_event event;
    struct ssh_settings settings;
    int watch;                          // of the session's socket
    pid_t proxy;                        // 0: none
    int proxy_words;                    // what the proxy wrote to standard error; -1: none
    struct ssh_counter_struct received; // counted by libssh
    uint64_t handled;                   // packets: more received means that a call brought them in
    struct tunnel_connection *connections;
    size_t connection_count;
};

// ssh.c
bool ssh_wait(struct link *link, int64_t deadline_ms, const char *what, struct err *err);
void ssh_quiet(void); // libssh's words go nowhere; for each thread that calls it

// ssh_settings.c: makes the session object and sets all its options.
bool ssh_settings_load(struct link *link, struct ssh_wire *wire, struct err *err);
void ssh_settings_dispose(struct ssh_settings *settings);

// ssh_dial.c: a connected socket to the host, or to its proxy; -1 and err.
int ssh_dial(struct link *link, struct ssh_wire *wire, struct err *err);

// ssh_proxy.c
int ssh_proxy_start(struct link *link, struct ssh_wire *wire, struct err *err);
void ssh_proxy_words(const struct ssh_wire *wire,
                     struct err *err); // adds what the proxy complained of
void ssh_proxy_stop(struct ssh_wire *wire);

// ssh_hostkey.c
bool ssh_hostkey_check(struct link *link, struct ssh_wire *wire, struct err *err);

// ssh_login.c
bool ssh_login(struct link *link, struct ssh_wire *wire, struct err *err);
void ssh_keys_free(struct secret_key *keys);

// ssh_command.c
void ssh_command_start(struct link *link, struct job *job);
void ssh_command_end(struct link *link, struct job *job);
void ssh_command_drop(struct link *link, struct job *job);
void ssh_commands_advance(struct link *link);

// ssh_tunnel.c
#define SSH_CONNECTIONS_MAX 32
struct pollfd;
size_t ssh_tunnels_poll(struct link *link, struct pollfd *fds); // at most SSH_CONNECTIONS_MAX
void ssh_tunnel_accept(struct link *link, struct tunnel_target *target, int listener);
void ssh_tunnels_advance(struct link *link);
void ssh_tunnels_close(struct link *link);

#endif
