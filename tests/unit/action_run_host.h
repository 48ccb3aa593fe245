// SPDX-License-Identifier: MIT

// What the tests of the runner share: one local host whose firewall is a folder.
#ifndef TESTS_ACTION_RUN_HOST_H
#define TESTS_ACTION_RUN_HOST_H

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
    "[host here]\nlink = local\nmysql_port = 0\n%s%s\n"
    "[facts]\ntools = true\nscript = touch %s/gathered; echo @@console; echo 192.0.2.77 1 "
    "198.18.0.11 22; "
    "echo @@addresses; echo '2: eth0 inet 198.18.0.11/24'; "
    "cat %s/addresses 2>/dev/null; echo @@addresses-status; echo 0; "
    "for r in 4 6; do echo @@routes$r; echo @@routes$r-status; echo 0; done; "
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
    const char *no_web = strstr(host, "http_port") == NULL ? "http_port = 0\n" : "";
    char *text = mem_printf(config_text, global, no_web, host, here.folder, here.folder);
    write_file("nocdesk.ini", text);
    free(text);
    char *path = mem_printf("%s/nocdesk.ini", here.folder);
    struct err_list errors = {0};
    struct err err = {0};
    if (!config_load(path, &here.config, &errors) ||
        !profile_load("vos3000", &here.config->profile_overrides, &here.profile, &errors))
        fail_msg("%s", errors.texts[0]);
    free(path);
    const struct profile *profiles[] = {here.profile, here.profile};
    assert_in_range(here.config->host_count, 1, 2);
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

// The host has neither database nor web interface: what keeps somebody out asks there, always.
#define TEST_ACTION_THAT(blocks_whom, plan_fn)                                                     \
    {                                                                                              \
        .name = "test", .title = "Test", .done = "made", .help = "", .key = "",                    \
        .target = TARGET_NETWORK, .danger = DANGER_HARMLESS, .batch = true, .many_hosts = true,    \
        .reversible = true, .blocks = (blocks_whom), .plan = (plan_fn)                             \
    }
#define TEST_ACTION(plan_fn) TEST_ACTION_THAT(BLOCKS_NOBODY, plan_fn)

static const struct action touch = TEST_ACTION(plan_touch);

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
static inline void submit_asked(const struct action *action, const char *target)
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

static inline size_t entries(const char *kind)
{
    char *command = mem_printf("grep -c '\"kind\":\"%s\"' %s/audit.jsonl", kind, here.folder);
    FILE *pipe = popen(command, "r");
    size_t count = 0;
    assert_int_equal(fscanf(pipe, "%zu", &count), 1);
    pclose(pipe);
    free(command);
    return count;
}

#endif
