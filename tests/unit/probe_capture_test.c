// SPDX-License-Identifier: MIT

// How a capture on a host is started and explained, and what the meter's counts become as tables.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/capture_command.h"
#include "probe/capture_settings.h"
#include "probe/capture_tables.h"
#include "probe/register_pattern.h"

#define SECOND INT64_C(1000000)

static void assert_ports(const char *file, const char *expected)
{
    struct capture_ports ports = {0};
    char text[128] = "";

    capture_ports_from_file(&ports, file, strlen(file), "SIP_PORT SS_SIP_PORT");
    for (size_t i = 0; i < ports.count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", i > 0 ? " " : "",
                 ports.ports[i]);
    assert_string_equal(text, expected);
}

static void sip_ports_are_found_in_both_forms_of_the_file(void **state)
{
    (void)state;
    assert_ports("A=1\nSIP_PORT=5060,6060\nB=2\n", "5060 6060");
    assert_ports("SS_SIP_PORT=\"5060, 2080\"\r\n", "5060 2080");
    assert_ports(" SIP_PORT = '45060' # ours, 5070\n", "45060");
    assert_ports("SIP_PORT=5060,5060,6060", "5060 6060");
    assert_ports("#SIP_PORT=5060\nSIP_PORT_RC4=5070\n", "");
    assert_ports("SIP_PORT=0,70000,99999999999999999999,x\n", "");
    assert_ports("", "");
}

static void assert_explained(const char *errors, int status, bool sudo, const char *expected)
{
    char complaint[256];
    struct err err = {0};

    capture_complaint(errors, complaint, sizeof complaint);
    capture_explain(&err, "sw1", sudo, complaint, status, NULL);
    if (strncmp(err.text, "sw1: ", 5) != 0 || strstr(err.text, expected) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", err.text, expected);
}

static void every_way_for_a_capture_to_end_is_explained(void **state)
{
    (void)state;
    assert_explained("sh: 1: tcpdump: not found\n", 127, false, "no tcpdump");
    assert_explained("sudo: tcpdump: command not found\n", 1, true, "no tcpdump");
    assert_explained("", 127, false, "no tcpdump");
    assert_explained("tcpdump: any: You don't have permission to capture on that device\n"
                     "(socket: Operation not permitted)\n",
                     1, false, "sudo = yes");
    assert_explained("sudo: a password is required\n", 1, true, "NOPASSWD");
    assert_explained("tcpdump: eth9: No such device exists\n(SIOCGIFHWADDR: No such device)\n", 1,
                     false, "capture = any");
    assert_explained("tcpdump: listening on any, link-type LINUX_SLL2, snapshot length 512\n"
                     "5 packets captured\n7 packets received by filter\n"
                     "0 packets dropped by kernel\n",
                     0, false, "gave no reason");
    assert_explained("tcpdump: listening on eth0, link-type EN10MB (Ethernet)\n"
                     "tcpdump: pcap_loop: The interface disappeared\n9 packets captured\n",
                     1, false, "(tcpdump: pcap_loop: The interface disappeared)");
    assert_explained("tcpdump: syntax error in filter expression\n", 1, false, "syntax error");
}

static void an_old_tcpdump_is_asked_again_without_what_it_does_not_know(void **state)
{
    struct capture_limits limits = {0};
    char complaint[256];
    (void)state;
    capture_complaint("tcpdump: unrecognized option '--immediate-mode'\n"
                      "tcpdump version 4.1-PRE-CVS_2012_02_01\nlibpcap version 1.4.0\n"
                      "Usage: tcpdump [-aAdDefhIKlLnNOpqRStuUvxX] [ -B size ]\n"
                      "\t\t[ -C file_size ]\n",
                      complaint, sizeof complaint);
    assert_true(capture_learn(&limits, complaint));
    assert_true(limits.no_immediate_mode);
    assert_false(capture_learn(&limits, complaint)); // once
    assert_true(capture_learn(&limits, "tcpdump: no VLAN support for Linux cooked"));
    assert_true(limits.no_vlan);
    assert_false(capture_learn(&limits, "tcpdump: pcap_loop: The interface went down"));
}

static void the_products_profile_is_without_faults(void **state)
{
    struct profile *profile;
    struct err_list errors = {0};
    struct capture_settings settings;
    (void)state;
    assert_true(profile_load("vos3000", NULL, &profile, &errors));
    capture_settings_read(profile, &settings, &errors);
    for (size_t i = 0; i < errors.count; i++)
        print_error("%s\n", errors.texts[i]);
    assert_int_equal(errors.count, 0);
    assert_int_equal(settings.suspend_failures, 6);
    assert_int_equal(settings.suspend_ms, 180000);
    assert_int_equal(settings.options_pm, 50);
    assert_string_equal(settings.ports_keys, "SIP_PORT SS_SIP_PORT");
    profile_free(profile);
    err_list_dispose(&errors);
}

static void wrong_settings_are_reported_and_take_their_default(void **state)
{
    static const char text[] = "[capture flood]\nsnaplen = 12\nretry = soon\nport = 5060\n"
                               "[capture suspended]\nfailures = 3x\n";
    struct profile profile = {0};
    struct err_list errors = {0};
    struct capture_settings settings;
    (void)state;
    assert_true(ini_read_text(&profile.ini, "t.ini", text, sizeof text - 1, &errors));
    capture_settings_read(&profile, &settings, &errors);
    assert_int_equal(errors.count, 4);
    for (size_t i = 0; i < errors.count; i++)
        assert_int_equal(strncmp(errors.texts[i], "t.ini:", 6), 0);
    assert_int_equal(settings.snaplen, 1024);
    assert_int_equal(settings.retry_ms, 2000);
    assert_int_equal(settings.suspend_failures, 6);
    ini_dispose(&profile.ini);
    err_list_dispose(&errors);
}

// Fillers.

struct bench {
    struct host_config host;
    struct network trusted;
    struct link *link;
    struct profile *profile;
    struct capture_settings settings;
    struct reading reading;
};

static struct address address_of(const char *text)
{
    struct address address;
    assert_true(address_parse(text, &address));
    return address;
}

static void bench_open(struct bench *bench, const struct probe *probe)
{
    struct err_list errors = {0};

    *bench = (struct bench){0};
    assert_true(network_parse("198.51.100.0/24", &bench->trusted));
    bench->host = (struct host_config){.link = LINK_LOCAL};
    bench->host.name = strdup("sw1");
    bench->host.trusted = (struct network_list){&bench->trusted, 1};
    bench->link = link_new(&bench->host);
    assert_true(profile_load("vos3000", NULL, &bench->profile, &errors));
    capture_settings_read(bench->profile, &bench->settings, NULL);
    bench->reading = (struct reading){
        .host = &bench->host, .probe = probe, .profile = bench->profile, .link = bench->link};
}

static void bench_close(struct bench *bench)
{
    profile_free(bench->profile);
    link_free(bench->link);
    free(bench->host.name);
}

static const struct cell *cell_of(const struct table *table, size_t row, const char *column)
{
    int index = schema_find(table_schema(table), column);
    assert_true(index >= 0);
    return table_cell(table, row, (size_t)index);
}

static void talkers_get_the_verdict_that_they_deserve(void **state)
{
    struct meter_talker talkers[] = {
        {.source = address_of("203.0.113.1"), .user_agent = "Friendly-Scanner/2"},
        {.source = address_of("203.0.113.2"), .per_minute = {[METER_OPTIONS] = 50}},
        {.source = address_of("203.0.113.3"), .per_minute = {[METER_OPTIONS] = 49}},
        {.source = address_of("203.0.113.4"), .user_agent = "phone"},
        {.source = address_of("203.0.113.5"), .user_agent = "phone"},
        {.source = address_of("198.51.100.7"), .per_minute = {[METER_OPTIONS] = 900}},
        {.source = address_of("198.18.0.11"), .local = true, .per_minute = {[METER_OPTIONS] = 900}},
        {.source = address_of("203.0.113.6")},
        {.source = address_of("203.0.113.9"), .user_agent = "friendly-scanner"}, // an hour ago
    };
    struct meter_endpoint endpoints[] = {
        {.user = "1", .source = address_of("203.0.113.4"), .guesses = 2, .last_us = 4500 * SECOND},
        {.user = "2", .source = address_of("203.0.113.4"), .guesses = 3, .last_us = 4550 * SECOND},
        {.user = "3", .source = address_of("203.0.113.5"), .guesses = 4, .last_us = 4550 * SECOND},
        {.user = "9", .source = address_of("203.0.113.6"), .guesses = 40, .last_us = 1 * SECOND},
    };
    static const char *const verdicts[] = {
        "scanner", "OPTIONS flood", "", "REGISTER brute force", "", "trusted", "this host", "", ""};
    enum { TALKERS = sizeof talkers / sizeof *talkers };
    for (size_t i = 0; i + 1 < TALKERS; i++)
        talkers[i].last_us = 4550 * SECOND;
    struct meter_snapshot snapshot = {.now_us = 4600 * SECOND,
                                      .talkers = talkers,
                                      .talker_count = TALKERS,
                                      .endpoints = endpoints,
                                      .endpoint_count = 4};
    struct bench bench;
    (void)state;

    bench_open(&bench, &probe_flood);
    struct table *filled = reading_table(&bench.reading);
    flood_fill(&bench.reading, &bench.settings, &snapshot, filled);
    const struct table *table = table_seal(filled);
    assert_int_equal(table_rows(table), TALKERS);
    for (size_t i = 0; i < TALKERS; i++)
        assert_string_equal(cell_of(table, i, "verdict")->as.text, verdicts[i]);
    assert_string_equal(cell_of(table, 0, "evidence")->as.text, "user agent Friendly-Scanner/2");
    assert_string_equal(cell_of(table, 3, "evidence")->as.text, "5 failed REGISTERs");
    assert_string_equal(cell_of(table, 5, "source")->as.text, "198.51.100.7");
    assert_false(cell_of(table, 7, "user_agent")->known);
    table_unref(table);
    bench_close(&bench);
}

static void suspended_endpoints_are_listed_with_their_evidence(void **state)
{
    struct meter_endpoint endpoints[] = {
        {.user = "1001",
         .source = address_of("203.0.113.4"),
         .failures = 6,
         .refused = 3,
         .since_us = 900 * SECOND,
         .suspended = true,
         .enough_failures_seen = true},
        {.user = "1002",
         .source = address_of("203.0.113.4"),
         .refused = 1,
         .since_us = 990 * SECOND,
         .suspended = true},
        {.user = "1003", .source = address_of("203.0.113.4"), .failures = 2},
    };
    struct meter_snapshot snapshot = {.now_us = 1000 * SECOND,
                                      .unbroken_us = 950 * SECOND,
                                      .endpoints = endpoints,
                                      .endpoint_count = 3};
    struct bench bench;
    (void)state;

    bench_open(&bench, &probe_suspended);
    struct table *filled = reading_table(&bench.reading);
    suspended_fill(&bench.reading, &bench.settings, &snapshot, filled);
    const struct table *table = table_seal(filled);
    assert_int_equal(table_rows(table), 2);
    assert_string_equal(cell_of(table, 0, "endpoint")->as.text, "1001");
    assert_string_equal(cell_of(table, 0, "evidence")->as.text,
                        "403 after 6 failed REGISTERs, seen in capture");
    assert_true(cell_of(table, 0, "remaining_s")->as.real == 80);
    assert_int_equal(cell_of(table, 0, "since")->as.integer, 900000);
    assert_string_equal(cell_of(table, 0, "pattern")->as.text, "sequential");
    assert_false(cell_of(table, 1, "failures")->known); // unseen is not zero
    assert_int_equal(strncmp(cell_of(table, 1, "evidence")->as.text, "probable: ", 10), 0);
    table_unref(table);
    bench_close(&bench);
}

static void unknown_drops_are_not_zero(void **state)
{
    struct meter_snapshot snapshot = {.kernel_drops = -1, .responses = {1, 2, 3, 4, 5, 6}};
    struct bench bench;
    (void)state;

    bench_open(&bench, &probe_sip);
    struct table *filled = reading_table(&bench.reading);
    sip_fill(&bench.reading, &bench.settings, &snapshot, filled);
    const struct table *table = table_seal(filled);
    assert_int_equal(table_rows(table), 1);
    assert_false(cell_of(table, 0, "kernel_drops")->known);
    assert_int_equal(cell_of(table, 0, "responses")->as.integer, 21);
    assert_true(cell_of(table, 0, "options_pm")->known);
    table_unref(table);
    bench_close(&bench);
}

static void the_pattern_of_failures_is_named(void **state)
{
    static const struct {
        const char *user, *source;
        enum register_pattern pattern;
    } cases[] = {
        {"ana", "203.0.113.1", PATTERN_REPEATED},
        {"100", "203.0.113.2", PATTERN_SEQUENTIAL},
        {"101", "203.0.113.2", PATTERN_SEQUENTIAL},
        {"102", "203.0.113.2", PATTERN_SEQUENTIAL},
        {"root", "203.0.113.2", PATTERN_SEQUENTIAL},
        {"admin", "203.0.113.3", PATTERN_ONE_SOURCE},
        {"007", "203.0.113.3", PATTERN_ONE_SOURCE},
        {"7", "203.0.113.3", PATTERN_ONE_SOURCE},
        {"8", "203.0.113.3", PATTERN_ONE_SOURCE},
        {"boss", "203.0.113.4", PATTERN_DISTRIBUTED},
        {"boss", "203.0.113.5", PATTERN_DISTRIBUTED},
        {"boss", "203.0.113.6", PATTERN_DISTRIBUTED},
        {"99999999999999999999", "203.0.113.7", PATTERN_REPEATED},
    };
    enum { CASES = sizeof cases / sizeof *cases };
    struct meter_endpoint endpoints[CASES];
    memset(endpoints, 0, sizeof endpoints);
    enum register_pattern patterns[CASES];
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        snprintf(endpoints[i].user, sizeof endpoints[i].user, "%s", cases[i].user);
        endpoints[i].source = address_of(cases[i].source);
    }
    register_patterns(endpoints, CASES, patterns);
    for (size_t i = 0; i < CASES; i++)
        assert_string_equal(register_pattern_word(patterns[i]),
                            register_pattern_word(cases[i].pattern));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sip_ports_are_found_in_both_forms_of_the_file),
        cmocka_unit_test(every_way_for_a_capture_to_end_is_explained),
        cmocka_unit_test(an_old_tcpdump_is_asked_again_without_what_it_does_not_know),
        cmocka_unit_test(the_products_profile_is_without_faults),
        cmocka_unit_test(wrong_settings_are_reported_and_take_their_default),
        cmocka_unit_test(talkers_get_the_verdict_that_they_deserve),
        cmocka_unit_test(suspended_endpoints_are_listed_with_their_evidence),
        cmocka_unit_test(unknown_drops_are_not_zero),
        cmocka_unit_test(the_pattern_of_failures_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
