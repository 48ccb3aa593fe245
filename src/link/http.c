// SPDX-License-Identifier: MIT

// Bounded HTTP POST requests and the JSON in their answers.
#include "link/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"

#define RESPONSE_MAX (8u << 20)
#define CONNECT_MS   5000
#define QUOTED_COLS  60 // of an answer that is no JSON
#define QUOTED_BYTES 256

bool http_library_init(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

struct answer {
    struct str body;
    size_t max;
    bool too_large;
};

static size_t take(char *bytes, size_t size, size_t count, void *user)
{
    struct answer *answer = user;
    if (size * count > answer->max - answer->body.len) {
        answer->too_large = true;
        return 0;
    }
    str_append_bytes(&answer->body, bytes, size * count);
    return size * count;
}

static char *url_of(const struct http_request *request)
{
    const struct link_endpoint *endpoint = &request->endpoint;
    if (endpoint->socket[0] != '\0')
        return mem_printf("http://127.0.0.1%s", request->path);
    bool v6 = strchr(endpoint->host, ':') != NULL;
    return mem_printf(v6 ? "http://[%s]:%d%s" : "http://%s:%d%s", endpoint->host, endpoint->port,
                      request->path);
}

static void set_up(CURL *curl, const struct http_request *request, const char *url,
                   struct curl_slist *headers, struct answer *answer, char *words)
{
    long left_ms = clock_left_ms(request->deadline_ms);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    if (request->endpoint.socket[0] != '\0')
        curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request->endpoint.socket);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(request->body));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, left_ms < 1 ? 1L : left_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
}

static bool say_transfer(const struct http_request *request, const struct answer *answer,
                         CURLcode code, const char *words, struct err *err)
{
    const char *where = request->where, *path = request->path;
    if (answer->too_large)
        return err_set(err, "%s: %s answered more than %zu bytes; not read", where, path,
                       answer->max);
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return err_set(err, "%s: %s was too slow: no complete answer in time (%zu bytes came)",
                       where, path, answer->body.len);
    case CURLE_COULDNT_CONNECT:
        return err_set(err,
                       "%s: connection refused; is the web service running, and `http_port` right?",
                       where);
    case CURLE_GOT_NOTHING:
        return err_set(err, "%s: the connection was closed without an answer to %s", where, path);
    case CURLE_PARTIAL_FILE:
        return err_set(err, "%s: the answer to %s was cut off after %zu bytes", where, path,
                       answer->body.len);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        return err_set(err, "%s: what answers there is no web service; is `http_port` right?",
                       where);
    default:
        return err_set(err, "%s: %s: %.200s", where, path,
                       words[0] == '\0' ? curl_easy_strerror(code) : words);
    }
}

static bool say_status(const struct http_request *request, long status, struct err *err)
{
    const char *where = request->where, *path = request->path;
    if (status == 404)
        return err_set(
            err,
            "%s: HTTP 404: %s does not exist there: an older version, or another service behind "
            "this "
            "port; check http_port, or write http_port = 0 where there is no web interface",
            where, path);
    if (status == 401 || status == 403)
        return err_set(
            err, "%s: HTTP %ld: %s is not permitted; is this address allowed to use the interface?",
            where, status, path);
    return err_set(err, "%s: HTTP %ld for %s", where, status, path);
}

static bool post(const struct http_request *request, struct answer *answer, struct err *err)
{
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        return err_set(err, "%s: the HTTP library has no memory", request->where);
    char words[CURL_ERROR_SIZE] = "";
    char *url = url_of(request);
    char *type = mem_printf("Content-Type: %s", request->content_type);
    struct curl_slist *headers = curl_slist_append(NULL, type);
    headers = curl_slist_append(headers, "Expect:");
    set_up(curl, request, url, headers, answer, words);
    if (request->load != NULL)
        atomic_fetch_add(&request->load->requests, 1);
    CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    bool ok = code == CURLE_OK && status == 200;
    if (code != CURLE_OK)
        say_transfer(request, answer, code, words, err);
    else if (status != 200)
        say_status(request, status, err);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    free(type);
    free(url);
    return ok;
}

// jansson is strict; two sins of real servers are forgiven: integers beyond 64 bits, and text that
// is no UTF-8.
static json_t *parse(const struct str *body, json_error_t *error)
{
    json_t *json = json_loadb(body->text, body->len, 0, error);
    if (json == NULL && json_error_code(error) == json_error_numeric_overflow)
        json = json_loadb(body->text, body->len, JSON_DECODE_INT_AS_REAL, error);
    if (json == NULL && json_error_code(error) == json_error_invalid_utf8) {
        char *repaired = text_valid_utf8(body->text, body->len);
        json = json_loads(repaired, 0, error);
        free(repaired);
    }
    return json;
}

static bool say_no_json(const struct http_request *request, const struct str *body,
                        const json_error_t *error, struct err *err)
{
    if (json_error_code(error) == json_error_premature_end_of_input)
        return err_set(err, "%s: the answer to %s ends in the middle of its JSON, after %zu bytes",
                       request->where, request->path, body->len);
    char quoted[QUOTED_BYTES];
    text_clean(quoted, sizeof quoted, body->text, body->len, QUOTED_COLS);
    return err_set(err, "%s: the answer to %s is not JSON (line %d, column %d: %s): %s",
                   request->where, request->path, error->line, error->column, error->text, quoted);
}

bool http_post_json(const struct http_request *request, json_t **out, struct err *err)
{
    struct answer answer = {.max =
                                request->response_max == 0 ? RESPONSE_MAX : request->response_max};
    bool ok = post(request, &answer, err);
    const char *body = str_text(&answer.body);
    if (ok && strspn(body, " \t\r\n") == answer.body.len)
        ok = err_set(err, "%s: empty answer to %s", request->where, request->path);
    if (ok) {
        json_error_t error;
        *out = parse(&answer.body, &error);
        ok = *out != NULL || say_no_json(request, &answer.body, &error, err);
    }
    str_dispose(&answer.body);
    return ok;
}

bool json_member_int(const json_t *object, const char *key, int64_t *out)
{
    const json_t *member = json_object_get(object, key);
    if (json_is_integer(member)) {
        *out = json_integer_value(member);
        return true;
    }
    if (json_is_real(member)) {
        double real = json_real_value(member);
        if (!(real >= -9.2e18 && real <= 9.2e18))
            return false;
        *out = (int64_t)real;
        return (double)*out == real;
    }
    if (!json_is_string(member))
        return false;
    const char *text = json_string_value(member);
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || strspn(text, "+-0123456789") != strlen(text))
        return false;
    *out = value;
    return true;
}

bool json_member_real(const json_t *object, const char *key, double *out)
{
    const json_t *member = json_object_get(object, key);
    if (json_is_number(member)) {
        *out = json_number_value(member);
        return true;
    }
    if (!json_is_string(member))
        return false;
    const char *text = json_string_value(member);
    char *end;
    double value = strtod(text, &end);
    // strtod also takes hexadecimal, inf and nan.
    if (end == text || *end != '\0' || strspn(text, "+-.0123456789eE") != strlen(text))
        return false;
    *out = value;
    return true;
}
