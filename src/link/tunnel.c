// SPDX-License-Identifier: MIT

// The listening sockets of tunnels: private files that only this process may use.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/xdg.h"
#include "link/session.h"

#define BACKLOG 16
// The folder's part of a path that still leaves room for "/12.sock.THREAD".
#define DIR_TEXT_MAX 80

static struct tunnel_target *target_find(struct link *link, const char *host, int port)
{
    struct tunnel_target *target = link->targets;
    while (target != NULL && (target->port != port || strcmp(target->host, host) != 0))
        target = target->next;
    return target;
}

// A folder of this link, 0700, in the run-time folder or, when its name is too long for a socket,
// in /tmp. Heap; NULL and err.
static char *make_dir(const struct link *link, struct err *err)
{
    char *base = xdg_runtime_path("");
    char *dir = mem_printf("%s/tunnel-XXXXXX", base);
    bool ok =
        strlen(dir) <= DIR_TEXT_MAX && xdg_make_private_dir(base, NULL) && mkdtemp(dir) != NULL;
    free(base);
    if (!ok) {
        free(dir);
        dir = mem_strdup("/tmp/nocdesk-tunnel-XXXXXX");
        ok = mkdtemp(dir) != NULL;
    }
    if (ok)
        return dir;
    err_set(err, "%s: no folder for the tunnel's socket in $XDG_RUNTIME_DIR or /tmp: %s",
            link->name, strerror(errno));
    free(dir);
    return NULL;
}

static int listen_at(const struct link *link, const char *path, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(path);
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
        chmod(path, 0600) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    err_set(err, "%s: the tunnel's socket %s cannot be made: %s", link->name, path,
            strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool ensure_dir(struct link *link, struct err *err)
{
    pthread_mutex_lock(&link->mutex);
    bool there = link->tunnel_dir != NULL;
    pthread_mutex_unlock(&link->mutex);
    char *dir = there ? NULL : make_dir(link, err);
    if (!there && dir == NULL)
        return false;
    pthread_mutex_lock(&link->mutex);
    if (link->tunnel_dir == NULL) {
        link->tunnel_dir = dir;
        dir = NULL;
    }
    pthread_mutex_unlock(&link->mutex);
    if (dir != NULL)
        rmdir(dir); // another thread was faster
    free(dir);
    return true;
}

// The target's entry, made when it is new.
static struct tunnel_target *target_get(struct link *link, const char *host, int port)
{
    pthread_mutex_lock(&link->mutex);
    struct tunnel_target *target = target_find(link, host, port);
    if (target == NULL) {
        target = mem_alloc(sizeof *target);
        *target = (struct tunnel_target){
            .next = link->targets, .host = mem_strdup(host), .port = port, .listener = -1};
        snprintf(target->path, sizeof target->path, "%s/%u.sock", link->tunnel_dir,
                 link->tunnel_count++);
        link->targets = target;
    }
    pthread_mutex_unlock(&link->mutex);
    return target;
}

static bool target_open(struct link *link, struct tunnel_target *target, struct err *err)
{
    pthread_mutex_lock(&link->mutex);
    bool open = target->listener >= 0;
    pthread_mutex_unlock(&link->mutex);
    if (open)
        return true;
    // Under a name of its own first: two threads at once must not unlink each other's socket.
    char path[sizeof target->path];
    snprintf(path, sizeof path, "%.97s.%x", target->path, (unsigned)gettid());
    int fd = listen_at(link, path, err);
    if (fd < 0)
        return false;
    pthread_mutex_lock(&link->mutex);
    bool up = link->status.up;
    if (up && target->listener < 0 && rename(path, target->path) == 0) {
        target->listener = fd;
        fd = -1;
    }
    open = target->listener >= 0;
    pthread_mutex_unlock(&link->mutex);
    if (fd >= 0) {
        close(fd);
        unlink(path);
    }
    return open || err_set(err, "%s: not connected", link->name);
}

bool link_tunnel(struct link *link, const char *host, int port, struct link_endpoint *out,
                 struct err *err)
{
    *out = (struct link_endpoint){0};
    struct link_status status;
    link_get_status(link, &status);
    if (!status.up)
        return err_set(err, "%s: %s", link->name,
                       link->played ? "this is a replay; nothing is asked of the host"
                                    : "not connected");
    size_t len = strlen(host);
    if (!link->transport->tunnels) {
        if (len >= (port == 0 ? sizeof out->socket : sizeof out->host))
            return err_set(err, "%s: \"%.60s…\" is too long for a host or a socket", link->name,
                           host);
        memcpy(port == 0 ? out->socket : out->host, host, len + 1);
        out->port = port;
        return true;
    }
    if (!ensure_dir(link, err))
        return false;
    struct tunnel_target *target = target_get(link, host, port);
    if (!target_open(link, target, err))
        return false;
    memcpy(out->socket, target->path, sizeof out->socket);
    wake_signal(link->wake); // a new listener is to be polled
    return true;
}

void link_tunnel_error(struct link *link, const char *host, int port, struct err *out)
{
    *out = (struct err){0};
    pthread_mutex_lock(&link->mutex);
    const struct tunnel_target *target = target_find(link, host, port);
    if (target != NULL)
        *out = target->error;
    pthread_mutex_unlock(&link->mutex);
}

void tunnel_fail(struct link *link, struct tunnel_target *target, const struct err *why)
{
    pthread_mutex_lock(&link->mutex);
    target->error = *why;
    pthread_mutex_unlock(&link->mutex);
}

int tunnel_accept(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return -1;
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid != getpid()) {
        close(fd);
        return -1;
    }
    return fd;
}

void tunnels_close(struct link *link)
{
    pthread_mutex_lock(&link->mutex);
    for (struct tunnel_target *target = link->targets; target != NULL; target = target->next) {
        if (target->listener < 0)
            continue;
        close(target->listener);
        target->listener = -1;
        unlink(target->path);
    }
    pthread_mutex_unlock(&link->mutex);
}

void tunnels_free(struct link *link)
{
    while (link->targets != NULL) {
        struct tunnel_target *target = link->targets;
        link->targets = target->next;
        free(target->host);
        free(target);
    }
    if (link->tunnel_dir != NULL)
        rmdir(link->tunnel_dir);
    free(link->tunnel_dir);
}
