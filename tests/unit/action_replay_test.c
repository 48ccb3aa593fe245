// SPDX-License-Identifier: MIT

// Proves that in a replay every action ends with its plan: nothing is run, asked of a host or
// written into the audit trail, whatever is answered.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "action/run.h"
#include "base/clock.h"
#include "base/mem.h"
#include "conf/profile.h"

#define WAIT_MS 20000

static const char facts[] =
    "@@clock\n1795162507 +0000\n"
    "@@console\n192.0.2.250 50022 198.18.0.11 22\n"
    "@@addresses\n2: eth0    inet 198.18.0.11/24 brd 198.18.0.255 scope global eth0\n\n"
    "@@addresses-status\n0\n"
    "@@routes4\ndefault via 198.18.0.1 dev eth0\n\n@@routes4-status\n0\n"
    "@@iptables-version\niptables v1.8.9\n\n@@iptables-version-status\n0\n"
    "@@iptables-help\n  --check -C --wait -w\n\n@@iptables-help-status\n0\n"
    "@@iptables-restore\n"
    "@@iptables\n*filter\n:INPUT ACCEPT [0:0]\n:SIP_TRUSTED - [0:0]\n"
    "[0:0] -A SIP_TRUSTED -s 192.0.2.10/32 -j ACCEPT\nCOMMIT\n\n@@iptables-status\n0\n"
    "@@ipset-version\nipset v7.17, protocol version: 7\n\n@@ipset-version-status\n0\n"
    "@@ipset\n\n@@ipset-status\n0\n@@save\nservice\n@@end\n";

static struct {
    struct config *config;
    struct profile *profile;
    struct fleet *fleet;
    struct runner *runner;
    char folder[64], path[96], mark[96];
} here;

// With a command of one's own that runs on this machine, and would leave a mark.
static void write_config(void)
{
    snprintf(here.path, sizeof here.path, "%s/nocdesk.ini", here.folder);
    snprintf(here.mark, sizeof here.mark, "%s/mark", here.folder);
    FILE *file = fopen(here.path, "w");
    assert_non_null(file);
    fprintf(file, "[command mark]\ncommand = touch %s\nwhere = local\nwrite = no\n", here.mark);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    struct err_list errors = {0};
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    snprintf(here.folder, sizeof here.folder, "/tmp/action-replay-XXXXXX");
    assert_non_null(mkdtemp(here.folder));
    write_config();
    if (!config_load(here.path, &here.config, &errors))
        fail_msg("%s", errors.texts[0]);
    config_keep_hosts(here.config, NULL, 0);
    struct host_config *host = config_add_host(here.config, "sw1", NULL);
    assert_true(config_set_host_option(host, "http_port", "8080", NULL));
    // Nothing of it may be asked, even where it could be.
    assert_true(config_set_host_option(host, "mysql_direct", "yes", NULL));
    here.config->confirm = CONFIRM_NEVER;
    assert_true(profile_load("vos3000", NULL, &here.profile, &errors));
    const struct profile *profiles[] = {here.profile};
    here.fleet = fleet_new(here.config, profiles);
    fleet_play(here.fleet);
    struct host_status live = {.word = HOST_LIVE};
    fleet_put_status(here.fleet, 0, &live);
    fleet_put_answer(here.fleet, 0, facts, strlen(facts));
    fleet_start(here.fleet);
    here.runner = runner_new(here.fleet, here.config, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_true(runner_stop(here.runner, 2000));
    runner_free(here.runner);
    assert_true(fleet_stop(here.fleet, 1000));
    fleet_free(here.fleet);
    profile_free(here.profile);
    config_free(here.config);
    assert_int_equal(access(here.mark, F_OK), -1);
    unlink(here.path);
    rmdir(here.folder);
    return 0;
}

static const char *target_of(const struct action *action)
{
    switch (action->target) {
    case TARGET_NETWORK:
        return "203.0.113.9";
    case TARGET_ENDPOINT:
        return "1001";
    case TARGET_GATEWAY:
        return "gateway:CARRIER-A";
    case TARGET_ACCOUNT:
        return "account:1001";
    case TARGET_CALL:
        return "call-1";
    case TARGET_ENTRY:
        return "2026-11-20-000017";
    case TARGET_RULE:
        return "ipv4/filter/INPUT/3";
    case TARGET_COMMAND:
        return "mark";
    case TARGET_NONE:
        break;
    }
    return "firewall";
}

// Answers every question with yes, or with what it wants typed; the last report, whose plan is the
// caller's.
static struct run_report run(const struct action *action, bool *shown, size_t *steps)
{
    static const size_t host = 0;
    const char *target = target_of(action);
    struct action_request request = {.action = action,
                                     .hosts = &host,
                                     .host_count = 1,
                                     .targets = &target,
                                     .target_count = 1,
                                     .for_ms = 3600000,
                                     .reason = "test",
                                     .yes = true};
    struct run_report report = {0};
    runner_submit(here.runner, &request);
    do {
        if (!runner_wait(here.runner, clock_mono_ms() + WAIT_MS, &report))
            fail_msg("%s: no answer", action->name);
        if (report.word == RUN_ASKS) {
            *shown = report.plan->question == PLAN_SHOWN;
            *steps += report.plan->hosts[0]->step_count;
            assert_true(*shown);
            runner_answer(here.runner, report.id,
                          report.plan->type_this != NULL ? report.plan->type_this : "");
        }
    } while (report.word != RUN_DONE);
    return report;
}

static void test_no_action_of_the_registry_runs(void **state)
{
    (void)state;
    size_t count = 0, all_shown = 0;
    for (; actions[count] != NULL; count++) {
        bool shown = false;
        size_t steps = 0;
        struct run_report report = run(actions[count], &shown, &steps);
        for (size_t i = 0; i < report.plan->host_count; i++)
            for (size_t j = 0; j < report.plan->hosts[i]->target_count; j++) {
                enum action_state ended = report.plan->hosts[i]->targets[j].state;
                if (ended != ACTION_REFUSED && ended != ACTION_FAILED && ended != ACTION_ALREADY)
                    fail_msg("%s ended as %s", actions[count]->name, action_state_text(ended));
            }
        all_shown += shown && steps > 0;
        plan_free(report.plan);
    }
    assert_true(count >= 10);
    assert_true(all_shown >= 2); // such as ban and save
    struct fleet_load load;
    fleet_host_load(here.fleet, 0, &load);
    assert_int_equal(load.commands + load.statements + load.requests + load.connects, 0);
}

static void test_a_ban_shows_its_commands(void **state)
{
    (void)state;
    bool shown = false;
    size_t steps = 0;
    struct run_report report = run(&action_ban, &shown, &steps);
    assert_true(shown);
    assert_true(steps > 0);
    assert_non_null(strstr(report.text, "this is a replay"));
    plan_free(report.plan);
}

static void test_what_the_recording_does_not_hold_is_unknown(void **state)
{
    (void)state;
    struct fleet *fleet = fleet_new(here.config, (const struct profile *[]){here.profile});
    fleet_play(fleet); // without facts
    struct runner *runner = runner_new(fleet, here.config, NULL);
    const size_t host = 0;
    const char *target = "203.0.113.9";
    struct action_request request = {.action = &action_ban,
                                     .hosts = &host,
                                     .host_count = 1,
                                     .targets = &target,
                                     .target_count = 1};
    struct run_report report;
    runner_submit(runner, &request);
    assert_true(runner_wait(runner, clock_mono_ms() + WAIT_MS, &report));
    assert_int_equal(report.word, RUN_DONE);
    assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_FAILED);
    assert_non_null(strstr(report.plan->hosts[0]->error.text, "not known"));
    plan_free(report.plan);
    assert_true(runner_stop(runner, 2000));
    runner_free(runner);
    fleet_free(fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_action_of_the_registry_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_ban_shows_its_commands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_the_recording_does_not_hold_is_unknown, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
