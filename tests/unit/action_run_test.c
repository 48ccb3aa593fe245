// SPDX-License-Identifier: MIT

// The way of every action: planned, guarded, asked, run, proven, written down, undone.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "action/run.h"
#include "base/clock.h"
#include "base/mem.h"
#include "link/http.h"
#include "link/sql.h"

#define WITHIN_MS 10000

// One local host; its firewall is a folder: a ban is a file with the address's name.
struct fixture {
    char folder[40];
    struct config *config;
    struct profile *profile;
    struct fleet *fleet;
    struct audit *audit;
    struct runner *runner;
};

static struct fixture here;

static const char config_text[] =
    "[nocdesk]\noperator = ana\n%s\ntrusted = 203.0.113.20\n"
    "[host here]\nlink = local\nmysql_port = 0\nhttp_port = 0\n%s\n"
    "[facts]\ntools = true\nscript = touch %s/gathered; echo @@console; echo 192.0.2.77 1 "
    "198.18.0.11 22; "
    "echo @@addresses; echo '2: eth0 inet 198.18.0.11/24'; "
    "cat %s/addresses 2>/dev/null; echo @@addresses-status; echo 0; "
    "echo @@end\n";

static void write_file(const char *name, const char *text)
{
    char *path = mem_printf("%s/%s", here.folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0600), 0);
    free(path);
}

static bool exists(const char *name)
{
    char *path = mem_printf("%s/%s", here.folder, name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static void begin(const char *global, const char *host)
{
    here = (struct fixture){.folder = "/tmp/nocdesk-action-XXXXXX"};
    assert_non_null(mkdtemp(here.folder));
    char *text = mem_printf(config_text, global, host, here.folder, here.folder);
    write_file("nocdesk.ini", text);
    free(text);
    char *path = mem_printf("%s/nocdesk.ini", here.folder);
    struct err_list errors = {0};
    struct err err = {0};
    if (!config_load(path, &here.config, &errors) ||
        !profile_load("vos3000", &here.config->profile_overrides, &here.profile, &errors))
        fail_msg("%s", errors.texts[0]);
    free(path);
    const struct profile *profiles[] = {here.profile};
    here.fleet = fleet_new(here.config, profiles);
    fleet_set_idle_reading(here.fleet, false);
    fleet_start(here.fleet);
    here.audit = audit_open(here.folder, &err);
    if (here.audit == NULL)
        fail_msg("%s", err.text);
    here.runner = runner_new(here.fleet, here.config, here.audit);
}

static void end(void)
{
    assert_true(runner_stop(here.runner, 5000));
    runner_free(here.runner);
    assert_true(fleet_stop(here.fleet, 2000));
    fleet_free(here.fleet);
    audit_close(here.audit);
    profile_free(here.profile);
    config_free(here.config);
    char *command = mem_printf("rm -r %s", here.folder);
    assert_int_equal(system(command), 0);
    free(command);
}

static const char *path_of(struct plan_host *out, const char *name)
{
    return plan_text(out, "%s/%s", here.folder, name);
}

static void plan_one(struct plan_host *out, const char *target)
{
    const char *path = path_of(out, target);
    struct plan_step *step = plan_add_step(out, "make %s", target);
    step->run = plan_command(out, NULL, "touch", path, NULL);
    step->undo = plan_command(out, NULL, "rm", path, NULL);
    const char *words[] = {target};
    struct plan_call list = plan_command(out, NULL, "ls", here.folder, NULL);
    step->after = plan_expect(out, list, EXPECT_WORDS, words, 1);
    step->undone = plan_expect(out, list, EXPECT_NO_WORDS, words, 1);
}

static bool plan_touch(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    (void)input;
    (void)err;
    for (size_t i = 0; i < out->target_count; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            plan_one(out, out->targets[i].text);
    out->reversible = true;
    out->ends_wall_ms = clock_wall_ms() + 3600000;
    return true;
}

// As a ban does: what is there already needs no step.
static bool plan_missing(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    for (size_t i = 0; i < out->target_count; i++)
        if (exists(out->targets[i].text))
            out->targets[i].state = ACTION_ALREADY;
    return plan_touch(input, out, err);
}

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

// The host has neither database nor web interface: what keeps somebody out asks there, always.
#define TEST_ACTION(plan_fn)                                                                       \
    {                                                                                              \
        .name = "test", .title = "Test", .done = "made", .help = "", .key = "",                    \
        .target = TARGET_NETWORK, .danger = DANGER_HARMLESS, .batch = true, .many_hosts = true,    \
        .reversible = true, .plan = plan_fn                                                        \
    }
static const struct action touch = TEST_ACTION(plan_touch);
static const struct action keep_out = {.name = "test",
                                       .title = "Test",
                                       .done = "made",
                                       .help = "",
                                       .key = "",
                                       .target = TARGET_NETWORK,
                                       .danger = DANGER_HARMLESS,
                                       .batch = true,
                                       .many_hosts = true,
                                       .reversible = true,
                                       .blocks = BLOCKS_WHEN_RUN,
                                       .plan = plan_touch};
static const struct action touch_missing = TEST_ACTION(plan_missing);
static const struct action failing = TEST_ACTION(plan_failing);
static const struct action unproven = TEST_ACTION(plan_unproven);
static const struct action lost = TEST_ACTION(plan_lost);
static const struct action lost_before = TEST_ACTION(plan_lost_before);

static const struct action mute = TEST_ACTION(plan_mute);
static const struct action lost_between_harmless = TEST_ACTION(plan_lost_between);
static const struct action lost_between = {.name = "test",
                                           .title = "Test",
                                           .done = "made",
                                           .help = "",
                                           .key = "",
                                           .target = TARGET_NETWORK,
                                           .danger = DANGER_HARMLESS,
                                           .reversible = true,
                                           .blocks = BLOCKS_WHEN_RUN,
                                           .plan = plan_lost_between};

static const struct action not_seen = TEST_ACTION(plan_not_seen);

static uint64_t submit_many(const struct action *action, const char *const *targets, size_t count)
{
    static const size_t hosts[] = {0};
    struct action_request request = {.action = action,
                                     .hosts = hosts,
                                     .host_count = 1,
                                     .targets = targets,
                                     .target_count = count,
                                     .reason = "unit test"};
    return runner_submit(here.runner, &request);
}

static uint64_t submit(const struct action *action, const char *target)
{
    return submit_many(action, &target, 1);
}

static struct run_report next(enum run_word word)
{
    struct run_report report;
    if (!runner_wait(here.runner, clock_mono_ms() + WITHIN_MS, &report))
        fail_msg("no report came");
    if (report.word != word)
        fail_msg("report %d, not %d: %s", report.word, word, report.text);
    return report;
}

// What it is about may keep somebody out, and who the host's peers are is not known.
static void submit_asked(const struct action *action, const char *target)
{
    uint64_t id = submit_many(action, &target, target != NULL ? 1 : 0);
    next(RUN_ASKS);
    runner_answer(here.runner, id, "");
}

static void done_as(struct run_report report, enum action_state state, const char *words)
{
    const struct plan_target *target = &report.plan->hosts[0]->targets[0];
    if (target->state != state || strstr(report.text, words) == NULL)
        fail_msg("%s: %s", action_state_text(target->state), report.text);
    assert_int_equal(report.well, state == ACTION_DONE || state == ACTION_ALREADY);
    plan_free(report.plan);
}

static size_t entries(const char *kind)
{
    char *command = mem_printf("grep -c '\"kind\":\"%s\"' %s/audit.jsonl", kind, here.folder);
    FILE *pipe = popen(command, "r");
    size_t count = 0;
    assert_int_equal(fscanf(pipe, "%zu", &count), 1);
    pclose(pipe);
    free(command);
    return count;
}

static void a_harmless_action_goes_at_once_and_is_undone(void **state)
{
    (void)state;
    begin("", "");
    submit(&touch, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_DONE, "203.0.113.9 made on here until ");
    assert_true(exists("203.0.113.9"));
    assert_int_equal(entries("intent"), 1);
    assert_int_equal(entries("result"), 1);
    submit_asked(&action_undo, NULL);
    done_as(next(RUN_DONE), ACTION_DONE, "203.0.113.9 undone on here");
    assert_false(exists("203.0.113.9"));
    assert_int_equal(entries("intent"), 2);
    submit_many(&action_undo, NULL, 0);
    struct run_report report = next(RUN_DONE);
    assert_false(report.well);
    assert_non_null(strstr(report.text, "there is nothing of ana to undo"));
    plan_free(report.plan);
    struct audit_verdict verdict;
    struct err err = {0};
    assert_true(audit_verify(audit_path(here.audit), &verdict, &err));
    assert_int_equal(verdict.open, 0);
    end();
}

static void an_undo_runs_only_while_the_state_is_as_it_was_left(void **state)
{
    (void)state;
    begin("", "");
    submit(&touch, "203.0.113.9");
    struct run_report report = next(RUN_DONE);
    char id[40];
    strcpy(id, report.plan->hosts[0]->audit);
    plan_free(report.plan);
    char *path = mem_printf("%s/203.0.113.9", here.folder);
    assert_int_equal(unlink(path), 0); // somebody else took it back
    free(path);
    submit_asked(&action_undo, id);
    done_as(next(RUN_DONE), ACTION_ALREADY, "already");
    submit(&action_undo, id);
    report = next(RUN_DONE);
    assert_non_null(strstr(report.text, "was undone already"));
    plan_free(report.plan);
    end();
}

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
        [TARGET_NONE] = "",           [TARGET_NETWORK] = "203.0.113.9", [TARGET_ENDPOINT] = "1001",
        [TARGET_GATEWAY] = "CARRIER", [TARGET_ACCOUNT] = "acme",        [TARGET_CALL] = "call-1",
        [TARGET_ENTRY] = "",
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

// A console that was killed after its intent: the next one says so, and finishes or undoes it.
static void an_open_intent_is_found_and_ended(void **state)
{
    (void)state;
    begin("confirm = never", "");
    char id[AUDIT_ID_MAX];
    struct err err = {0};
    struct plan *plan = plan_new(&touch);
    struct plan_host *out = plan_add_host(plan, 0, &here.config->hosts[0]);
    plan_one(out, "203.0.113.9");
    json_t *intent = json_pack("{s:s, s:s, s:s, s:[s], s:b, s:o, s:{s:i, s:i, s:s}}", "operator",
                               "ana", "action", "ban", "host", "here", "targets", "203.0.113.9",
                               "reversible", 1, "steps", plan_steps_json(out), "process", "pid", 1,
                               "started", 1, "boot", "another");
    assert_true(audit_append(here.audit, "intent", intent, id, &err));
    plan_free(plan);
    runner_recall(here.runner);
    struct run_report report = next(RUN_LATER);
    assert_non_null(strstr(report.text, id));
    submit_asked(&action_finish, id);
    done_as(next(RUN_DONE), ACTION_DONE, "203.0.113.9 finished on here");
    assert_true(exists("203.0.113.9"));
    submit(&action_undo, id);
    done_as(next(RUN_DONE), ACTION_DONE, "undone");
    assert_false(exists("203.0.113.9"));
    struct audit_verdict verdict;
    assert_true(audit_verify(audit_path(here.audit), &verdict, &err));
    assert_int_equal(verdict.open, 0);
    end();
}

// An intent as a console that is gone wrote it.
static void write_intent(json_t *members, const struct action *action, const char *const *targets,
                         size_t count, char id[AUDIT_ID_MAX])
{
    struct err err = {0};
    struct plan *plan = plan_new(action);
    struct plan_host *out = plan_add_host(plan, 0, &here.config->hosts[0]);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        plan_one(out, targets[i]);
        json_array_append_new(list, json_string(targets[i]));
    }
    json_t *intent =
        json_pack("{s:s, s:s, s:s, s:o, s:b, s:o, s:{s:i, s:i, s:s}}", "operator", "ana", "action",
                  action->name, "host", "here", "targets", list, "reversible", 1, "steps",
                  plan_steps_json(out), "process", "pid", 1, "started", 1, "boot", "another");
    json_object_update(intent, members);
    json_decref(members);
    assert_true(audit_append(here.audit, "intent", intent, id, &err));
    plan_free(plan);
}

static void write_done(const char *intent)
{
    char id[AUDIT_ID_MAX];
    struct err err = {0};
    assert_true(audit_append(here.audit, "result",
                             json_pack("{s:s, s:s}", "intent", intent, "state", "done"), id, &err));
}

static void the_undo_of_an_undo_is_judged_like_the_ban_that_it_is(void **state)
{
    (void)state;
    static const char *const console[] = {"192.0.2.77"};
    char ban[AUDIT_ID_MAX], undo[40], open_undo[AUDIT_ID_MAX];
    begin("confirm = never", "");
    write_file(console[0], "");
    write_intent(json_object(), &action_ban, console, 1, ban);
    write_done(ban);
    submit(&action_undo, ban); // it lets in: nothing is judged
    struct run_report report = next(RUN_DONE);
    assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_DONE);
    snprintf(undo, sizeof undo, "%s", report.plan->hosts[0]->audit);
    plan_free(report.plan);
    submit(&action_undo, undo);
    done_as(next(RUN_DONE), ACTION_REFUSED, "[console-address]");
    assert_false(exists(console[0]));
    // The undo of an unban that a console left open.
    write_intent(json_object(), &action_unban, console, 1, ban);
    write_done(ban);
    write_intent(json_pack("{s:s}", "undoes", ban), &action_undo, console, 1, open_undo);
    submit(&action_finish, open_undo);
    done_as(next(RUN_DONE), ACTION_REFUSED, "[console-address]");
    // And an undo of an entry that the trail does not have.
    write_intent(json_pack("{s:s}", "undoes", "2020-01-01-000001"), &action_undo, console, 1, undo);
    submit(&action_undo, undo);
    done_as(next(RUN_DONE), ACTION_REFUSED, "[console-address]");
    assert_false(exists(console[0]));
    end();
}

static void a_finish_does_not_repeat_what_was_done(void **state)
{
    (void)state;
    static const char *const list[] = {"203.0.113.9", "203.0.113.10"};
    char id[AUDIT_ID_MAX];
    begin("confirm = never", "");
    write_file(list[0], "as it was");
    write_intent(json_object(), &action_ban, list, 1, id);
    submit_asked(&action_finish, id);
    done_as(next(RUN_DONE), ACTION_ALREADY, "already");
    write_intent(json_object(), &action_ban, list, 2, id);
    submit_asked(&action_finish, id);
    struct run_report report = next(RUN_DONE);
    assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_DONE);
    plan_free(report.plan);
    assert_true(exists(list[1]));
    submit(&action_undo, id);
    report = next(RUN_DONE);
    assert_true(report.well);
    plan_free(report.plan);
    assert_false(exists(list[0]));
    end();
}

// The steps of an entry are run whole: with one target refused none may be.
static void an_entry_with_a_refused_target_is_refused_whole(void **state)
{
    (void)state;
    static const char *const console[] = {"203.0.113.9", "192.0.2.77"};
    static const char *const trusted[] = {"203.0.113.9", "203.0.113.20"};
    const char *const *const lists[] = {console, trusted};
    static const char *const rules[] = {"[console-address]", "[trusted]"};
    for (size_t i = 0; i < 2; i++) {
        char ban[AUDIT_ID_MAX], unban[40];
        begin("confirm = never", "");
        write_file(lists[i][0], "");
        write_file(lists[i][1], "");
        write_intent(json_object(), &action_ban, lists[i], 2, ban);
        write_done(ban);
        submit(&action_undo, ban);
        struct run_report report = next(RUN_DONE);
        assert_true(report.well);
        snprintf(unban, sizeof unban, "%s", report.plan->hosts[0]->audit);
        plan_free(report.plan);
        submit(&action_undo, unban);
        report = next(RUN_DONE);
        assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_REFUSED);
        assert_int_equal(report.plan->hosts[0]->targets[1].state, ACTION_REFUSED);
        assert_int_equal(report.plan->hosts[0]->step_count, 0);
        assert_non_null(strstr(report.text, rules[i]));
        plan_free(report.plan);
        // The finishing of the same batch.
        write_intent(json_object(), &action_ban, lists[i], 2, ban);
        submit(&action_finish, ban);
        done_as(next(RUN_DONE), ACTION_REFUSED, rules[i]);
        assert_false(exists(lists[i][0]));
        assert_false(exists(lists[i][1]));
        end();
    }
}

static void the_last_action_is_undone_though_a_target_was_so_already(void **state)
{
    (void)state;
    static const char *const both[] = {"203.0.113.9", "203.0.113.10"};
    begin("confirm = never", "");
    submit(&touch_missing, both[0]);
    done_as(next(RUN_DONE), ACTION_DONE, "made");
    submit_many(&touch_missing, both, 2);
    done_as(next(RUN_DONE), ACTION_ALREADY, "already");
    submit_asked(&action_undo, NULL);
    done_as(next(RUN_DONE), ACTION_DONE, "203.0.113.10 undone");
    assert_true(exists(both[0]));
    assert_false(exists(both[1]));
    end();
}

static void nothing_is_run_from_a_trail_that_was_changed(void **state)
{
    (void)state;
    begin("", "");
    submit(&touch, "203.0.113.9");
    plan_free(next(RUN_DONE).plan);
    char *command = mem_printf("sed -i 's/\"rm\"/\"ls\"/' %s/audit.jsonl", here.folder);
    assert_int_equal(system(command), 0);
    free(command);
    submit_many(&action_undo, NULL, 0);
    struct run_report report = next(RUN_DONE);
    assert_non_null(strstr(report.text, "the audit trail is not whole"));
    plan_free(report.plan);
    assert_true(exists("203.0.113.9"));
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
        cmocka_unit_test(a_harmless_action_goes_at_once_and_is_undone),
        cmocka_unit_test(an_undo_runs_only_while_the_state_is_as_it_was_left),
        cmocka_unit_test(what_is_risky_asks_and_runs_nothing_without_a_yes),
        cmocka_unit_test(a_trusted_address_is_typed_again),
        cmocka_unit_test(yes_answers_questions_but_does_not_type),
        cmocka_unit_test(of_several_targets_the_refused_ones_are_left_out),
        cmocka_unit_test(a_dry_run_touches_nothing),
        cmocka_unit_test(read_only_lets_nothing_through),
        cmocka_unit_test(without_an_audit_trail_nothing_is_run),
        cmocka_unit_test(a_failure_says_what_the_host_said),
        cmocka_unit_test(an_unknown_outcome_is_said_and_settled_when_the_host_answers),
        cmocka_unit_test(a_host_that_does_not_answer_holds_up_nothing_else),
        cmocka_unit_test(the_rest_of_a_lost_action_is_run_only_if_the_guard_still_allows),
        cmocka_unit_test(what_was_run_and_not_seen_is_unknown_and_can_be_undone),
        cmocka_unit_test(an_open_intent_is_found_and_ended),
        cmocka_unit_test(the_undo_of_an_undo_is_judged_like_the_ban_that_it_is),
        cmocka_unit_test(a_finish_does_not_repeat_what_was_done),
        cmocka_unit_test(an_entry_with_a_refused_target_is_refused_whole),
        cmocka_unit_test(the_last_action_is_undone_though_a_target_was_so_already),
        cmocka_unit_test(nothing_is_run_from_a_trail_that_was_changed),
        cmocka_unit_test(a_runner_that_waits_for_an_answer_ends_at_once),
    };
    return !sql_library_init() || !http_library_init() ||
           cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
