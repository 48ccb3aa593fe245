// SPDX-License-Identifier: MIT

// Tunnels to MySQL and HTTP, and whose word to believe when one of them fails.
#include "link/service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

#define HTTP_ADDRESS "127.0.0.1" // as seen from the host
#define REFUSAL_MS   200         // from this machine's own loopback it comes at once

char *service_sql_name(const struct host_config *host)
{
    if (host->mysql_socket[0] != '\0')
        return mem_printf("%s: MySQL %s", host->name, host->mysql_socket);
    return mem_printf("%s: MySQL %s:%d", host->name, host->mysql_host, host->mysql_port);
}

char *service_http_name(const struct host_config *host)
{
    return mem_printf("%s: HTTP %s:%d", host->name, HTTP_ADDRESS, host->http_port);
}

// A client of a tunnel's socket sees only a closed connection: the tunnel knows why.
static void explain(struct link *link, const char *through, int port, struct err *err)
{
    struct err reason = {0};
    link_tunnel_error(link, through, port, &reason);
    if (err_is_set(&reason))
        *err = reason;
}

// Fills the endpoint; *through is the host or socket that the tunnel leads to, NULL: no tunnel.
static bool find_sql(struct link *link, const struct host_config *host, const char **through,
                     int *port, struct link_endpoint *endpoint, struct err *err)
{
    *port = host->mysql_socket[0] != '\0' ? 0 : host->mysql_port;
    *through = *port == 0 ? host->mysql_socket : host->mysql_host;
    if (!host->mysql_direct)
        return link_tunnel(link, *through, *port, endpoint, err);
    *endpoint = (struct link_endpoint){.port = *port};
    if (*port == 0)
        snprintf(endpoint->socket, sizeof endpoint->socket, "%s", *through);
    else
        snprintf(endpoint->host, sizeof endpoint->host, "%s", *through);
    *through = NULL;
    return true;
}

bool service_open_sql(struct link *link, const struct host_config *host, const char *where,
                      int64_t timeout_ms, struct sql **out, struct err *err)
{
    struct sql_target target = {
        .where = where,
        .database = host->mysql_database,
        .user = host->mysql_user,
        .load = link_load(link),
    };
    const char *through;
    char *password;
    int port;

    if (host->mysql_port == 0 && host->mysql_socket[0] == '\0')
        return err_set(err, "%s: no database is configured (mysql_port = 0)", host->name);
    if (!find_sql(link, host, &through, &port, &target.endpoint, err) ||
        !config_mysql_password(host, &password, err))
        return false;
    target.password = password;
    bool ok = sql_open(&target, timeout_ms, out, err);
    config_wipe(password);
    if (!ok && through != NULL)
        explain(link, through, port, err);
    return ok;
}

bool service_post(struct link *link, const struct host_config *host, struct http_request *request,
                  json_t **out, struct err *err)
{
    if (host->http_port == 0)
        return err_set(err, "%s: no web interface is configured (http_port = 0)", host->name);
    request->load = link_load(link);
    if (!link_tunnel(link, HTTP_ADDRESS, host->http_port, &request->endpoint, err))
        return false;
    if (http_post_json(request, out, err))
        return true;
    explain(link, HTTP_ADDRESS, host->http_port, err);
    return false;
}

static bool refuses(const char *address, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = 0;
    if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1)
        error = EINVAL;
    else if (connect(fd, (const struct sockaddr *)&to, sizeof to) != 0)
        error = errno;
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    socklen_t size = sizeof error;
    if (error == EINPROGRESS && poll(&wait, 1, REFUSAL_MS) == 1)
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (fd >= 0)
        close(fd);
    return error == ECONNREFUSED;
}

bool service_sql_is_absent(const struct host_config *host)
{
    return host->mysql_socket[0] == '\0' && refuses(host->mysql_host, host->mysql_port);
}

bool service_http_is_absent(const struct host_config *host)
{
    return refuses(HTTP_ADDRESS, host->http_port);
}
