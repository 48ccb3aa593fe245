// SPDX-License-Identifier: MIT

// The way of every action: planned, guarded, asked, run, proven, written down.
#include "action_run_host.h"

static bool plan_failing(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    plan_touch(input, out, err);
    out->steps[0].run = plan_command(out, NULL, "sh", "-c", "echo no such thing >&2; exit 3", NULL);
    return true;
}

static bool plan_unproven(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    plan_touch(input, out, err);
    out->steps[0].run = plan_command(out, NULL, "true", NULL);
    return true;
}

static const struct action keep_out = TEST_ACTION_THAT(BLOCKS_WHEN_RUN, plan_touch);

static const struct action failing = TEST_ACTION(plan_failing);

static const struct action unproven = TEST_ACTION(plan_unproven);

static void what_is_risky_asks_and_runs_nothing_without_a_yes(void **state)
{
    (void)state;
    begin("", "");
    static const char *const two[] = {"203.0.113.9", "203.0.113.10"};
    uint64_t id = submit_many(&touch, two, 2);
    struct run_report report = next(RUN_ASKS);
    assert_int_equal(report.plan->question, PLAN_ASKS);
    assert_true(report.plan->why_count > 0);
    assert_int_equal(runner_pending(here.runner), 1);
    runner_answer(here.runner, id, NULL);
    done_as(next(RUN_DONE), ACTION_REFUSED, "not confirmed");
    assert_false(exists("203.0.113.9"));

    id = submit_many(&touch, two, 2);
    next(RUN_ASKS);
    runner_answer(here.runner, id, "");
    done_as(next(RUN_DONE), ACTION_DONE, "2 made on here");
    assert_true(exists("203.0.113.10"));
    assert_int_equal(runner_pending(here.runner), 0);

    submit(&touch, "198.51.100.0/24"); // a network
    report = next(RUN_ASKS);
    assert_int_equal(report.plan->question, PLAN_ASKS);
    end();
}

// What the trail says of the end of the last intent.
static void last_end(char *out, size_t size)
{
    char *command = mem_printf("grep -o '\"ends\":\"[^\"]*' %s/audit.jsonl | tail -1", here.folder);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(out, (int)size, pipe));
    pclose(pipe);
    free(command);
    out[strcspn(out, "\n")] = '\0';
}

static void a_time_runs_from_the_answer_not_from_the_question(void **state)
{
    (void)state;
    begin("confirm = always", "");
    uint64_t id = submit(&touch, "203.0.113.9");
    next(RUN_ASKS);
    usleep(1200000);
    int64_t answered_ms = clock_wall_ms();
    runner_answer(here.runner, id, "");
    struct run_report report = next(RUN_DONE);
    int64_t ends_ms = report.plan->hosts[0]->ends_wall_ms;
    char ends[CLOCK_RFC3339_MAX], written[80];
    clock_rfc3339(ends_ms, ends);
    last_end(written, sizeof written);
    assert_true(ends_ms >= answered_ms + 3600000);
    assert_string_equal(written + strlen("\"ends\":\""), ends);
    assert_int_equal(report.plan->hosts[0]->step_count, 1);
    done_as(report, ACTION_DONE, "made");
    end();
}

static void a_trusted_address_is_typed_again(void **state)
{
    (void)state;
    begin("", "");
    uint64_t id = submit(&keep_out, "203.0.113.20");
    struct run_report report = next(RUN_ASKS);
    assert_int_equal(report.plan->question, PLAN_TYPES);
    assert_string_equal(report.plan->type_this, "203.0.113.20");
    runner_answer(here.runner, id, "203.0.113.2");
    done_as(next(RUN_DONE), ACTION_REFUSED, "not the target");
    assert_false(exists("203.0.113.20"));
    id = submit(&keep_out, "203.0.113.20");
    next(RUN_ASKS);
    runner_answer(here.runner, id, "203.0.113.20");
    done_as(next(RUN_DONE), ACTION_DONE, "made");
    end();
}

static void yes_answers_questions_but_does_not_type(void **state)
{
    (void)state;
    begin("", "");
    static const size_t hosts[] = {0};
    static const char *const list[] = {"203.0.113.20", "198.51.100.0/24", "192.0.2.77"};
    struct action_request request = {.action = &keep_out,
                                     .hosts = hosts,
                                     .host_count = 1,
                                     .targets = list,
                                     .target_count = 1,
                                     .yes = true};
    runner_submit(here.runner, &request);
    assert_int_equal(next(RUN_ASKS).plan->question, PLAN_TYPES);
    request.targets = list + 1;
    runner_submit(here.runner, &request);
    struct run_report report = next(RUN_DONE);
    // Who the host's peers are cannot be known here: only asked about, never allowed.
    assert_int_equal(report.plan->hosts[0]->targets[0].opinion.verdict, GUARD_ASK);
    assert_int_equal(report.plan->hosts[0]->targets[0].opinion.rule, GUARD_TRUSTED);
    plan_free(report.plan);
    request.targets = list + 2;
    runner_submit(here.runner, &request);
    done_as(next(RUN_DONE), ACTION_REFUSED, "[console-address]");
    end();
}

static void of_several_targets_the_refused_ones_are_left_out(void **state)
{
    (void)state;
    begin("confirm = never", "");
    static const char *const list[] = {"192.0.2.77", "203.0.113.9", "010.0.0.1", "203.0.113.20"};
    uint64_t id = submit_many(&keep_out, list, 4);
    next(RUN_ASKS); // the host's peers are not known
    runner_answer(here.runner, id, "");
    struct run_report report = next(RUN_DONE);
    const struct plan_target *targets = report.plan->hosts[0]->targets;
    assert_int_equal(targets[0].state, ACTION_REFUSED);
    assert_int_equal(targets[1].state, ACTION_DONE);
    assert_int_equal(targets[2].state, ACTION_REFUSED);
    assert_int_equal(targets[2].opinion.rule, GUARD_NOT_AN_ADDRESS);
    assert_int_equal(targets[3].state, ACTION_REFUSED); // wants typing: alone only
    assert_false(report.well);
    json_t *json = plan_json(report.plan);
    const json_t *results = json_object_get(json, "results");
    assert_int_equal(json_array_size(results), 4);
    const json_t *refused = json_array_get(results, 0);
    assert_string_equal(json_string_value(json_object_get(refused, "state")), "refused");
    assert_string_equal(json_string_value(json_object_get(refused, "rule")), "console-address");
    json_decref(json);
    plan_free(report.plan);
    assert_true(exists("203.0.113.9"));
    assert_false(exists("192.0.2.77"));
    assert_int_equal(entries("refusal"), 1);
    end();
}

static void a_dry_run_touches_nothing(void **state)
{
    (void)state;
    begin("", "");
    static const size_t hosts[] = {0};
    static const char *const list[] = {"203.0.113.9"};
    struct action_request request = {.action = &touch,
                                     .hosts = hosts,
                                     .host_count = 1,
                                     .targets = list,
                                     .target_count = 1,
                                     .dry_run = true};
    runner_submit(here.runner, &request);
    struct run_report report = next(RUN_DONE);
    assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_PLANNED);
    assert_true(report.well);
    struct str text = {0};
    plan_print(&text, report.plan);
    assert_non_null(strstr(text.text, "run   touch /tmp/nocdesk-action-"));
    assert_non_null(strstr(text.text, "undo  rm "));
    str_dispose(&text);
    plan_free(report.plan);
    assert_false(exists("203.0.113.9"));
    struct audit_verdict verdict;
    struct err err = {0};
    assert_true(audit_verify(audit_path(here.audit), &verdict, &err));
    assert_int_equal(verdict.entries, 0);
    end();
}

static const char *a_target(enum target_kind kind)
{
    static const char *const targets[] = {
        [TARGET_NONE] = "",          [TARGET_NETWORK] = "203.0.113.9",
        [TARGET_ENDPOINT] = "1001",  [TARGET_GATEWAY] = "CARRIER",
        [TARGET_ACCOUNT] = "acme",   [TARGET_CALL] = "call-1",
        [TARGET_ENTRY] = "",         [TARGET_RULE] = "ipv4/filter/INPUT/1",
        [TARGET_COMMAND] = "reboot",
    };
    return targets[kind];
}

// Every action of the registry, in read-only mode: nothing is sent to the host at all.
static void nothing_gets_through(const char *global, const char *host)
{
    begin(global, host);
    struct fleet_load before, after;
    fleet_host_load(here.fleet, 0, &before);
    for (size_t i = 0; actions[i] != NULL; i++) {
        if (actions[i]->target == TARGET_ENTRY) {
            // Something that could be undone, by a console that was not read-only.
            char id[AUDIT_ID_MAX], result[AUDIT_ID_MAX];
            struct err err = {0};
            assert_true(audit_append(
                here.audit, "intent",
                json_pack("{s:s, s:s, s:s, s:[s], s:b, s:[{s:s, s:{s:[ss]}, s:{s:[ss]}}]}",
                          "operator", "ana", "action", "ban", "host", "here", "targets",
                          "203.0.113.9", "reversible", 1, "steps", "what", "x", "run", "argv",
                          "touch", "/tmp/x", "undo", "argv", "touch", "/tmp/x"),
                id, &err));
            assert_true(audit_append(here.audit, "result",
                                     json_pack("{s:s, s:s}", "intent", id, "state", "done"), result,
                                     &err));
        }
        submit(actions[i], a_target(actions[i]->target));
        struct run_report report = next(RUN_DONE);
        assert_false(actions[i]->reads_only);
        assert_false(report.well);
        for (size_t j = 0; j < report.plan->host_count; j++) {
            const struct plan_host *out = report.plan->hosts[j];
            assert_int_equal(out->step_count, 0);
            for (size_t k = 0; k < out->target_count; k++) {
                assert_int_equal(out->targets[k].state, ACTION_REFUSED);
                assert_int_equal(out->targets[k].opinion.rule, GUARD_READ_ONLY);
            }
        }
        plan_free(report.plan);
    }
    fleet_host_load(here.fleet, 0, &after);
    assert_int_equal(before.commands, after.commands);
    assert_false(exists("gathered"));
    end();
}

static void read_only_lets_nothing_through(void **state)
{
    (void)state;
    nothing_gets_through("read_only = yes", "");
    nothing_gets_through("", "read_only = yes");
    nothing_gets_through("read_only = yes\nconfirm = never", "confirm = never");
}

// What an entry of the registry leaves out is the strict answer.
static void an_action_that_says_nothing_of_itself_may_do_nothing_unasked(void **state)
{
    static const struct action silent = {.name = "test",
                                         .title = "Test",
                                         .done = "made",
                                         .help = "",
                                         .key = "",
                                         .target = TARGET_NETWORK,
                                         .plan = plan_touch};
    static const char *const two[] = {"203.0.113.9", "203.0.113.10"};
    (void)state;
    begin("", "");
    submit(&silent, "192.0.2.77");
    done_as(next(RUN_DONE), ACTION_REFUSED, "[console-address]");
    submit_many(&silent, two, 2);
    done_as(next(RUN_DONE), ACTION_REFUSED, "takes one target at a time");
    uint64_t id = submit(&silent, "203.0.113.9");
    next(RUN_ASKS);
    runner_answer(here.runner, id, NULL);
    done_as(next(RUN_DONE), ACTION_REFUSED, "not confirmed");
    assert_false(exists("203.0.113.9"));
    end();
    begin("read_only = yes", "");
    submit(&silent, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_REFUSED, "[read-only]");
    end();
}

static void without_an_audit_trail_nothing_is_run(void **state)
{
    (void)state;
    begin("", "");
    struct runner *with = here.runner;
    here.runner = runner_new(here.fleet, here.config, NULL);
    submit(&touch, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_FAILED, "there is no audit trail");
    assert_false(exists("203.0.113.9"));
    assert_false(exists("gathered"));
    assert_true(runner_stop(here.runner, 2000));
    runner_free(here.runner);
    here.runner = with;
    end();
}

static void a_failure_says_what_the_host_said(void **state)
{
    (void)state;
    begin("", "");
    submit(&failing, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_FAILED, "failed on here: sh: no such thing");
    submit(&unproven, "203.0.113.10");
    done_as(next(RUN_DONE), ACTION_FAILED, "203.0.113.10 is not there");
    assert_int_equal(entries("result"), 2);
    end();
}

static bool plan_lose_trail(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    (void)input;
    (void)err;
    struct plan_step *step = plan_add_step(out, "move the audit trail away");
    step->run =
        plan_command(out, NULL, "mv", path_of(out, "audit.jsonl"), path_of(out, "away"), NULL);
    out->changes_nothing = true;
    out->ends_wall_ms = -1;
    return true;
}

static void what_was_done_and_cannot_be_written_down_is_said(void **state)
{
    static const struct action lose_trail = TEST_ACTION(plan_lose_trail);
    (void)state;
    begin("", "");
    submit(&lose_trail, "203.0.113.9");
    struct run_report report = next(RUN_LATER);
    assert_non_null(strstr(report.text, "here: what was done stands, but its result is not in"));
    assert_non_null(strstr(report.text, "the audit trail was moved or replaced"));
    assert_false(report.well);
    report = next(RUN_DONE);
    assert_false(report.well);
    json_t *json = plan_json(report.plan);
    const json_t *result = json_array_get(json_object_get(json, "results"), 0);
    const char *error = json_string_value(json_object_get(result, "error"));
    assert_string_equal(error, report.plan->hosts[0]->unwritten.text);
    assert_non_null(strstr(error, report.plan->hosts[0]->audit));
    json_decref(json);
    assert_non_null(strstr(report.text, "203.0.113.9 made on here"));
    assert_non_null(strstr(report.text, "; what was done stands, but its result is not in"));
    plan_free(report.plan);
    assert_true(exists("away"));
    end();
}

static void what_failed_is_said_at_the_next_start(void **state)
{
    (void)state;
    begin("", "");
    submit(&failing, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_FAILED, "no such thing");
    runner_recall(here.runner);
    struct run_report report = next(RUN_LATER);
    assert_non_null(strstr(report.text, "test 203.0.113.9 failed on here and was not done since"));
    assert_non_null(strstr(report.text, "no such thing"));
    assert_string_equal(report.entry, "");
    submit(&touch, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_DONE, "made");
    submit(&failing, "203.0.113.10");
    done_as(next(RUN_DONE), ACTION_FAILED, "no such thing");
    submit(&failing, "203.0.113.11");
    done_as(next(RUN_DONE), ACTION_FAILED, "no such thing");
    runner_recall(here.runner);
    report = next(RUN_LATER);
    assert_non_null(strstr(report.text, "2 actions failed within the last 12 h"));
    assert_non_null(strstr(report.text, "the newest is test 203.0.113.11 on here"));
    end();
}

static void a_host_that_fails_before_anything_is_begun_is_in_the_trail(void **state)
{
    (void)state;
    begin("", "enabled = no");
    submit(&touch, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_FAILED, "disabled");
    assert_int_equal(entries("intent"), 0);
    assert_int_equal(entries("failure"), 1);
    struct audit_trail trail;
    struct err err = {0};
    assert_true(audit_load(audit_path(here.audit), &trail, &err));
    assert_int_equal(trail.count, 1);
    assert_false(trail.actions[0].open);
    audit_trail_dispose(&trail);
    end();
}

static void the_json_of_a_command_tells_its_words_from_its_input(void **state)
{
    (void)state;
    begin("", "");
    struct plan *plan = plan_new(&touch);
    struct plan_host *out = plan_add_host(plan, 0, &here.config->hosts[0]);
    out->targets = mem_array(1, sizeof *out->targets);
    out->target_count = 1;
    out->targets[0].text = "203.0.113.9";
    plan_add_step(out, "ban")->run = plan_command(out, "add a\nadd b\n", "ipset", "restore", NULL);
    json_t *json = plan_json(plan);
    const json_t *result = json_array_get(json_object_get(json, "results"), 0);
    const json_t *command = json_array_get(json_object_get(result, "commands"), 0);
    assert_string_equal(json_string_value(command), "ipset restore <<'END'\nadd a\nadd b\nEND");
    json_decref(json);
    plan_free(plan);
    end();
}

static void a_runner_that_waits_for_an_answer_ends_at_once(void **state)
{
    (void)state;
    begin("confirm = always", "");
    submit(&touch, "203.0.113.9");
    assert_int_equal(next(RUN_ASKS).plan->question, PLAN_ASKS);
    int64_t began_ms = clock_mono_ms();
    end();
    assert_true(clock_mono_ms() - began_ms < 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_risky_asks_and_runs_nothing_without_a_yes),
        cmocka_unit_test(a_time_runs_from_the_answer_not_from_the_question),
        cmocka_unit_test(a_trusted_address_is_typed_again),
        cmocka_unit_test(yes_answers_questions_but_does_not_type),
        cmocka_unit_test(of_several_targets_the_refused_ones_are_left_out),
        cmocka_unit_test(a_dry_run_touches_nothing),
        cmocka_unit_test(read_only_lets_nothing_through),
        cmocka_unit_test(an_action_that_says_nothing_of_itself_may_do_nothing_unasked),
        cmocka_unit_test(without_an_audit_trail_nothing_is_run),
        cmocka_unit_test(a_failure_says_what_the_host_said),
        cmocka_unit_test(what_was_done_and_cannot_be_written_down_is_said),
        cmocka_unit_test(what_failed_is_said_at_the_next_start),
        cmocka_unit_test(a_host_that_fails_before_anything_is_begun_is_in_the_trail),
        cmocka_unit_test(the_json_of_a_command_tells_its_words_from_its_input),
        cmocka_unit_test(a_runner_that_waits_for_an_answer_ends_at_once),
    };
    return !sql_library_init() || !http_library_init() ||
           cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
