// SPDX-License-Identifier: MIT

// The pump between clients of a tunnel's socket and channels to the target; whoever is slow is
// waited for, not buffered for.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "link/ssh.h"

#define PENDING_MAX 65536 // bytes from the host that the client has not taken
#define READ_BYTES  32768

struct tunnel_connection {
    struct tunnel_connection *next;
    struct link *link;
    struct tunnel_target *target;
    int fd;
    ssh_channel channel;
    struct ssh_channel_callbacks_struct callbacks;
    bool open;         // the channel reaches the target
    bool reading;      // the callback is to leave everything
    bool left_over;    // the channel holds more than we took
    bool client_ended; // nothing more comes from the client
    bool host_ended;   // nor from the host
    bool host_closed;
    bool told_client; // that the host ended
    bool dead;
    char *pending;
    size_t pending_at, pending_len;
};

static size_t room(const struct tunnel_connection *connection)
{
    return PENDING_MAX - connection->pending_len;
}

static void keep(struct tunnel_connection *connection, const void *bytes, size_t len)
{
    if (connection->pending_at + connection->pending_len + len > PENDING_MAX) {
        memmove(connection->pending, connection->pending + connection->pending_at,
                connection->pending_len);
        connection->pending_at = 0;
    }
    memcpy(connection->pending + connection->pending_at + connection->pending_len, bytes, len);
    connection->pending_len += len;
}

static int on_data(ssh_session session, ssh_channel channel, void *bytes, uint32_t len,
                   int is_errors, void *user)
{
    (void)session;
    (void)channel;
    struct tunnel_connection *connection = user;
    if (is_errors != 0)
        return (int)len;
    size_t most = connection->reading ? 0 : room(connection);
    size_t take = len < most ? len : most;
    keep(connection, bytes, take);
    connection->left_over = take < len;
    return (int)take;
}

static void on_eof(ssh_session session, ssh_channel channel, void *user)
{
    (void)session;
    (void)channel;
    struct tunnel_connection *connection = user;
    connection->host_ended = true;
}

static void on_close(ssh_session session, ssh_channel channel, void *user)
{
    (void)session;
    (void)channel;
    struct tunnel_connection *connection = user;
    connection->host_ended = true;
    connection->host_closed = true;
}

void ssh_tunnel_accept(struct link *link, struct tunnel_target *target, int listener)
{
    struct ssh_wire *wire = link->wire;
    int fd = tunnel_accept(listener);
    if (fd < 0)
        return;
    ssh_channel channel =
        wire->connection_count < SSH_CONNECTIONS_MAX ? ssh_channel_new(wire->session) : NULL;
    if (channel == NULL) {
        struct err err = {0};
        err_set(&err, "%s: %d connections through the tunnels are open already", link->name,
                SSH_CONNECTIONS_MAX);
        tunnel_fail(link, target, &err);
        close(fd);
        return;
    }
    struct tunnel_connection *connection = mem_alloc(sizeof *connection);
    *connection = (struct tunnel_connection){
        .next = wire->connections, .link = link, .target = target, .fd = fd, .channel = channel};
    connection->pending = mem_alloc(PENDING_MAX);
    connection->callbacks = (struct ssh_channel_callbacks_struct){
        .userdata = connection,
        .channel_data_function = on_data,
        .channel_eof_function = on_eof,
        .channel_close_function = on_close,
    };
    ssh_callbacks_init(&connection->callbacks);
    ssh_set_channel_callbacks(channel, &connection->callbacks);
    wire->connections = connection;
    wire->connection_count++;
}

// OpenSSH's reasons: 1 administratively prohibited, 2 connect failed.
static void say_refused(struct tunnel_connection *connection)
{
    struct link *link = connection->link;
    const struct tunnel_target *target = connection->target;
    const char *words = ssh_get_error(((struct ssh_wire *)link->wire)->session);
    char where[160];
    if (target->port == 0)
        snprintf(where, sizeof where, "%.120s", target->host);
    else
        snprintf(where, sizeof where, "%.120s:%d", target->host, target->port);
    struct err err = {0};
    if (strstr(words, "error (1)") != NULL || strstr(words, "rohibited") != NULL)
        err_set(&err,
                "%s: the SSH server forbids forwarding to %s; allow it in its sshd_config "
                "(AllowTcpForwarding, PermitOpen, AllowStreamLocalForwarding)",
                link->name, where);
    else if (strstr(words, "error (2)") != NULL)
        err_set(&err, "%s: nothing answers at %s on the host (%.120s); is that service running?",
                link->name, where,
                strstr(words, "refused") != NULL ? _("connection refused") : _("connect failed"));
    else
        err_set(&err, "%s: no tunnel to %s: %.200s", link->name, where, words);
    tunnel_fail(link, connection->target, &err);
}

static void open_channel(struct tunnel_connection *connection)
{
    const struct tunnel_target *target = connection->target;
    int result = target->port == 0 ? ssh_channel_open_forward_unix(connection->channel,
                                                                   target->host, "localhost", 0)
                                   : ssh_channel_open_forward(connection->channel, target->host,
                                                              target->port, "127.0.0.1", 0);
    if (result == SSH_OK) {
        static const struct err none = {0};
        connection->open = true;
        tunnel_fail(connection->link, connection->target, &none);
    } else if (result == SSH_ERROR) {
        say_refused(connection);
        connection->dead = true;
    }
}

static bool session_is_full(const struct tunnel_connection *connection)
{
    const struct ssh_wire *wire = connection->link->wire;
    return (ssh_get_poll_flags(wire->session) & SSH_WRITE_PENDING) != 0;
}

static void pump_to_host(struct tunnel_connection *connection)
{
    char bytes[READ_BYTES];
    while (!connection->client_ended && !connection->host_closed) {
        size_t window = ssh_channel_window_size(connection->channel);
        size_t most = window < sizeof bytes ? window : sizeof bytes;
        if (most == 0 || session_is_full(connection))
            return;
        ssize_t got = recv(connection->fd, bytes, most, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (got <= 0) {
            connection->client_ended = true;
            ssh_channel_send_eof(connection->channel);
        } else if (ssh_channel_write(connection->channel, bytes, (uint32_t)got) != got) {
            connection->dead = true; // it was within the window: the session is broken
            return;
        }
    }
}

static void pump_to_client(struct tunnel_connection *connection)
{
    char bytes[READ_BYTES];
    for (;;) {
        while (connection->pending_len > 0) {
            ssize_t sent = send(connection->fd, connection->pending + connection->pending_at,
                                connection->pending_len, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && (errno == EAGAIN || errno == EINTR))
                return;
            if (sent < 0) {
                connection->dead = true;
                return;
            }
            connection->pending_at += (size_t)sent;
            connection->pending_len -= (size_t)sent;
        }
        connection->pending_at = 0;
        if (!connection->left_over)
            break;
        // What the callback had to leave comes no second time by itself.
        connection->left_over = false;
        connection->reading = true;
        int got = ssh_channel_read_nonblocking(connection->channel, bytes, sizeof bytes, 0);
        connection->reading = false;
        if (got > 0)
            keep(connection, bytes, (size_t)got);
        if (got == (int)sizeof bytes)
            connection->left_over = true;
    }
    if (connection->host_ended && !connection->told_client) {
        shutdown(connection->fd, SHUT_WR);
        connection->told_client = true;
    }
}

static void connection_advance(struct tunnel_connection *connection)
{
    if (!connection->open)
        open_channel(connection);
    if (!connection->open || connection->dead)
        return;
    pump_to_host(connection);
    if (!connection->dead)
        pump_to_client(connection);
    bool both_ended = connection->client_ended && connection->host_ended;
    if ((both_ended || connection->host_closed) && connection->pending_len == 0 &&
        !connection->left_over)
        connection->dead = true;
}

static void connection_free(struct tunnel_connection *connection)
{
    ssh_remove_channel_callbacks(connection->channel, &connection->callbacks);
    ssh_channel_free(connection->channel);
    close(connection->fd);
    free(connection->pending);
    free(connection);
}

void ssh_tunnels_advance(struct link *link)
{
    struct ssh_wire *wire = link->wire;
    for (struct tunnel_connection **at = &wire->connections; *at != NULL;) {
        struct tunnel_connection *connection = *at;
        connection_advance(connection);
        if (connection->dead) {
            *at = connection->next;
            wire->connection_count--;
            connection_free(connection);
        } else {
            at = &connection->next;
        }
    }
}

size_t ssh_tunnels_poll(struct link *link, struct pollfd *fds)
{
    const struct ssh_wire *wire = link->wire;
    size_t count = 0;
    for (const struct tunnel_connection *c = wire->connections; c != NULL; c = c->next) {
        bool may_read = c->open && !c->client_ended && ssh_channel_window_size(c->channel) > 0 &&
                        !session_is_full(c);
        short events = (short)((may_read ? POLLIN : 0) | (c->pending_len > 0 ? POLLOUT : 0));
        // Without events a client that has gone would still wake us, at once and for ever.
        fds[count++] = (struct pollfd){.fd = events == 0 ? -1 : c->fd, .events = events};
    }
    return count;
}

void ssh_tunnels_close(struct link *link)
{
    struct ssh_wire *wire = link->wire;
    while (wire->connections != NULL) {
        struct tunnel_connection *next = wire->connections->next;
        connection_free(wire->connections);
        wire->connections = next;
    }
    wire->connection_count = 0;
}
