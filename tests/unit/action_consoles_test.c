// SPDX-License-Identifier: MIT

// Several consoles on one host with a real firewall, in a network namespace of its own: they make
// the host's first ban at once, and end what is over without being asked.
#include "action_backend_host.h"

#include "action/run.h"
#include "fleet/fleet.h"

#define WITHIN_MS 20000

struct console {
    struct config *config;
    struct fleet *fleet;
    struct audit *audit;
    struct runner *runner;
};

static const char config_text[] =
    "[nocdesk]\noperator = ana\nstate_dir = %s\nconfirm = never\n"
    "[host here]\nlink = local\nmysql_port = 0\nhttp_port = 0\ncapture = off\nban_backend = "
    "%s\nban_private = yes\n";

static void console_open(struct console *console, const struct test_host *host, const char *backend)
{
    char *path = mem_printf("%s/nocdesk.ini", host->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, config_text, host->folder, backend);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
    struct err_list errors = {0};
    struct err err = {0};
    assert_true(config_load(path, &console->config, &errors));
    const struct profile *profiles[] = {host->profile};
    console->fleet = fleet_new(console->config, profiles);
    fleet_set_idle_reading(console->fleet, false);
    fleet_start(console->fleet);
    console->audit = audit_open(host->folder, &err);
    assert_non_null(console->audit);
    console->runner = runner_new(console->fleet, console->config, console->audit);
    free(path);
}

static void console_close(struct console *console)
{
    assert_true(runner_stop(console->runner, 5000));
    runner_free(console->runner);
    assert_true(fleet_stop(console->fleet, 2000));
    fleet_free(console->fleet);
    audit_close(console->audit);
    config_free(console->config);
}

static void submit_ban(struct console *console, const char *address, int64_t for_ms)
{
    static const size_t hosts[] = {0};
    struct action_request request = {.action = &action_ban,
                                     .hosts = hosts,
                                     .host_count = 1,
                                     .targets = &address,
                                     .target_count = 1,
                                     .for_ms = for_ms,
                                     .yes = true};
    runner_submit(console->runner, &request);
}

static void expect_done(struct console *console)
{
    struct run_report report;
    do
        if (!runner_wait(console->runner, clock_mono_ms() + WITHIN_MS, &report))
            fail_msg("no report came");
    while (report.word != RUN_DONE);
    if (report.plan->hosts[0]->targets[0].state != ACTION_DONE)
        fail_msg("%s", report.text);
    plan_free(report.plan);
}

static size_t count_of(const char *words)
{
    char *command = mem_printf("iptables-save -t filter | grep -c -- '%s'", words);
    FILE *pipe = popen(command, "r");
    size_t count = 99;
    assert_int_equal(fscanf(pipe, "%zu", &count), 1);
    pclose(pipe);
    free(command);
    return count;
}

static void first_bans_at_once(const char *backend)
{
    struct test_host host;
    struct console consoles[2];
    test_host_up(&host, FLAVOUR_NFT);
    assert_int_equal(system("ip link set lo up"), 0);
    for (size_t i = 0; i < 2; i++)
        console_open(&consoles[i], &host, backend);
    submit_ban(&consoles[0], "203.0.113.9", 3600000);
    submit_ban(&consoles[1], "203.0.113.10", 3600000);
    for (size_t i = 0; i < 2; i++)
        expect_done(&consoles[i]);
    assert_int_equal(count_of("^:NOCDESK "), 1);
    assert_int_equal(count_of("-A INPUT -j NOCDESK"), 1);
    if (strcmp(backend, "iptables") == 0) {
        assert_int_equal(count_of("-s 203.0.113.9/32 .*-j DROP"), 1);
        assert_int_equal(count_of("-s 203.0.113.10/32 .*-j DROP"), 1);
    } else {
        assert_int_equal(count_of("match-set nocdesk4 src -j DROP"), 1);
    }
    for (size_t i = 0; i < 2; i++)
        console_close(&consoles[i]);
    test_host_down(&host);
}

static void two_consoles_make_the_first_ban_at_once(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++)
        first_bans_at_once("iptables");
}

static void two_consoles_make_the_first_set_at_once(void **state)
{
    (void)state;
    if (system("unshare --net ipset create probe hash:ip timeout 1 2>/dev/null") != 0) {
        fprintf(stderr, "NOT RUN: this kernel has no sets; nothing is proved here\n");
        skip();
    }
    first_bans_at_once("ipset");
}

// Both look at once: one takes it away, the other finds nothing left to do.
static void any_console_ends_what_is_over(void **state)
{
    (void)state;
    struct test_host host;
    struct console consoles[2];
    test_host_up(&host, FLAVOUR_NFT);
    assert_int_equal(system("ip link set lo up"), 0);
    for (size_t i = 0; i < 2; i++)
        console_open(&consoles[i], &host, "iptables");
    submit_ban(&consoles[0], "203.0.113.9", 1000);
    expect_done(&consoles[0]);
    submit_ban(&consoles[0], "203.0.113.10", 3600000);
    expect_done(&consoles[0]);
    for (size_t i = 0; i < 2; i++)
        runner_tend(consoles[i].runner);
    int64_t give_up_ms = clock_mono_ms() + WITHIN_MS;
    while (count_of("-s 203.0.113.9/32 ") > 0 && clock_mono_ms() < give_up_ms)
        usleep(200000);
    assert_int_equal(count_of("-s 203.0.113.9/32 "), 0);
    assert_int_equal(count_of("-s 203.0.113.10/32 "), 1);
    usleep(1500000);
    struct run_report report;
    for (size_t i = 0; i < 2; i++)
        while (runner_next(consoles[i].runner, &report))
            fail_msg("%s", report.text);
    for (size_t i = 0; i < 2; i++)
        console_close(&consoles[i]);
    test_host_down(&host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_consoles_make_the_first_ban_at_once),
        cmocka_unit_test(two_consoles_make_the_first_set_at_once),
        cmocka_unit_test(any_console_ends_what_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
