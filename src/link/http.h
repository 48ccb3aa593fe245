// SPDX-License-Identifier: MIT

// One bounded HTTP POST over a link's endpoint (libcurl), and its JSON (jansson).
#ifndef LINK_HTTP_H
#define LINK_HTTP_H

#include <jansson.h>

#include "base/err.h"
#include "link/link.h"

// Process-wide, before any thread.
bool http_library_init(void);

struct http_request {
    struct link_endpoint endpoint;
    const char *where;        // for messages: "sw1: HTTP 127.0.0.1:8080"
    const char *path;         // "/external/server/GetPerformance"
    const char *body;         // UTF-8
    const char *content_type; // "text/html;charset=UTF-8"
    int64_t deadline_ms;      // monotonic
    size_t response_max;      // 0: 8 MiB
    struct link_load *load;   // counts requests; may be NULL
};

// POSTs and parses one JSON document. An HTTP status other than 200, an empty answer, an answer
// that is not JSON or is cut short, too large, too late: each an error sentence of its own. New
// reference in *out.
bool http_post_json(const struct http_request *request, json_t **out, struct err *err);

// Numbers that may arrive as strings. False when the member is absent, null, or no number.
bool json_member_int(const json_t *object, const char *key, int64_t *out);
bool json_member_real(const json_t *object, const char *key, double *out);

#endif
