// SPDX-License-Identifier: MIT

// A host's database and web interface, reached over its link as the configuration says.
#ifndef LINK_SERVICE_H
#define LINK_SERVICE_H

#include "conf/config.h"
#include "link/http.h"
#include "link/sql.h"

// "sw1: MySQL 127.0.0.1:3306", "sw1: HTTP 127.0.0.1:8080": for messages. Heap strings.
char *service_sql_name(const struct host_config *host);
char *service_http_name(const struct host_config *host);

// Opens a connection of its own. Asks for the password where a command gives it (at most 10 s,
// beside timeout_ms). where: service_sql_name(). Any thread but the session thread.
bool service_open_sql(struct link *link, const struct host_config *host, const char *where,
                      int64_t timeout_ms, struct sql **out, struct err *err);

// http_post_json() to the host's web interface: endpoint and load are filled in here; the error is
// the tunnel's own where the tunnel is what failed. Any thread but the session thread.
bool service_post(struct link *link, const struct host_config *host, struct http_request *request,
                  json_t **out, struct err *err);

// Whether nothing takes connections where the database, or the web interface, of this machine would
// be. False where it cannot be told. Waits 200 ms at most.
bool service_sql_is_absent(const struct host_config *host);
bool service_http_is_absent(const struct host_config *host);

#endif
