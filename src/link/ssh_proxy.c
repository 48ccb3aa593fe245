// SPDX-License-Identifier: MIT

// ProxyCommand and ProxyJump: a process whose standard input and output are the way to the host.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "link/ssh.h"

#define STOP_PATIENCE_MS 50

int ssh_proxy_start(struct link *link, struct ssh_wire *wire, struct err *err)
{
    int ends[2], errors[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        err_set(err, "%s: socketpair: %s", link->name, strerror(errno));
        return -1;
    }
    if (pipe2(errors, O_CLOEXEC) != 0) {
        err_set(err, "%s: pipe: %s", link->name, strerror(errno));
        close(ends[0]);
        close(ends[1]);
        return -1;
    }
    char *text = mem_printf("exec %s", wire->settings.proxy);
    const int fds[] = {ends[1], ends[1], errors[1]};
    int failed = spawn_shell(text, fds, true, &wire->proxy);
    free(text);
    close(ends[1]);
    close(errors[1]);
    fcntl(errors[0], F_SETFL, O_NONBLOCK);
    wire->proxy_words = errors[0];
    if (failed != 0) {
        err_set(err, "%s: the proxy command cannot be started: %s", link->name, strerror(failed));
        close(ends[0]);
        wire->proxy = 0;
        return -1;
    }
    struct timeval send_timeout = {.tv_sec = 2};
    setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &send_timeout, sizeof send_timeout);
    char peer[96];
    snprintf(peer, sizeof peer, _("%.60s:%u (by proxy)"), wire->settings.host, wire->settings.port);
    link_set_peer(link, peer);
    return ends[0];
}

void ssh_proxy_words(const struct ssh_wire *wire, struct err *err)
{
    char words[200];
    if (wire->proxy_words < 0)
        return;
    // It dies and says why in either order.
    struct pollfd fd = {.fd = wire->proxy_words, .events = POLLIN};
    poll(&fd, 1, STOP_PATIENCE_MS);
    ssize_t got = read(wire->proxy_words, words, sizeof words - 1);
    while (got > 0 && strchr("\r\n ", words[got - 1]) != NULL)
        got--;
    if (got <= 0)
        return;
    words[got] = '\0';
    struct err with = {0};
    err_set(&with, "%.300s; the proxy said: %s", err->text, words);
    *err = with;
}

void ssh_proxy_stop(struct ssh_wire *wire)
{
    if (wire->proxy_words >= 0)
        close(wire->proxy_words);
    wire->proxy_words = -1;
    if (wire->proxy <= 0)
        return;
    kill(-wire->proxy, SIGTERM);
    for (int waited_ms = 0; waited_ms < STOP_PATIENCE_MS; waited_ms += 5) {
        if (waitpid(wire->proxy, NULL, WNOHANG) == wire->proxy) {
            wire->proxy = 0;
            return;
        }
        poll(NULL, 0, 5);
    }
    spawn_kill(wire->proxy);
    wire->proxy = 0;
}
