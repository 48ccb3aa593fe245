// SPDX-License-Identifier: MIT

// Actions whose host is lost, or whose proof does not show: never called done, settled when it is
// known.
#include "action_run_host.h"

#include <arpa/inet.h>
#include <sys/socket.h>

// Does its work, but its answer never comes: what a host that is lost in the middle looks like.
static bool plan_lost(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    plan_touch(input, out, err);
    const char *path = out->steps[0].run.argv[1];
    out->steps[0].run =
        plan_command(out, NULL, "sh", "-c", "touch \"$1\"; sleep 20", "sh", path, NULL);
    out->steps[0].run.timeout_ms = 300;
    return true;
}

// The connection is lost, the command goes on and takes its time.
static bool plan_slow(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    plan_lost(input, out, err);
    const char *path = out->steps[0].run.argv[4];
    out->steps[0].run = plan_command(out, NULL, "sh", "-c",
                                     "setsid sh -c 'sleep 1.5; touch \"$1\"' sh \"$1\" & sleep 20",
                                     "sh", path, NULL);
    out->steps[0].run.timeout_ms = 300;
    return true;
}

static bool plan_lost_before(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    plan_touch(input, out, err);
    out->steps[0].run = plan_command(out, NULL, "sleep", "20", NULL);
    out->steps[0].run.timeout_ms = 300;
    return true;
}

// And a host that does not answer afterwards either, while the file "mute" is there.
static bool plan_mute(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    plan_lost(input, out, err);
    out->steps[0].after.call =
        plan_command(out, NULL, "sh", "-c", "cd \"$1\"; test ! -e mute || sleep 20; ls", "sh",
                     here.folder, NULL);
    out->steps[0].after.call.timeout_ms = 300;
    return true;
}

// Lost in the first of two steps; meanwhile the address has become one of the host's own.
static bool plan_lost_between(const struct plan_input *input, struct plan_host *out,
                              struct err *err)
{
    plan_touch(input, out, err);
    const char *path = out->steps[0].run.argv[1];
    out->steps[0].run =
        plan_command(out, NULL, "sh", "-c",
                     "touch \"$1\"; echo '3: eth1 inet 203.0.113.9/24' >\"$2\"/addresses; sleep 20",
                     "sh", path, here.folder, NULL);
    out->steps[0].run.timeout_ms = 300;
    plan_one(out, "second");
    return true;
}

// Runs, but what it waits for does not show: a call that goes on, a phone that stays away.
static bool plan_not_seen(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    plan_touch(input, out, err);
    struct plan_step *step = plan_add_step(out, "wait for a phone");
    const char *words[] = {"a-phone"};
    step->run = plan_command(out, NULL, "true", NULL);
    step->after =
        plan_expect(out, plan_command(out, NULL, "ls", here.folder, NULL), EXPECT_WORDS, words, 1);
    step->after.wait_ms = input->request->for_ms;
    return true;
}

static const struct action lost = TEST_ACTION(plan_lost);

static const struct action slow = TEST_ACTION(plan_slow);

static const struct action lost_before = TEST_ACTION(plan_lost_before);

static const struct action mute = TEST_ACTION(plan_mute);

static const struct action lost_between_harmless = TEST_ACTION(plan_lost_between);

static const struct action lost_between = TEST_ACTION_THAT(BLOCKS_WHEN_RUN, plan_lost_between);

static const struct action not_seen = TEST_ACTION(plan_not_seen);

static void an_unknown_outcome_is_said_and_settled_when_the_host_answers(void **state)
{
    (void)state;
    begin("", "");
    submit(&lost, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "203.0.113.9 unknown on here");
    struct run_report later = next(RUN_LATER);
    assert_true(later.well);
    assert_non_null(strstr(later.text, "203.0.113.9 made on here"));
    assert_int_equal(entries("result"), 1);
    submit(&lost_before, "203.0.113.10");
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "203.0.113.10 unknown");
    later = next(RUN_LATER);
    assert_false(later.well);
    assert_non_null(strstr(later.text, "203.0.113.10 is not there"));
    end();
}

static void an_outcome_whose_entry_is_gone_is_said_to_stay_unknown(void **state)
{
    (void)state;
    begin("", "");
    write_file("mute", ""); // so that it is asked about again and again
    submit(&mute, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "203.0.113.9 unknown on here");
    write_file("audit.jsonl", "");
    struct run_report later = next(RUN_LATER);
    assert_false(later.well);
    assert_int_equal(later.state, ACTION_UNKNOWN);
    assert_non_null(strstr(later.text, "the audit trail has no action"));
    end();
}

static void what_still_runs_on_the_host_has_not_failed(void **state)
{
    (void)state;
    begin("", "");
    submit(&slow, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "203.0.113.9 unknown on here");
    struct run_report later = next(RUN_LATER);
    if (!later.well)
        fail_msg("%s", later.text);
    assert_true(exists("203.0.113.9"));
    end();
}

static void a_host_that_does_not_answer_holds_up_nothing_else(void **state)
{
    (void)state;
    begin("", "");
    write_file("mute", "");
    submit(&mute, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "203.0.113.9 unknown");
    submit(&touch, "203.0.113.10");
    done_as(next(RUN_DONE), ACTION_DONE, "203.0.113.10 made");
    assert_int_equal(entries("result"), 1);
    char *path = mem_printf("%s/mute", here.folder);
    assert_int_equal(unlink(path), 0);
    free(path);
    struct run_report later = next(RUN_LATER);
    assert_non_null(strstr(later.text, "203.0.113.9 made on here"));
    assert_int_equal(entries("result"), 2);
    end();
}

// A port that takes connections and says nothing; the configuration of a host there is in *text.
static int listen_mute(char **text)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *text = mem_printf("\n[host dead]\naddress = 127.0.0.1\nport = %d\nmysql_port = 0\n"
                       "http_port = 0\n",
                       ntohs(address.sin_port));
    return fd;
}

static void a_host_that_is_not_connected_is_not_waited_for_when_told_so(void **state)
{
    (void)state;
    char *dead;
    int fd = listen_mute(&dead);
    begin("confirm = never", dead);
    free(dead);
    static const size_t hosts[] = {0, 1};
    static const char *const targets[] = {"203.0.113.9"};
    struct action_request request = {
        .action = &touch, .hosts = hosts, .host_count = 2, .targets = targets, .target_count = 1};
    runner_submit(here.runner, &request);
    struct run_wait wait = {0};
    while (!runner_waits(here.runner, &wait) || wait.waited_ms < 1000)
        usleep(10000);
    assert_int_equal(wait.host, 1);
    assert_true(wait.connecting);
    runner_stop_waiting(here.runner);
    int64_t told_ms = clock_mono_ms();
    struct run_report report = next(RUN_PROGRESS);
    while (report.word != RUN_DONE)
        assert_true(runner_wait(here.runner, clock_mono_ms() + WITHIN_MS, &report));
    assert_true(clock_mono_ms() - told_ms < 2000);
    assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_DONE);
    assert_int_equal(report.plan->hosts[1]->targets[0].state, ACTION_FAILED);
    assert_non_null(strstr(report.text, "it was not waited for any longer"));
    plan_free(report.plan);
    assert_true(exists("203.0.113.9"));
    for (int i = 0; i < 200 && runner_waits(here.runner, &wait); i++)
        usleep(10000);
    assert_false(runner_waits(here.runner, &wait));
    end();
    close(fd);
}

static void the_rest_of_a_lost_action_is_run_only_if_the_guard_still_allows(void **state)
{
    (void)state;
    begin("confirm = never", "");
    submit(&lost_between_harmless, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "unknown");
    assert_true(next(RUN_LATER).well);
    assert_true(exists("second"));
    end();

    begin("confirm = never", "");
    submit_asked(&lost_between, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "unknown");
    struct run_report later = next(RUN_LATER);
    assert_false(later.well);
    assert_int_equal(later.state, ACTION_UNKNOWN);
    assert_non_null(strstr(later.text, "after 1 of 2 steps the rest was not run"));
    assert_false(exists("second"));
    end();
}

static void submit_not_seen(int64_t wait_ms)
{
    static const size_t hosts[] = {0};
    static const char *const list[] = {"203.0.113.9"};
    struct action_request request = {.action = &not_seen,
                                     .hosts = hosts,
                                     .host_count = 1,
                                     .targets = list,
                                     .target_count = 1,
                                     .for_ms = wait_ms};
    runner_submit(here.runner, &request);
}

static void what_was_run_and_not_seen_is_unknown_and_can_be_undone(void **state)
{
    (void)state;
    begin("confirm = never", "");
    submit_not_seen(1000);
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "203.0.113.9 not yet on here");
    assert_int_equal(entries("result"), 1);
    submit_asked(&action_undo, NULL);
    done_as(next(RUN_DONE), ACTION_DONE, "undone");
    assert_false(exists("203.0.113.9"));

    // Whoever quits while it is waited for has not failed.
    submit_not_seen(60000);
    for (int i = 0; i < 500 && !exists("203.0.113.9"); i++)
        usleep(10000);
    usleep(300000);
    assert_true(runner_stop(here.runner, 5000));
    done_as(next(RUN_DONE), ACTION_UNKNOWN, "interrupted; it was run");
    char *command = mem_printf("! grep -q '\"state\":\"failed\"' %s/audit.jsonl", here.folder);
    assert_int_equal(system(command), 0);
    free(command);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_outcome_is_said_and_settled_when_the_host_answers),
        cmocka_unit_test(an_outcome_whose_entry_is_gone_is_said_to_stay_unknown),
        cmocka_unit_test(what_still_runs_on_the_host_has_not_failed),
        cmocka_unit_test(a_host_that_does_not_answer_holds_up_nothing_else),
        cmocka_unit_test(a_host_that_is_not_connected_is_not_waited_for_when_told_so),
        cmocka_unit_test(the_rest_of_a_lost_action_is_run_only_if_the_guard_still_allows),
        cmocka_unit_test(what_was_run_and_not_seen_is_unknown_and_can_be_undone),
    };
    return !sql_library_init() || !http_library_init() ||
           cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
