// SPDX-License-Identifier: MIT

// The SSH link: one libssh session, its connection and its part of the session thread's loop.
#include "link/ssh.h"

#include <errno.h>
#include <libssh/callbacks.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"

#define LISTENERS_MAX 16

static void say_nothing(int priority, const char *function, const char *words, void *user)
{
    (void)priority;
    (void)function;
    (void)words;
    (void)user;
}

void ssh_quiet(void)
{
    ssh_set_log_callback(say_nothing);
    ssh_set_log_level(SSH_LOG_NONE);
}

static short session_events(const struct ssh_wire *wire)
{
    bool pending = (ssh_get_poll_flags(wire->session) & SSH_WRITE_PENDING) != 0;
    return (short)(POLLIN | (pending ? POLLOUT : 0));
}

bool ssh_wait(struct link *link, int64_t deadline_ms, const char *what, struct err *err)
{
    struct ssh_wire *wire = link->wire;
    return link_wait(link, ssh_get_fd(wire->session), session_events(wire), deadline_ms, what, err);
}

static bool exchange_keys(struct link *link, struct ssh_wire *wire, struct err *err)
{
    int64_t deadline_ms = clock_mono_ms() + wire->settings.connect_ms;
    int result;
    while ((result = ssh_connect(wire->session)) == SSH_AGAIN)
        if (!ssh_wait(
                link, deadline_ms,
                _("connected, but no SSH answer in time (is it an SSH port? is sshd overloaded?)"),
                err))
            return false;
    if (result == SSH_OK)
        return true;
    if (link_is_stopped(link, err))
        return false;
    const char *words = ssh_get_error(wire->session);
    if (strstr(words, "no match for method") != NULL)
        err_set(err,
                "%s: no algorithm in common; for an EL5 or EL6 host set `legacy = yes`: %.300s",
                link->name, words);
    else
        err_set(err, "%s: no SSH session: %.300s", link->name, words);
    ssh_proxy_words(wire, err);
    return false;
}

static bool open_session(struct link *link, struct ssh_wire *wire, struct err *err)
{
    if (!ssh_settings_load(link, wire, err))
        return false;
    link_set_notes(link, str_text(&wire->settings.notes));
    int fd = ssh_dial(link, wire, err);
    if (fd < 0)
        return false;
    atomic_fetch_add(&link->load.connects, 1);
    wire->watch = link_watch(link, fd);
    if (ssh_options_set(wire->session, SSH_OPTIONS_FD, &fd) != 0) {
        close(fd);
        return err_set(err, "%s: libssh does not take the socket", link->name);
    }
    ssh_set_blocking(wire->session, 0);
    if (!exchange_keys(link, wire, err) || !ssh_hostkey_check(link, wire, err) ||
        !ssh_login(link, wire, err))
        return false;
    ssh_set_counters(wire->session, NULL, &wire->received);
    wire->event = ssh_event_new();
    return (wire->event != NULL && ssh_event_add_session(wire->event, wire->session) == SSH_OK) ||
           err_set(err, "%s: libssh has no memory for its loop", link->name);
}

static bool transport_open(struct link *link, struct err *err)
{
    ssh_quiet();
    struct ssh_wire *wire = mem_alloc(sizeof *wire);
    wire->watch = -1;
    wire->proxy_words = -1;
    link->wire = wire;
    return open_session(link, wire, err);
}

static void transport_close(struct link *link)
{
    struct ssh_wire *wire = link->wire;
    if (wire == NULL)
        return;
    tunnels_close(link);
    ssh_tunnels_close(link);
    if (wire->event != NULL) {
        ssh_event_remove_session(wire->event, wire->session);
        ssh_event_free(wire->event);
    }
    if (wire->session != NULL) {
        ssh_silent_disconnect(wire->session);
        ssh_free(wire->session);
    }
    link_unwatch(link, wire->watch);
    ssh_proxy_stop(wire);
    ssh_settings_dispose(&wire->settings);
    free(wire);
    link->wire = NULL;
}

// The listening sockets of now; their targets stay while the link does.
static size_t listeners(struct link *link, struct tunnel_target *targets[], struct pollfd fds[])
{
    size_t count = 0;
    pthread_mutex_lock(&link->mutex);
    for (struct tunnel_target *t = link->targets; t != NULL && count < LISTENERS_MAX; t = t->next) {
        if (t->listener < 0)
            continue;
        targets[count] = t;
        fds[count++] = (struct pollfd){.fd = t->listener, .events = POLLIN};
    }
    pthread_mutex_unlock(&link->mutex);
    return count;
}

static bool say_lost(struct link *link, struct ssh_wire *wire, struct err *err)
{
    if (link_is_stopped(link, err))
        return false;
    const char *words = ssh_get_error(wire->session);
    err_set(err, "%s: the connection was lost: %.200s", link->name,
            words[0] == '\0' ? _("the host closed it") : words);
    ssh_proxy_words(wire, err);
    return false;
}

static bool transport_turn(struct link *link, int64_t until_ms, struct err *err)
{
    struct ssh_wire *wire = link->wire;
    struct tunnel_target *targets[LISTENERS_MAX];
    struct pollfd fds[2 + LISTENERS_MAX + SSH_CONNECTIONS_MAX] = {
        {.fd = ssh_get_fd(wire->session), .events = session_events(wire)},
        {.fd = link->wake, .events = POLLIN},
    };
    size_t count = 2, listening = listeners(link, targets, fds + count);
    count += listening;
    count += ssh_tunnels_poll(link, fds + count);
    bool unhandled = wire->received.in_packets != wire->handled;
    if (poll(fds, count, unhandled ? 0 : clock_left_ms(until_ms)) < 0 && errno != EINTR)
        return err_set(err, "%s: poll: %s", link->name, strerror(errno));
    if (fds[1].revents != 0)
        wake_drain(link->wake);
    if (ssh_event_dopoll(wire->event, 0) == SSH_ERROR || !ssh_is_connected(wire->session))
        return say_lost(link, wire, err);
    // Any libssh call may bring in packets for any channel. What comes from here on may be for one
    // that was already looked at: the next turn does not sleep then.
    if (wire->received.in_packets != wire->handled)
        link->heard_ms = clock_mono_ms();
    wire->handled = wire->received.in_packets;
    for (size_t i = 0; i < listening; i++)
        if (fds[2 + i].revents != 0)
            ssh_tunnel_accept(link, targets[i], fds[2 + i].fd);
    ssh_commands_advance(link);
    ssh_tunnels_advance(link);
    return ssh_is_connected(wire->session) || say_lost(link, wire, err);
}

const struct transport transport_ssh = {
    .open = transport_open,
    .close = transport_close,
    .start = ssh_command_start,
    .end = ssh_command_end,
    .drop = ssh_command_drop,
    .turn = transport_turn,
    .tunnels = true,
    .keepalives = true,
};
