// SPDX-License-Identifier: MIT

// Services as their status scripts and /proc tell of them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "conf/profile.h"
#include "probe/probe.h"
#include "probe/processes_parse.h"

static const char output[] =
    "@@uptime\n10000.50 19000.00\n@@ticks\n100\n@@loaded\nempd\n@@services\n"
    "service mbx3000d mbx3000d\nexit 0\n"
    "stat 278 (mbx3000d) S 1 278 278 0 -1 4194560 1 0 0 0 5000 2500 0 0 20 0 1 0 400000 1 2\n"
    "VmRSS:\t   18808 kB\n"
    "service vos3000d vos3000d\nexit 1\n"
    "service mysql,mysqld,mariadb mysqld\nexit 0\n"
    "stat 99 (odd) name ) S 1 99 99 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 300 1 2\n"
    "service mgcd,mgcserverd mgcserverd\nexit 2\n"
    "service webserverd webserverd\nexit 3\n"
    "service webdatad webdatad\nexit 124\n"
    "service empd empd\n"
    "service diald,ivrdiald \n"
    "@@end\n";

static struct process_reports read_text(const char *text)
{
    struct process_reports reports;
    process_reports_read(slice_of(text), &reports);
    return reports;
}

static void states_are_those_of_the_exit_statuses(void **state)
{
    (void)state;
    static const char *const expected[][2] = {
        {"mbx3000d", "running"}, {"vos3000d", "crashed"}, {"mysql", "running"},
        {"mgcd", "stopped"},     {"webserverd", "down"},  {"webdatad", "unknown"},
        {"empd", "unknown"},     {"diald", "missing"},
    };
    struct process_reports reports = read_text(output);
    assert_int_equal(reports.count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < reports.count; i++) {
        assert_true(slice_is(reports.items[i].name, expected[i][0]));
        assert_string_equal(process_state(&reports.items[i]), expected[i][1]);
    }
    assert_true(slice_is(reports.items[2].script, "mysqld"));
    assert_true(slice_is(reports.items[3].script, "mgcserverd"));
    process_reports_dispose(&reports);
}

static void processes_are_read_whatever_their_names(void **state)
{
    (void)state;
    struct process_reports reports = read_text(output);
    assert_true(reports.uptime_s > 10000 && reports.uptime_s < 10001);
    assert_true(reports.ticks_per_s > 99 && reports.ticks_per_s < 101);
    const struct process_report *core = &reports.items[0], *odd = &reports.items[2];
    assert_true(core->has_process && odd->has_process);
    assert_int_equal(core->pid, 278);
    assert_int_equal(core->cpu_ticks, 7500);
    assert_int_equal(core->start_ticks, 400000);
    assert_int_equal(core->rss_kb, 18808);
    assert_int_equal(odd->pid, 99);
    assert_int_equal(odd->cpu_ticks, 3);
    assert_int_equal(odd->start_ticks, 300);
    assert_int_equal(odd->rss_kb, -1);
    assert_false(reports.items[1].has_process);
    assert_true(process_is_in_kernel(&reports, "empd"));
    assert_false(process_is_in_kernel(&reports, "emp"));
    process_reports_dispose(&reports);
}

static void broken_output_tells_nothing_rather_than_something_wrong(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "@@services\nexit 0\nstat 1 (a) S\nVmRSS: 1 kB\n",
        "@@services\nservice a a\nexit -1\nstat 5 (a\nVmRSS: x kB\n",
        "@@services\nservice a a\nexit 99999999999999999999\nstat x (a) S 1\n",
        "@@services\nservice a a\nexit 0x\nstat 5 (a) S 1 2 3 4 5 6 7 8 9 10 11 twelve 13\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct process_reports reports = read_text(texts[i]);
        assert_true(reports.uptime_s < 0);
        for (size_t k = 0; k < reports.count; k++) {
            assert_string_equal(process_state(&reports.items[k]), "unknown");
            assert_false(reports.items[k].has_process);
            assert_int_equal(reports.items[k].rss_kb, -1);
        }
        process_reports_dispose(&reports);
    }
}

static void faults_of_services_are_named(void **state)
{
    (void)state;
    static const char text[] = "[service my$sql]\ntitle = x\n[service a]\nexpected = sometimes\n"
                               "[service b]\nalso = $(reboot)\n[service c]\ntitel = y\n";
    static const char *const expected[] = {
        "n.ini:1: [service my$sql] is no name of a service: letters, digits, _ . @ - only",
        "n.ini:4: expected = sometimes is none of always, installed and started",
        "n.ini:6: also = $(reboot): names of services, with spaces between",
        "n.ini:8: [service c] has no key 'titel'; did you mean 'title'?",
    };
    struct ini overrides = {0};
    struct err_list errors = {0};
    struct profile *profile = NULL;
    assert_true(ini_read_text(&overrides, "n.ini", text, strlen(text), &errors));
    assert_true(profile_load("vos3000", &overrides, &profile, &errors));
    probe_check_profile(profile, &errors);
    assert_int_equal(errors.count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < errors.count; i++)
        assert_string_equal(errors.texts[i], expected[i]);
    err_list_dispose(&errors);
    profile_free(profile);
    ini_dispose(&overrides);
}

static int no_user_files(void **state)
{
    (void)state;
    return setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_those_of_the_exit_statuses),
        cmocka_unit_test(processes_are_read_whatever_their_names),
        cmocka_unit_test(broken_output_tells_nothing_rather_than_something_wrong),
        cmocka_unit_test(faults_of_services_are_named),
    };
    return cmocka_run_group_tests(tests, no_user_files, NULL);
}
