// SPDX-License-Identifier: MIT

// A TCP connection to a host: every address of its name, none of which may cost the time of all.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "link/ssh.h"

#define ADDRESSES_MAX 8
#define NEXT_ADDRESS_MS                                                                            \
    250 // an address that has not answered by then is left to go on beside the next
#define SEND_TIMEOUT_S  2
#define USER_TIMEOUT_MS 15000
#define PEER_TEXT_MAX   96

struct lookup {
    char *name;
    char port[8];
    int failed; // of getaddrinfo
    struct addrinfo *found;
};

static void lookup_run(void *arg)
{
    struct lookup *lookup = arg;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    lookup->failed = getaddrinfo(lookup->name, lookup->port, &hints, &lookup->found);
}

static void lookup_dispose(void *arg)
{
    struct lookup *lookup = arg;
    if (lookup->found != NULL)
        freeaddrinfo(lookup->found);
    free(lookup->name);
    free(lookup);
}

static struct lookup *resolve(struct link *link, const struct ssh_settings *settings,
                              struct err *err)
{
    char what[200];
    snprintf(what, sizeof what, _("the name server gave no address for \"%.120s\" in time"),
             settings->host);
    struct lookup *lookup = mem_alloc(sizeof *lookup);
    lookup->name = mem_strdup(settings->host);
    snprintf(lookup->port, sizeof lookup->port, "%u", settings->port);
    if (!helper_run(link, lookup_run, lookup, lookup_dispose,
                    clock_mono_ms() + settings->connect_ms, what, err))
        return NULL;
    if (lookup->failed == 0)
        return lookup;
    if (lookup->failed == EAI_AGAIN)
        err_set(err,
                "%s: the name servers do not answer for \"%s\"; check this machine's network and "
                "/etc/resolv.conf",
                link->name, settings->host);
    else
        err_set(err, "%s: the name \"%s\" is not known (%s); mend `address`", link->name,
                settings->host, gai_strerror(lookup->failed));
    lookup_dispose(lookup);
    return NULL;
}

static void peer_text(const struct addrinfo *address, char out[PEER_TEXT_MAX])
{
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        snprintf(out, PEER_TEXT_MAX, "%s", _("an unknown address"));
    else
        snprintf(out, PEER_TEXT_MAX, address->ai_family == AF_INET6 ? "[%.60s]:%.8s" : "%.60s:%.8s",
                 host, port);
}

static void set_up(int fd)
{
    int one = 1;
    unsigned user_timeout_ms = USER_TIMEOUT_MS;
    struct timeval send_timeout = {.tv_sec = SEND_TIMEOUT_S};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send_timeout, sizeof send_timeout);
}

// A race between the addresses of a name.
struct race {
    const struct addrinfo *next; // not tried yet
    int64_t next_ms;
    struct pollfd fds[ADDRESSES_MAX + 1]; // the last one is the link's wake-up
    const struct addrinfo *addresses[ADDRESSES_MAX];
    size_t count, open;
    int error; // of the last one that failed
    const struct addrinfo *failed;
};

static void race_fail(struct race *race, const struct addrinfo *address, int error)
{
    race->error = error;
    race->failed = address;
    race->next_ms = 0; // the next at once
}

static void race_start_next(struct race *race)
{
    const struct addrinfo *address = race->next;
    race->next = race->count + 1 < ADDRESSES_MAX ? address->ai_next : NULL;
    race->next_ms = clock_mono_ms() + NEXT_ADDRESS_MS;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        race_fail(race, address, errno);
        return;
    }
    set_up(fd);
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS) {
        race_fail(race, address, errno);
        close(fd);
        return;
    }
    race->addresses[race->count] = address;
    race->fds[race->count++] = (struct pollfd){.fd = fd, .events = POLLOUT};
    race->open++;
}

// The winner's place, or -1.
static int race_judge(struct race *race)
{
    for (size_t i = 0; i < race->count; i++) {
        if (race->fds[i].fd < 0 || race->fds[i].revents == 0)
            continue;
        int error = 0;
        socklen_t size = sizeof error;
        if (getsockopt(race->fds[i].fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
            error = errno;
        if (error == 0)
            return (int)i;
        race_fail(race, race->addresses[i], error);
        close(race->fds[i].fd);
        race->fds[i].fd = -1;
        race->open--;
    }
    return -1;
}

// The sentence is to name an address that was waited for, not one that had refused before.
static void race_expire(struct race *race)
{
    race->error = ETIMEDOUT;
    for (size_t i = race->count; i-- > 0;)
        if (race->fds[i].fd >= 0)
            race->failed = race->addresses[i];
}

static int race_run(struct link *link, struct race *race, int64_t deadline_ms, struct err *err)
{
    while (!link_is_stopped(link, err)) {
        int64_t now_ms = clock_mono_ms();
        if (now_ms >= deadline_ms) {
            race_expire(race);
            return -1;
        }
        if (race->next != NULL && (race->open == 0 || now_ms >= race->next_ms)) {
            race_start_next(race);
            continue;
        }
        if (race->open == 0)
            return -1;
        int64_t until_ms =
            race->next != NULL && race->next_ms < deadline_ms ? race->next_ms : deadline_ms;
        race->fds[race->count] = (struct pollfd){.fd = link->wake, .events = POLLIN};
        if (poll(race->fds, race->count + 1, clock_left_ms(until_ms)) <= 0)
            continue;
        if (race->fds[race->count].revents != 0)
            wake_drain(link->wake);
        int winner = race_judge(race);
        if (winner >= 0)
            return winner;
    }
    return -1;
}

static void say_failure(struct link *link, const struct ssh_settings *settings,
                        const struct race *race, struct err *err)
{
    char peer[PEER_TEXT_MAX];
    const struct addrinfo *address = race->failed != NULL ? race->failed
                                     : race->count > 0    ? race->addresses[0]
                                                          : NULL;
    if (address != NULL)
        peer_text(address, peer);
    else
        snprintf(peer, sizeof peer, "%.60s:%u", settings->host, settings->port);
    if (race->error == ECONNREFUSED)
        err_set(err, "%s: connection refused by %s; is sshd running there, and is the port right?",
                link->name, peer);
    else if (race->error == ETIMEDOUT)
        err_set(
            err,
            "%s: connection timed out: %s does not answer; is the host up, is there a firewall?",
            link->name, peer);
    else if (race->error == EHOSTUNREACH)
        err_set(err,
                "%s: no way to %s: %s; check this machine's network, or a firewall on the way or "
                "the host rejects it",
                link->name, peer, strerror(race->error));
    else
        err_set(err, "%s: no way to %s: %s; check this machine's network", link->name, peer,
                strerror(race->error));
}

static int connect_any(struct link *link, struct ssh_wire *wire, const struct addrinfo *found,
                       struct err *err)
{
    struct race race = {.next = found};
    int winner = race_run(link, &race, clock_mono_ms() + wire->settings.connect_ms, err);
    int fd = winner < 0 ? -1 : race.fds[winner].fd;
    for (size_t i = 0; i < race.count; i++)
        if (race.fds[i].fd >= 0 && (int)i != winner)
            close(race.fds[i].fd);
    if (fd < 0) {
        if (!atomic_load(&link->stop))
            say_failure(link, &wire->settings, &race, err);
        return -1;
    }
    char peer[PEER_TEXT_MAX];
    peer_text(race.addresses[winner], peer);
    link_set_peer(link, peer);
    return fd;
}

int ssh_dial(struct link *link, struct ssh_wire *wire, struct err *err)
{
    if (wire->settings.proxy != NULL) {
        link_set_stage(link, LINK_STAGE_CONNECT);
        return ssh_proxy_start(link, wire, err);
    }
    link_set_stage(link, LINK_STAGE_RESOLVE);
    struct lookup *lookup = resolve(link, &wire->settings, err);
    if (lookup == NULL)
        return -1;
    link_set_stage(link, LINK_STAGE_CONNECT);
    int fd = connect_any(link, wire, lookup->found, err);
    lookup_dispose(lookup);
    return fd;
}
