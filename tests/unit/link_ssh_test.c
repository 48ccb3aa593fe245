// SPDX-License-Identifier: MIT

// Commands and streams over a real SSH server.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link_servers.h"

static struct sshd sshd;
static struct run run;

static int connect_once(void **state)
{
    (void)state;
    servers_prepare();
    sshd_start(&sshd, "");
    run_up(&run, sshd.port);
    return 0;
}

static int disconnect(void **state)
{
    (void)state;
    run_stop(&run);
    sshd_stop(&sshd);
    return 0;
}

static void output_errors_and_status_come_back(void **state)
{
    (void)state;
    struct link_result result;
    struct err err = {0};
    assert_true(run_script(&run, "echo out; echo bad >&2; exit 3", &result, &err));
    assert_string_equal(str_text(&result.out), "out\n");
    assert_string_equal(str_text(&result.err), "bad\n");
    assert_int_equal(result.exit_status, 3);
    assert_int_equal(result.signal, 0);
    link_result_dispose(&result);
}

static void words_arrive_as_they_are(void **state)
{
    (void)state;
    const char *const argv[] = {"printf",  "%s|", "a b", "$(id)", "it's",
                                "`x`;\n&", "\\",  "!",   "",      NULL};
    const struct link_command command = {.argv = argv, .deadline_ms = clock_mono_ms() + 10000};
    struct link_result result;
    struct err err = {0};
    assert_true(link_exec(run.link, &command, &result, &err));
    assert_string_equal(str_text(&result.out), "a b|$(id)|it's|`x`;\n&|\\|!||");
    link_result_dispose(&result);
}

static void environment_is_fixed(void **state)
{
    (void)state;
    struct link_result result;
    struct err err = {0};
    assert_true(run_script(&run, "echo $LC_ALL; echo $PATH", &result, &err));
    assert_int_equal(strncmp(str_text(&result.out), "C\n/usr/sbin:/usr/bin:/sbin:/bin", 31), 0);
    link_result_dispose(&result);
}

static void missing_command_says_127(void **state)
{
    (void)state;
    const char *const argv[] = {"no-such-command-here", NULL};
    const struct link_command command = {.argv = argv, .deadline_ms = clock_mono_ms() + 10000};
    struct link_result result;
    struct err err = {0};
    assert_true(link_exec(run.link, &command, &result, &err));
    assert_int_equal(result.exit_status, 127);
    assert_non_null(strstr(str_text(&result.err), "not found"));
    link_result_dispose(&result);
}

static void death_by_signal_is_told(void **state)
{
    (void)state;
    struct link_result result;
    struct err err = {0};
    assert_true(run_script(&run, "kill -KILL $$", &result, &err));
    assert_int_equal(result.exit_status, -1);
    assert_int_equal(result.signal, SIGKILL);
    assert_string_equal(str_text(&result.err), "");
    link_result_dispose(&result);
}

static void input_reaches_the_command_whole(void **state)
{
    (void)state;
    struct str input = {0};
    for (int i = 0; i < 200000; i++)
        str_appendf(&input, "line %d\n", i);
    const char *const argv[] = {"sha256sum", NULL};
    const struct link_command whole = {
        .argv = argv, .input = str_text(&input), .deadline_ms = clock_mono_ms() + 20000};
    struct link_result result;
    struct err err = {0};
    assert_true(link_exec(run.link, &whole, &result, &err));
    write_file("input", str_text(&input));
    char *path = in_dir("input"), *local = mem_printf("sha256sum < %s", path);
    struct link_result truth;
    assert_true(run_script(&run, local, &truth, &err));
    assert_string_equal(str_text(&result.out), str_text(&truth.out));
    const struct link_command status = {.script = "read -r line; echo \"$line\"; exit 7",
                                        .input = "one\ntwo\n",
                                        .deadline_ms = clock_mono_ms() + 10000};
    link_result_dispose(&result);
    assert_true(link_exec(run.link, &status, &result, &err));
    assert_string_equal(str_text(&result.out), "one\n");
    assert_int_equal(result.exit_status, 7);
    link_result_dispose(&result);
    link_result_dispose(&truth);
    free(local);
    free(path);
    str_dispose(&input);
}

static void thirty_megabytes_come_whole(void **state)
{
    (void)state;
    const struct link_command command = {.script = "head -c 31457280 /dev/zero | tr '\\0' 'x'",
                                         .deadline_ms = clock_mono_ms() + 30000,
                                         .output_max = 32u << 20};
    struct link_result result;
    struct err err = {0};
    assert_true(link_exec(run.link, &command, &result, &err));
    assert_int_equal(result.out.len, 31457280);
    assert_int_equal(strspn(result.out.text, "x"), 31457280);
    link_result_dispose(&result);
}

static void deadline_ends_the_remote_command_and_its_children(void **state)
{
    (void)state;
    const struct link_command command = {.script = "sh -c 'sleep 7311; true'; true",
                                         .deadline_ms = clock_mono_ms() + 300};
    struct link_result result;
    struct err err = {0};
    int64_t began_ms = clock_mono_ms();
    assert_false(link_exec(run.link, &command, &result, &err));
    assert_in_range(clock_mono_ms() - began_ms, 290, 1000);
    assert_int_equal(strncmp(err.text, "sw1: the command took too long", 30), 0);
    wait_until_gone("sleep 731[1]");
}

static void command_that_ignores_sigterm_is_killed(void **state)
{
    (void)state;
    const struct link_command command = {.script = "trap '' TERM; while :; do sleep 7312; done",
                                         .deadline_ms = clock_mono_ms() + 300};
    struct link_result result;
    struct err err = {0};
    assert_false(link_exec(run.link, &command, &result, &err));
    wait_until_gone("sleep 731[2]");
}

static void deadline_ends_a_command_with_input_too(void **state)
{
    (void)state;
    const struct link_command command = {
        .script = "cat; sleep 7313; true", .input = "x", .deadline_ms = clock_mono_ms() + 300};
    struct link_result result;
    struct err err = {0};
    assert_false(link_exec(run.link, &command, &result, &err));
    wait_until_gone("sleep 731[3]");
}

static void endless_output_is_ended(void **state)
{
    (void)state;
    const struct link_command command = {.script = "while :; do echo endless-7314; done",
                                         .deadline_ms = clock_mono_ms() + 10000,
                                         .output_max = 100000};
    struct link_result result;
    struct err err = {0};
    assert_false(link_exec(run.link, &command, &result, &err));
    assert_non_null(strstr(err.text, "printed more than 100000 bytes"));
    wait_until_gone("endless-731[4]");
    assert_true(run_script(&run, "echo still here", &result, &err));
    link_result_dispose(&result);
}

static void background_child_that_keeps_the_output_open_does_not_hold_the_answer(void **state)
{
    (void)state;
    struct link_result result;
    struct err err = {0};
    int64_t began_ms = clock_mono_ms();
    assert_true(run_script(&run, "sleep 7 & echo started", &result, &err));
    assert_in_range(clock_mono_ms() - began_ms, 0, 3000);
    assert_string_equal(str_text(&result.out), "started\n");
    link_result_dispose(&result);
}

struct caller {
    struct run *run;
    pthread_t thread;
    int number;
    bool right;
};

static void *call_many(void *arg)
{
    struct caller *caller = arg;
    caller->right = true;
    for (int i = 0; i < 5; i++) {
        char *script = mem_printf("echo %d; exit %d", caller->number * 100 + i, caller->number);
        char *expected = mem_printf("%d\n", caller->number * 100 + i);
        struct link_result result;
        struct err err = {0};
        bool ok = run_script(caller->run, script, &result, &err);
        caller->right = caller->right && ok && strcmp(str_text(&result.out), expected) == 0 &&
                        result.exit_status == caller->number;
        if (!ok)
            print_error("%s\n", err.text);
        link_result_dispose(&result);
        free(expected);
        free(script);
    }
    return NULL;
}

static void twenty_callers_at_once(struct run *with)
{
    struct caller callers[20];
    for (int i = 0; i < 20; i++) {
        callers[i] = (struct caller){.run = with, .number = i};
        assert_true(thread_start(&callers[i].thread, "caller", call_many, &callers[i]));
    }
    for (int i = 0; i < 20; i++)
        pthread_join(callers[i].thread, NULL);
    for (int i = 0; i < 20; i++)
        assert_true(callers[i].right);
}

static void twenty_at_once_each_get_their_own(void **state)
{
    (void)state;
    twenty_callers_at_once(&run);
}

static void server_with_few_sessions_is_used_within_its_bound(void **state)
{
    (void)state;
    struct sshd narrow;
    struct run few;
    sshd_start(&narrow, "MaxSessions 2");
    run_up(&few, narrow.port);
    twenty_callers_at_once(&few);
    run_stop(&few);
    sshd_stop(&narrow);
}

// A stream's events, as they come.
struct seen {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct str data;
    unsigned ticks;
    bool ended;
    int exit_status;
    char errors[100], why[ERR_TEXT_MAX];
    bool why_null;
};

static void on_data(void *user, const void *bytes, size_t len)
{
    struct seen *seen = user;
    pthread_mutex_lock(&seen->mutex);
    str_append_bytes(&seen->data, bytes, len);
    pthread_cond_broadcast(&seen->changed);
    pthread_mutex_unlock(&seen->mutex);
}

static void on_tick(void *user)
{
    struct seen *seen = user;
    pthread_mutex_lock(&seen->mutex);
    seen->ticks++;
    pthread_cond_broadcast(&seen->changed);
    pthread_mutex_unlock(&seen->mutex);
}

static void on_end(void *user, int exit_status, const char *errors, const char *why)
{
    struct seen *seen = user;
    pthread_mutex_lock(&seen->mutex);
    assert_false(seen->ended);
    seen->ended = true;
    seen->exit_status = exit_status;
    snprintf(seen->errors, sizeof seen->errors, "%s", errors);
    seen->why_null = why == NULL;
    snprintf(seen->why, sizeof seen->why, "%s", why == NULL ? "" : why);
    pthread_cond_broadcast(&seen->changed);
    pthread_mutex_unlock(&seen->mutex);
}

static struct link_stream *stream_start(struct run *with, const char *script, struct seen *seen)
{
    *seen = (struct seen){0};
    pthread_mutex_init(&seen->mutex, NULL);
    thread_cond_init(&seen->changed);
    const struct link_command command = {.script = script};
    const struct link_stream_handlers handlers = {
        .data = on_data, .tick = on_tick, .end = on_end, .tick_ms = 20, .user = seen};
    struct err err = {0};
    struct link_stream *stream = link_stream_open(with->link, &command, &handlers, &err);
    assert_non_null(stream);
    return stream;
}

static void seen_wait(struct seen *seen, size_t bytes, unsigned ticks, bool ended)
{
    int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    pthread_mutex_lock(&seen->mutex);
    while (seen->data.len < bytes || seen->ticks < ticks || (ended && !seen->ended))
        assert_true(thread_cond_wait_until(&seen->changed, &seen->mutex, deadline_ms));
    pthread_mutex_unlock(&seen->mutex);
}

static void seen_dispose(struct seen *seen)
{
    str_dispose(&seen->data);
    pthread_cond_destroy(&seen->changed);
    pthread_mutex_destroy(&seen->mutex);
}

static void stream_gives_data_ticks_and_its_end(void **state)
{
    (void)state;
    struct seen seen;
    struct link_stream *stream = stream_start(
        &run,
        "echo first; read -t 0.2 -r x < /dev/zero; sleep 0.2; echo second; echo sad >&2; exit 4",
        &seen);
    seen_wait(&seen, 13, 2, true);
    link_stream_close(stream);
    assert_string_equal(str_text(&seen.data), "first\nsecond\n");
    assert_int_equal(seen.exit_status, 4);
    assert_non_null(strstr(seen.errors, "sad\n"));
    assert_string_equal(seen.why, "it ended by itself");
    seen_dispose(&seen);
}

static void closed_stream_ends_the_remote_process(void **state)
{
    (void)state;
    struct seen seen;
    struct link_stream *stream = stream_start(&run, "echo up; sleep 7315; true", &seen);
    seen_wait(&seen, 3, 0, false);
    int64_t began_ms = clock_mono_ms();
    link_stream_close(stream);
    assert_in_range(clock_mono_ms() - began_ms, 0, 500);
    assert_true(seen.ended);
    assert_true(seen.why_null);
    wait_until_gone("sleep 731[5]");
    seen_dispose(&seen);
}

static void lost_connection_ends_the_remote_process_and_says_why(void **state)
{
    (void)state;
    struct run other;
    struct seen seen;
    run_up(&other, sshd.port);
    struct link_stream *stream = stream_start(&other, "echo $PPID; sleep 7316; true", &seen);
    seen_wait(&seen, 3, 0, false);
    struct link_result result;
    struct err err = {0};
    // The parent of the session's first process is the sshd of this connection.
    assert_false(
        run_script(&other, "kill -KILL $(ps -o ppid= -p $(ps -o ppid= -p $$))", &result, &err));
    run_wait_ended(&other);
    assert_false(other.stopped);
    assert_int_equal(strncmp(other.err.text, "sw1: the connection was lost", 28), 0);
    assert_int_equal(strncmp(err.text, "sw1: the connection was lost", 28), 0);
    seen_wait(&seen, 0, 0, true);
    assert_int_equal(strncmp(seen.why, "sw1: the connection was lost", 28), 0);
    link_stream_close(stream);
    wait_until_gone("sleep 731[6]");
    seen_dispose(&seen);
    // The same link connects again.
    run_start(&other);
    assert_true(run_wait_up(&other));
    assert_true(run_script(&other, "true", &result, &err));
    link_result_dispose(&result);
    run_stop(&other);
}

static void without_a_connection_everything_says_so(void **state)
{
    (void)state;
    struct run idle;
    run_init(&idle, sshd.port);
    idle.link = link_new(&idle.host);
    struct link_result result;
    struct err err = {0};
    assert_false(run_script(&idle, "true", &result, &err));
    assert_string_equal(err.text, "sw1: not connected");
    struct link_endpoint endpoint;
    assert_false(link_tunnel(idle.link, "127.0.0.1", 3306, &endpoint, &err));
    assert_string_equal(err.text, "sw1: not connected");
    run_dispose(&idle);
}

static void stop_answers_those_who_wait(void **state)
{
    (void)state;
    struct run other;
    struct seen seen;
    run_up(&other, sshd.port);
    struct link_stream *stream = stream_start(&other, "echo up; sleep 7317; true", &seen);
    seen_wait(&seen, 3, 0, false);
    link_stop(other.link);
    seen_wait(&seen, 0, 0, true);
    assert_string_equal(seen.why, "sw1: stopped");
    run_wait_ended(&other);
    assert_true(other.stopped);
    link_stream_close(stream);
    run_dispose(&other);
    wait_until_gone("sleep 731[7]");
    seen_dispose(&seen);
}

static void load_counts_what_was_asked(void **state)
{
    (void)state;
    unsigned long long before = atomic_load(&link_load(run.link)->commands);
    struct link_result result;
    struct err err = {0};
    for (int i = 0; i < 3; i++) {
        assert_true(run_script(&run, "true", &result, &err));
        link_result_dispose(&result);
    }
    assert_in_range(atomic_load(&link_load(run.link)->commands), before + 3, before + 4);
    assert_int_equal(atomic_load(&link_load(run.link)->connects), 1);
}

static int tests(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(output_errors_and_status_come_back),
        cmocka_unit_test(words_arrive_as_they_are),
        cmocka_unit_test(environment_is_fixed),
        cmocka_unit_test(missing_command_says_127),
        cmocka_unit_test(death_by_signal_is_told),
        cmocka_unit_test(input_reaches_the_command_whole),
        cmocka_unit_test(thirty_megabytes_come_whole),
        cmocka_unit_test(deadline_ends_the_remote_command_and_its_children),
        cmocka_unit_test(command_that_ignores_sigterm_is_killed),
        cmocka_unit_test(deadline_ends_a_command_with_input_too),
        cmocka_unit_test(endless_output_is_ended),
        cmocka_unit_test(background_child_that_keeps_the_output_open_does_not_hold_the_answer),
        cmocka_unit_test(twenty_at_once_each_get_their_own),
        cmocka_unit_test(server_with_few_sessions_is_used_within_its_bound),
        cmocka_unit_test(stream_gives_data_ticks_and_its_end),
        cmocka_unit_test(closed_stream_ends_the_remote_process),
        cmocka_unit_test(lost_connection_ends_the_remote_process_and_says_why),
        cmocka_unit_test(without_a_connection_everything_says_so),
        cmocka_unit_test(stop_answers_those_who_wait),
        cmocka_unit_test(load_counts_what_was_asked),
    };
    return cmocka_run_group_tests(all, connect_once, disconnect);
}

int main(void)
{
    return servers_guard(tests);
}
