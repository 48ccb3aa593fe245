// SPDX-License-Identifier: MIT

// The link to this machine, and what all links do without a network.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link_servers.h"

static struct run run;

static int start(void **state)
{
    (void)state;
    run_init(&run, 0);
    run.host.link = LINK_LOCAL;
    run_start(&run);
    assert_true(run_wait_up(&run));
    return 0;
}

static int end(void **state)
{
    (void)state;
    run_stop(&run);
    return 0;
}

static void output_errors_and_status_come_back(void **state)
{
    (void)state;
    struct link_result result;
    struct err err = {0};
    assert_true(run_script(&run, "echo out; echo bad >&2; echo $LC_ALL; exit 3", &result, &err));
    assert_string_equal(str_text(&result.out), "out\nC\n");
    assert_string_equal(str_text(&result.err), "bad\n");
    assert_int_equal(result.exit_status, 3);
    link_result_dispose(&result);
}

static void words_arrive_as_they_are(void **state)
{
    (void)state;
    const char *const argv[] = {"printf", "%s|", "a b", "$(id)", "it's", "`x`;\n&", "\\", "", NULL};
    const struct link_command command = {.argv = argv, .deadline_ms = clock_mono_ms() + 10000};
    struct link_result result;
    struct err err = {0};
    assert_true(link_exec(run.link, &command, &result, &err));
    assert_string_equal(str_text(&result.out), "a b|$(id)|it's|`x`;\n&|\\||");
    link_result_dispose(&result);
}

static void signals_and_missing_commands_are_told(void **state)
{
    (void)state;
    struct link_result result;
    struct err err = {0};
    assert_true(run_script(&run, "kill -KILL $$", &result, &err));
    assert_int_equal(result.exit_status, -1);
    assert_int_equal(result.signal, SIGKILL);
    link_result_dispose(&result);
    const char *const argv[] = {"no-such-command-here", NULL};
    const struct link_command command = {.argv = argv, .deadline_ms = clock_mono_ms() + 10000};
    assert_true(link_exec(run.link, &command, &result, &err));
    assert_int_equal(result.exit_status, 127);
    link_result_dispose(&result);
}

static void sigpipe_kills_children_although_this_program_ignores_it(void **state)
{
    (void)state;
    struct link_result result;
    struct err err = {0};
    assert_true(run_script(&run, "while :; do echo y; done | head -1", &result, &err));
    assert_string_equal(str_text(&result.out), "y\n");
    assert_string_equal(str_text(&result.err), "");
    link_result_dispose(&result);
}

static void much_goes_in_and_comes_out(void **state)
{
    (void)state;
    struct str input = {0};
    for (int i = 0; i < 300000; i++)
        str_appendf(&input, "line %d\n", i);
    const struct link_command command = {
        .script = "cat", .input = str_text(&input), .deadline_ms = clock_mono_ms() + 20000};
    struct link_result result;
    struct err err = {0};
    assert_true(link_exec(run.link, &command, &result, &err));
    assert_int_equal(result.out.len, input.len);
    assert_string_equal(str_text(&result.out), str_text(&input));
    link_result_dispose(&result);
    str_dispose(&input);
}

static void deadline_ends_the_command_and_its_children(void **state)
{
    (void)state;
    const struct link_command command = {.script = "sh -c 'sleep 7331; true'; true",
                                         .deadline_ms = clock_mono_ms() + 200};
    struct link_result result;
    struct err err = {0};
    int64_t began_ms = clock_mono_ms();
    assert_false(link_exec(run.link, &command, &result, &err));
    assert_in_range(clock_mono_ms() - began_ms, 190, 700);
    assert_non_null(strstr(err.text, "sw1: the command took too long"));
    wait_until_gone("sleep 733[1]");
}

static void command_that_ignores_sigterm_is_killed(void **state)
{
    (void)state;
    const struct link_command command = {.script = "trap '' TERM; while :; do sleep 7332; done",
                                         .deadline_ms = clock_mono_ms() + 200};
    struct link_result result;
    struct err err = {0};
    assert_false(link_exec(run.link, &command, &result, &err));
    wait_until_gone("sleep 733[2]");
}

static void endless_output_is_ended(void **state)
{
    (void)state;
    const struct link_command command = {.script = "while :; do echo endless-7333; done",
                                         .deadline_ms = clock_mono_ms() + 10000,
                                         .output_max = 100000};
    struct link_result result;
    struct err err = {0};
    assert_false(link_exec(run.link, &command, &result, &err));
    assert_non_null(strstr(err.text, "printed more than 100000 bytes"));
    wait_until_gone("endless-733[3]");
}

static void ninth_command_waits_and_says_so_when_it_waited_in_vain(void **state)
{
    (void)state;
    struct link_stream *streams[8];
    struct err err = {0};
    const struct link_command busy = {.script = "sleep 7334; true"};
    const struct link_stream_handlers none = {0};
    for (int i = 0; i < 8; i++) {
        streams[i] = link_stream_open(run.link, &busy, &none, &err);
        assert_non_null(streams[i]);
    }
    const struct link_command ninth = {.script = "true", .deadline_ms = clock_mono_ms() + 200};
    struct link_result result;
    assert_false(link_exec(run.link, &ninth, &result, &err));
    assert_non_null(strstr(err.text, "8 commands are running already"));
    link_stream_close(streams[0]);
    assert_true(run_script(&run, "true", &result, &err));
    link_result_dispose(&result);
    for (int i = 1; i < 8; i++)
        link_stream_close(streams[i]);
    wait_until_gone("sleep 733[4]");
}

struct counter {
    atomic_uint data, ends, ticks;
    struct link_stream *_Atomic stream;
};

static void close_at_data(void *user, const void *bytes, size_t len)
{
    (void)bytes;
    (void)len;
    struct counter *counter = user;
    atomic_fetch_add(&counter->data, 1);
    struct link_stream *stream;
    while ((stream = atomic_load(&counter->stream)) == NULL)
        ; // link_stream_open() has not returned yet
    link_stream_close(stream);
}

static void count_end(void *user, int exit_status, const char *errors, const char *why)
{
    (void)exit_status;
    (void)errors;
    (void)why;
    atomic_fetch_add(&((struct counter *)user)->ends, 1);
}

static void stream_may_be_closed_from_its_own_callback(void **state)
{
    (void)state;
    struct counter counter = {0};
    struct err err = {0};
    const struct link_command command = {.script = "echo x; sleep 7335; true"};
    const struct link_stream_handlers handlers = {
        .data = close_at_data, .end = count_end, .user = &counter};
    atomic_store(&counter.stream, link_stream_open(run.link, &command, &handlers, &err));
    wait_until_gone("sleep 733[5]");
    struct link_result result;
    assert_true(run_script(&run, "true", &result, &err));
    link_result_dispose(&result);
    assert_int_equal(atomic_load(&counter.data), 1);
    assert_int_equal(atomic_load(&counter.ends), 0);
}

static void tunnels_are_direct(void **state)
{
    (void)state;
    struct link_endpoint endpoint;
    struct err err = {0};
    assert_true(link_tunnel(run.link, "127.0.0.1", 3306, &endpoint, &err));
    assert_string_equal(endpoint.host, "127.0.0.1");
    assert_int_equal(endpoint.port, 3306);
    assert_string_equal(endpoint.socket, "");
    assert_true(link_tunnel(run.link, "/run/mysqld/mysqld.sock", 0, &endpoint, &err));
    assert_string_equal(endpoint.socket, "/run/mysqld/mysqld.sock");
    assert_string_equal(endpoint.host, "");
}

static void sudo_is_put_before_privileged_commands_only_where_configured(void **state)
{
    (void)state;
    write_file("sudo", "#!/bin/sh\necho sudo \"$@\"\n");
    char *path = in_dir("sudo");
    chmod(path, 0755);
    // The fixed PATH comes first, so a real sudo would be found before ours.
    struct link_result result;
    struct err err = {0};
    const char *const argv[] = {"echo", "plain", NULL};
    const struct link_command command = {
        .argv = argv, .sudo = true, .deadline_ms = clock_mono_ms() + 5000};
    assert_true(link_exec(run.link, &command, &result, &err));
    assert_string_equal(str_text(&result.out), "plain\n");
    link_result_dispose(&result);
    if (access("/usr/bin/sudo", F_OK) != 0) {
        char *old = mem_strdup(getenv("PATH")), *with = mem_printf("%s:%s", servers_dir, old);
        setenv("PATH", with, 1);
        run.host.sudo = true;
        assert_true(link_exec(run.link, &command, &result, &err));
        assert_string_equal(str_text(&result.out), "sudo -n echo plain\n");
        link_result_dispose(&result);
        run.host.sudo = false;
        setenv("PATH", old, 1);
        free(with);
        free(old);
    }
    free(path);
}

static void stop_ends_what_runs(void **state)
{
    (void)state;
    struct run other;
    run_init(&other, 0);
    other.host.link = LINK_LOCAL;
    run_start(&other);
    assert_true(run_wait_up(&other));
    struct err err = {0};
    const struct link_command command = {.script = "trap '' TERM; sleep 7336; sleep 7336"};
    const struct link_stream_handlers none = {0};
    struct link_stream *stream = link_stream_open(other.link, &command, &none, &err);
    struct link_result result;
    assert_true(run_script(&other, "true", &result, &err));
    link_result_dispose(&result);
    int64_t began_ms = clock_mono_ms();
    link_stop(other.link);
    run_wait_ended(&other);
    assert_in_range(clock_mono_ms() - began_ms, 0, 200);
    link_stream_close(stream);
    run_dispose(&other);
    wait_until_gone("sleep 733[6]");
}

static int tests(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(output_errors_and_status_come_back),
        cmocka_unit_test(words_arrive_as_they_are),
        cmocka_unit_test(signals_and_missing_commands_are_told),
        cmocka_unit_test(sigpipe_kills_children_although_this_program_ignores_it),
        cmocka_unit_test(much_goes_in_and_comes_out),
        cmocka_unit_test(deadline_ends_the_command_and_its_children),
        cmocka_unit_test(command_that_ignores_sigterm_is_killed),
        cmocka_unit_test(endless_output_is_ended),
        cmocka_unit_test(ninth_command_waits_and_says_so_when_it_waited_in_vain),
        cmocka_unit_test(stream_may_be_closed_from_its_own_callback),
        cmocka_unit_test(tunnels_are_direct),
        cmocka_unit_test(sudo_is_put_before_privileged_commands_only_where_configured),
        cmocka_unit_test(stop_ends_what_runs),
    };
    return cmocka_run_group_tests(all, start, end);
}

int main(void)
{
    return servers_guard(tests);
}
