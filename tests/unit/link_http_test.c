// SPDX-License-Identifier: MIT

// HTTP requests against a server of this test that answers well, badly, slowly, or not at all.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/thread.h"
#include "link/http.h"

// What the server says, by path. NULL: nothing, the connection stays open. "": it is closed.
static const struct {
    const char *path, *answer;
} answers[] = {
    {"/good", "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"retCode\": 0 }\n"},
    {"/absent", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"},
    {"/forbidden", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"},
    {"/broken", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"},
    {"/moved", "HTTP/1.1 302 Found\r\nLocation: http://203.0.113.1/\r\nContent-Length: 0\r\n\r\n"},
    {"/empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {"/blank", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n \r\n "},
    {"/garbage", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>\033[2Jhello</html>"},
    {"/half", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"a\": [1, 2"},
    {"/cut", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"a\": 1}"},
    {"/numbers",
     "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"big\": 9223372036854775807, \"text\": \"12\","
     " \"huge\": 18446744073709551616, \"real\": 2.5, \"whole\": 3.0, \"words\": \"12x\","
     " \"hex\": \"0x10\", \"none\": null, \"treal\": \"1.25\", \"space\": \" 1\", \"void\": \"\"}"},
    {"/latin", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"name\": \"Zo\xeb\"}"},
    {"/noise", "SSH-2.0-OpenSSH_5.3\r\n"},
    {"/closed", ""},
    {"/slow", NULL},
};

static int listener, unix_listener;
static int port;
static char socket_path[64], seen_request[4096];
static pthread_t server;
static int stop_pipe[2];

static void serve(int fd, int held[], size_t *held_count)
{
    char request[4096];
    size_t have = 0;
    ssize_t got;
    while (have < sizeof request - 1 &&
           (got = read(fd, request + have, sizeof request - 1 - have)) > 0) {
        have += (size_t)got;
        request[have] = '\0';
        const char *end = strstr(request, "\r\n\r\n");
        const char *length = strstr(request, "Content-Length: ");
        if (end != NULL && length != NULL && strlen(end + 4) >= (size_t)atoi(length + 16))
            break;
    }
    snprintf(seen_request, sizeof seen_request, "%s", request);
    char path[64] = "";
    sscanf(request, "POST %63s", path);
    if (strcmp(path, "/endless") == 0) {
        static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[";
        char zeros[4096];
        memset(zeros, ' ', sizeof zeros);
        (void)!send(fd, head, sizeof head - 1, MSG_NOSIGNAL);
        while (send(fd, zeros, sizeof zeros, MSG_NOSIGNAL) > 0)
            ;
    }
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (strcmp(path, answers[i].path) != 0)
            continue;
        if (answers[i].answer == NULL) {
            held[(*held_count)++] = fd;
            return;
        }
        (void)!send(fd, answers[i].answer, strlen(answers[i].answer), MSG_NOSIGNAL);
    }
    shutdown(fd, SHUT_WR);
    close(fd);
}

static void *server_main(void *arg)
{
    (void)arg;
    int held[16];
    size_t held_count = 0;
    struct pollfd fds[] = {{.fd = listener, .events = POLLIN},
                           {.fd = unix_listener, .events = POLLIN},
                           {.fd = stop_pipe[0], .events = POLLIN}};
    while (poll(fds, 3, -1) > 0 && fds[2].revents == 0)
        for (int i = 0; i < 2; i++)
            if (fds[i].revents != 0)
                serve(accept(fds[i].fd, NULL, NULL), held, &held_count);
    while (held_count > 0)
        close(held[--held_count]);
    return NULL;
}

static int start(void **state)
{
    (void)state;
    assert_true(http_library_init());
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 8), 0);
    getsockname(listener, (struct sockaddr *)&address, &size);
    port = ntohs(address.sin_port);
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    snprintf(socket_path, sizeof socket_path, "/tmp/nocdesk-http-%d.sock", (int)getpid());
    strcpy(path.sun_path, socket_path);
    unix_listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(unix_listener, (struct sockaddr *)&path, sizeof path), 0);
    assert_int_equal(listen(unix_listener, 8), 0);
    assert_int_equal(pipe(stop_pipe), 0);
    assert_true(thread_start(&server, "server", server_main, NULL));
    return 0;
}

static int end(void **state)
{
    (void)state;
    close(stop_pipe[1]);
    pthread_join(server, NULL);
    close(stop_pipe[0]);
    close(listener);
    close(unix_listener);
    unlink(socket_path);
    return 0;
}

static struct http_request request_for(const char *path)
{
    struct http_request request = {.where = "sw1: HTTP 127.0.0.1:8080",
                                   .path = path,
                                   .body = "{\"name\": \"Zo\u00eb\"}",
                                   .content_type = "text/html;charset=UTF-8",
                                   .deadline_ms = clock_mono_ms() + 5000};
    strcpy(request.endpoint.host, "127.0.0.1");
    request.endpoint.port = port;
    return request;
}

static void expect_words(const char *path, const char *words)
{
    struct http_request request = request_for(path);
    struct err err = {0};
    json_t *json = NULL;
    assert_false(http_post_json(&request, &json, &err));
    assert_null(json);
    if (strstr(err.text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, err.text);
    assert_int_equal(strncmp(err.text, "sw1: HTTP 127.0.0.1:8080: ", 26), 0);
}

static void answer_is_parsed_and_counted(void **state)
{
    (void)state;
    struct link_load load = {0};
    struct http_request request = request_for("/good");
    request.load = &load;
    struct err err = {0};
    json_t *json = NULL;
    assert_true(http_post_json(&request, &json, &err));
    int64_t code = 9;
    assert_true(json_member_int(json, "retCode", &code));
    assert_int_equal(code, 0);
    assert_int_equal(atomic_load(&load.requests), 1);
    json_decref(json);
}

static void request_is_sent_as_asked(void **state)
{
    (void)state;
    struct http_request request = request_for("/good");
    struct err err = {0};
    json_t *json = NULL;
    assert_true(http_post_json(&request, &json, &err));
    json_decref(json);
    assert_int_equal(strncmp(seen_request, "POST /good HTTP/1.1\r\n", 21), 0);
    assert_non_null(strstr(seen_request, "\r\nContent-Type: text/html;charset=UTF-8\r\n"));
    assert_null(strstr(seen_request, "Expect"));
    assert_string_equal(strstr(seen_request, "\r\n\r\n") + 4, request.body);
}

static void unix_socket_serves_too(void **state)
{
    (void)state;
    struct http_request request = request_for("/good");
    request.endpoint = (struct link_endpoint){0};
    strcpy(request.endpoint.socket, socket_path);
    struct err err = {0};
    json_t *json = NULL;
    assert_true(http_post_json(&request, &json, &err));
    json_decref(json);
}

static void statuses_have_their_own_words(void **state)
{
    (void)state;
    expect_words("/absent", "HTTP 404: /absent does not exist there");
    expect_words("/forbidden", "HTTP 403: /forbidden is not permitted");
    expect_words("/broken", "HTTP 500");
    expect_words("/moved", "HTTP 302");
}

static void bad_answers_have_their_own_words(void **state)
{
    (void)state;
    expect_words("/empty", "empty answer to /empty");
    expect_words("/blank", "empty answer to /blank");
    expect_words("/garbage", "is not JSON (line 1, column 1");
    expect_words("/half", "ends in the middle of its JSON");
    expect_words("/cut", "was cut off after 8 bytes");
    expect_words("/noise", "no web service");
    expect_words("/closed", "closed without an answer");
}

static void foreign_bytes_are_cleaned_in_the_sentence(void **state)
{
    (void)state;
    struct http_request request = request_for("/garbage");
    struct err err = {0};
    json_t *json = NULL;
    assert_false(http_post_json(&request, &json, &err));
    assert_null(strchr(err.text, '\033'));
    assert_non_null(strstr(err.text, "hello"));
}

static void refused_connection_is_said(void **state)
{
    (void)state;
    struct http_request request = request_for("/good");
    request.endpoint.port = 1;
    struct err err = {0};
    json_t *json = NULL;
    assert_false(http_post_json(&request, &json, &err));
    assert_non_null(strstr(err.text, "connection refused"));
}

static void slow_answer_ends_at_the_deadline(void **state)
{
    (void)state;
    struct http_request request = request_for("/slow");
    struct err err = {0};
    json_t *json = NULL;
    int64_t began_ms = clock_mono_ms();
    request.deadline_ms = began_ms + 200;
    assert_false(http_post_json(&request, &json, &err));
    assert_in_range(clock_mono_ms() - began_ms, 190, 600);
    assert_non_null(strstr(err.text, "/slow was too slow"));
}

static void answer_without_end_is_bounded(void **state)
{
    (void)state;
    struct http_request request = request_for("/endless");
    request.response_max = 100000;
    struct err err = {0};
    json_t *json = NULL;
    assert_false(http_post_json(&request, &json, &err));
    assert_non_null(strstr(err.text, "more than 100000 bytes"));
}

static void text_that_is_no_utf8_is_forgiven(void **state)
{
    (void)state;
    struct http_request request = request_for("/latin");
    struct err err = {0};
    json_t *json = NULL;
    assert_true(http_post_json(&request, &json, &err));
    assert_string_equal(json_string_value(json_object_get(json, "name")), "Zo\uFFFD");
    json_decref(json);
}

static void numbers_may_be_strings_and_are_exact(void **state)
{
    (void)state;
    struct http_request request = request_for("/numbers");
    struct err err = {0};
    json_t *json = NULL;
    int64_t integer = 0;
    double real = 0;
    assert_true(http_post_json(&request, &json, &err));
    assert_true(json_member_int(json, "text", &integer));
    assert_int_equal(integer, 12);
    assert_true(json_member_int(json, "whole", &integer));
    assert_int_equal(integer, 3);
    assert_true(json_member_real(json, "huge", &real));
    assert_true(real > 1.8e19);
    assert_true(json_member_real(json, "treal", &real));
    assert_true(real == 1.25);
    assert_true(json_member_real(json, "text", &real));
    assert_true(real == 12);
    static const char *const no_integers[] = {"real", "huge",  "words", "hex",
                                              "none", "space", "void",  "absent"};
    for (size_t i = 0; i < sizeof no_integers / sizeof no_integers[0]; i++)
        assert_false(json_member_int(json, no_integers[i], &integer));
    static const char *const no_reals[] = {"words", "hex", "none", "void", "space", "absent"};
    for (size_t i = 0; i < sizeof no_reals / sizeof no_reals[0]; i++)
        assert_false(json_member_real(json, no_reals[i], &real));
    json_decref(json);
    json = json_loads("{\"big\": 9223372036854775807}", 0, NULL);
    assert_true(json_member_int(json, "big", &integer));
    assert_true(integer == INT64_MAX);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(answer_is_parsed_and_counted),
        cmocka_unit_test(request_is_sent_as_asked),
        cmocka_unit_test(unix_socket_serves_too),
        cmocka_unit_test(statuses_have_their_own_words),
        cmocka_unit_test(bad_answers_have_their_own_words),
        cmocka_unit_test(foreign_bytes_are_cleaned_in_the_sentence),
        cmocka_unit_test(refused_connection_is_said),
        cmocka_unit_test(slow_answer_ends_at_the_deadline),
        cmocka_unit_test(answer_without_end_is_bounded),
        cmocka_unit_test(text_that_is_no_utf8_is_forgiven),
        cmocka_unit_test(numbers_may_be_strings_and_are_exact),
    };
    return cmocka_run_group_tests(all, start, end);
}
