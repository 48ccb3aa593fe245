// SPDX-License-Identifier: MIT

// A proof that is waited for: later than the action's first step, and from the address that it is
// about; what was there before proves nothing.
#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "action_run_host.h"

// A web interface that gives every request the file "answer".
struct web {
    int fd;
    pthread_t thread;
};

static void answer_one(int fd)
{
    char request[4096], body[512] = "", head[128];
    char *path = mem_printf("%s/answer", here.folder);
    FILE *file = fopen(path, "r");
    size_t len = fread(body, 1, sizeof body - 1, file);
    fclose(file);
    free(path);
    if (read(fd, request, sizeof request) > 0) {
        int count =
            snprintf(head, sizeof head,
                     "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", len);
        if (write(fd, head, (size_t)count) != count || write(fd, body, len) != (ssize_t)len)
            fail_msg("the answer could not be written");
    }
    close(fd);
}

static void *web_main(void *argument)
{
    struct web *web = argument;
    int fd;
    while ((fd = accept(web->fd, NULL, NULL)) >= 0)
        answer_one(fd);
    return NULL;
}

static int web_start(struct web *web)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    web->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(web->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(web->fd, 8), 0);
    assert_int_equal(getsockname(web->fd, (struct sockaddr *)&at, &size), 0);
    assert_int_equal(pthread_create(&web->thread, NULL, web_main, web), 0);
    return ntohs(at.sin_port);
}

static void web_stop(struct web *web)
{
    shutdown(web->fd, SHUT_RDWR);
    pthread_join(web->thread, NULL);
    close(web->fd);
}

static void write_answer(int at, const char *from)
{
    char *text = mem_printf("{\"retCode\":0,\"rows\":[{\"at\":%d,\"from\":\"%s\"}]}", at, from);
    write_file("answer.new", text);
    free(text);
    char *fresh = mem_printf("%s/answer.new", here.folder),
         *path = mem_printf("%s/answer", here.folder);
    assert_int_equal(rename(fresh, path), 0);
    free(fresh);
    free(path);
}

// What the plan knew was 5; the login of another phone, or an earlier one, came meanwhile.
static bool plan_login(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    plan_touch(input, out, err);
    struct plan_step *step = plan_add_step(out, "wait for the login");
    static const char *const words[] = {"rows.0.at", "5", "rows.0.from", "203.0.113.9"};
    step->after = plan_expect(out, plan_post(out, "/online", "{}"), EXPECT_LATER, words, 4);
    step->after.wait_ms = 2000;
    return true;
}
static const struct action login = TEST_ACTION(plan_login);

static void a_login_before_the_first_step_proves_nothing(void **state)
{
    (void)state;
    struct web web;
    char *port = mem_printf("http_port = %d", web_start(&web));
    begin("confirm = never", port);
    write_answer(7, "203.0.113.9:5060");
    submit(&login, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "not yet");
    end();
    web_stop(&web);
    free(port);
}

static void only_a_later_login_from_its_own_address_proves(void **state)
{
    (void)state;
    struct web web;
    char *port = mem_printf("http_port = %d", web_start(&web));
    begin("confirm = never", port);
    write_answer(7, "203.0.113.9:5060");
    submit(&login, "203.0.113.9");
    for (int i = 0; i < 500 && !exists("203.0.113.9"); i++)
        usleep(10000);
    write_answer(8, "203.0.113.10:5060");
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "from another address");
    submit(&login, "203.0.113.11");
    for (int i = 0; i < 500 && !exists("203.0.113.11"); i++)
        usleep(10000);
    write_answer(9, "203.0.113.9:5060");
    done_as(next(RUN_DONE), ACTION_DONE, "proven");
    end();
    web_stop(&web);
    free(port);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_login_before_the_first_step_proves_nothing),
        cmocka_unit_test(only_a_later_login_from_its_own_address_proves),
    };
    return !sql_library_init() || !http_library_init() ||
           cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
