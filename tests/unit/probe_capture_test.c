// SPDX-License-Identifier: MIT

// How a capture on a host is started and explained, and what the meter's counts become as tables.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meter_packets.h"
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

// Whether a capture with this filter takes a TCP packet from this port.
static bool takes_tcp(const char *filter, int port)
{
    static const char payload[] = "x";
    struct packet_spec spec = {.link = LINK_RAW,
                               .tcp = true,
                               .source = 0xc612000b,
                               .destination = 0xc6120001,
                               .source_port = (uint16_t)port,
                               .destination_port = 40000,
                               .payload = payload,
                               .payload_len = 1};
    struct packet packet;
    struct bpf_program program;
    pcap_t *pcap = pcap_open_dead(DLT_RAW, 65535);
    packet_build(&packet, &spec);
    if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
        fail_msg("%s: %s", filter, pcap_geterr(pcap));
    struct pcap_pkthdr header = {.caplen = (bpf_u_int32)packet.len, .len = (bpf_u_int32)packet.len};
    bool takes = pcap_offline_filter(&program, &header, packet.bytes) != 0;
    pcap_freecode(&program);
    pcap_close(pcap);
    return takes;
}

static void the_stream_that_carries_the_capture_is_never_captured(void **state)
{
    static const struct capture_ports ports = {.ports = {5060, 2222}, .count = 2};
    char *apart = capture_stream_filter(&ports, false, 22);
    char *shared = capture_stream_filter(&ports, false, 2222);
    (void)state;
    assert_false(takes_tcp(apart, 22));
    assert_true(takes_tcp(apart, 2222));
    assert_true(takes_tcp(apart, 5060));
    assert_false(takes_tcp(shared, 2222));
    assert_true(takes_tcp(shared, 5060));
    free(apart);
    free(shared);
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
    assert_int_equal(settings.verdict.options_pm, 50);
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
    struct host_state *state;
    struct profile *profile;
    struct capture_settings settings;
    struct reading reading;
    const struct table *tables[4]; // what other probes have read
    size_t table_count;
};

static const struct table *bench_latest(struct reading *reading, const char *probe, size_t variant,
                                        int64_t *age_ms)
{
    struct bench *bench = reading->fleet;
    (void)variant;
    (void)age_ms;
    for (size_t i = 0; i < bench->table_count; i++)
        if (table_schema(bench->tables[i]) == probe_find(probe)->schema)
            return table_ref(bench->tables[i]);
    return NULL;
}

// One row of a table that another probe has read.
static void bench_row(struct bench *bench, const struct probe *probe, const char *const *columns,
                      const char *const *values)
{
    struct table *table = table_new(probe->schema);
    size_t row = table_add_row(table);
    for (size_t i = 0; columns[i] != NULL; i++)
        table_set_text(table, row, (size_t)schema_find(probe->schema, columns[i]), values[i]);
    bench->tables[bench->table_count++] = table_seal(table);
}

static struct address address_of(const char *text)
{
    struct address address;
    assert_true(address_parse(text, &address));
    return address;
}

static char no_text[] = "";

static void bench_open(struct bench *bench, const struct probe *probe)
{
    struct err_list errors = {0};

    *bench = (struct bench){0};
    assert_true(network_parse("198.51.100.0/24", &bench->trusted));
    bench->host = (struct host_config){.link = LINK_LOCAL,
                                       .mysql_host = no_text,
                                       .mysql_socket = no_text,
                                       .mysql_database = no_text};
    bench->host.name = strdup("sw1");
    bench->host.trusted = (struct network_list){&bench->trusted, 1};
    bench->link = link_new(&bench->host);
    assert_true(profile_load("vos3000", NULL, &bench->profile, &errors));
    capture_settings_read(bench->profile, &bench->settings, NULL);
    bench->state = host_state_new(&bench->host);
    bench->reading = (struct reading){
        .host = &bench->host,
        .probe = probe,
        .profile = bench->profile,
        .link = bench->link,
        .state = bench->state,
        .latest = bench_latest,
        .fleet = bench,
    };
}

static void bench_close(struct bench *bench)
{
    for (size_t i = 0; i < bench->table_count; i++)
        table_unref(bench->tables[i]);
    host_state_free(bench->state);
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

// A talker a minute old.
static struct meter_talker talker_of(const char *source, int64_t options_pm)
{
    return (struct meter_talker){.source = address_of(source),
                                 .first_us = 4490 * SECOND,
                                 .last_us = 4590 * SECOND,
                                 .per_minute = {[METER_OPTIONS] = options_pm},
                                 .totals = {[METER_OPTIONS] = options_pm}};
}

static const struct table *fill_flood(struct bench *bench, const struct meter_snapshot *snapshot)
{
    struct table *filled = reading_table(&bench->reading);
    flood_fill(&bench->reading, &bench->settings, snapshot, filled);
    return table_seal(filled);
}

static void assert_text(const struct table *table, size_t row, const char *column, const char *text)
{
    const struct cell *cell = cell_of(table, row, column);
    assert_true(cell->known);
    assert_string_equal(cell->as.text, text);
}

static void talkers_have_their_verdict_and_known_ones_none(void **state)
{
    static const char *const peer[] = {"kind", "name", "addresses", NULL};
    static const char *const carrier[] = {"gateway", "CARRIER-A",
                                          "203.0.113.20, 203.0.113.21:5060"};
    static const char *const online[] = {"gateway", "ip", NULL};
    static const char *const roaming[] = {"ROAMING", "203.0.113.30"};
    static const char *const rule[] = {"chain", "rule", NULL};
    static const char *const accept[] = {
        "SIP_TRUSTED", "-A SIP_TRUSTED -s 203.0.113.40/32 -m comment --comment \"x y\" -j ACCEPT"};
    struct meter_talker talkers[] = {
        talker_of("203.0.113.1", 1),    talker_of("203.0.113.2", 50),
        talker_of("203.0.113.3", 49),   talker_of("198.51.100.7", 900),
        talker_of("198.18.0.11", 900),  talker_of("203.0.113.21", 900),
        talker_of("203.0.113.30", 900), talker_of("203.0.113.40", 10),
    };
    static const char *const verdicts[] = {"scanner", "OPTIONS flood", "",        "unusual",
                                           "",        "unusual",       "unusual", ""};
    static const char *const peers[] = {"",          "",        "",        "trusted",
                                        "this host", "gateway", "gateway", "trusted"};
    enum { TALKERS = sizeof talkers / sizeof *talkers };
    struct meter_snapshot snapshot = {
        .now_us = 4600 * SECOND, .talkers = talkers, .talker_count = TALKERS};
    struct bench bench;
    (void)state;

    snprintf(talkers[0].user_agent, sizeof talkers[0].user_agent, "Friendly-Scanner/2");
    talkers[4].local = true;
    bench_open(&bench, &probe_flood);
    bench_row(&bench, &probe_sip_peers, peer, carrier);
    bench_row(&bench, &probe_gateway_online, online, roaming);
    bench_row(&bench, &probe_firewall, rule, accept);
    const struct table *table = fill_flood(&bench, &snapshot);
    assert_int_equal(table_rows(table), TALKERS);
    for (size_t i = 0; i < TALKERS; i++) {
        assert_text(table, i, "verdict", verdicts[i]);
        assert_text(table, i, "peer", peers[i]);
    }
    assert_text(table, 0, "evidence", "Friendly-Scanner/2; 1 OPTIONS in 101 s");
    assert_text(table, 0, "severity", "critical");
    assert_int_equal(cell_of(table, 0, "verdict")->level, LEVEL_CRIT);
    assert_false(cell_of(table, 2, "severity")->known);
    assert_false(cell_of(table, 2, "user_agent")->known);
    assert_text(table, 3, "source", "198.51.100.7");
    assert_text(table, 5, "evidence", "gateway CARRIER-A: sends 900 OPTIONS a minute");
    assert_text(table, 5, "severity", "info");
    assert_text(table, 6, "evidence", "gateway ROAMING: sends 900 OPTIONS a minute");
    assert_text(table, 7, "evidence", "accepted by chain SIP_TRUSTED");
    assert_string_equal(bench.reading.note, "");
    table_unref(table);
    bench_close(&bench);
}

static void rules_that_accept_others_or_not_make_no_peers(void **state)
{
    static const char *const columns[] = {"chain", "rule", NULL};
    static const char *const rules[][2] = {
        {"SIP_TRUSTED", "-A SIP_TRUSTED ! -s 203.0.113.2/32 -j ACCEPT"},
        {"SIP_TRUSTED", "-A SIP_TRUSTED -s 203.0.113.2/32 -j DROP"},
        {"INPUT", "-A INPUT -s 203.0.113.2/32 -j ACCEPT"},
        {"SIP_TRUSTED", "-A SIP_TRUSTED -j ACCEPT"},
    };
    struct meter_talker talker = talker_of("203.0.113.2", 50);
    struct meter_snapshot snapshot = {
        .now_us = 4600 * SECOND, .talkers = &talker, .talker_count = 1};
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct bench bench;
        bench_open(&bench, &probe_flood);
        bench_row(&bench, &probe_firewall, columns, rules[i]);
        const struct table *table = fill_flood(&bench, &snapshot);
        assert_text(table, 0, "verdict", "OPTIONS flood");
        // and nobody takes gateways for strangers without saying so
        assert_non_null(strstr(bench.reading.note, "gateways could not be read"));
        table_unref(table);
        bench_close(&bench);
    }
}

static void a_distributed_scan_is_one_row_above_its_sources(void **state)
{
    enum { SOURCES = 12 };
    struct meter_talker talkers[SOURCES];
    struct meter_network network = {.sources = SOURCES,
                                    .packets = 120,
                                    .last_us = 4550 * SECOND,
                                    .per_minute = {[METER_OPTIONS] = 120}};
    struct meter_snapshot snapshot = {.now_us = 4600 * SECOND,
                                      .talkers = talkers,
                                      .talker_count = SOURCES,
                                      .networks = &network,
                                      .network_count = 1,
                                      .new_sources_pm = 9000,
                                      .once_sources_pm = 9000,
                                      .new_sources_ps = 900,
                                      .per_minute = {[METER_OPTIONS] = 9120}};
    struct bench bench;
    (void)state;

    assert_true(network_parse("203.0.113.0/24", &network.network));
    for (int i = 0; i < SOURCES; i++) {
        char source[32];
        snprintf(source, sizeof source, "203.0.113.%d", i + 1);
        talkers[i] = talker_of(source, 10);
        talkers[i].packets = 10;
        snprintf(talkers[i].user_agent, sizeof talkers[i].user_agent, "pplsip");
    }
    for (int i = 49; i < 59; i++)
        snapshot.new_per_second[i] = 900;
    bench_open(&bench, &probe_flood);
    const struct table *table = fill_flood(&bench, &snapshot);
    assert_int_equal(table_rows(table), SOURCES + 2);
    assert_text(table, 0, "kind", "all");
    assert_text(table, 0, "verdict", "spoofed flood");
    assert_int_equal(cell_of(table, 0, "packets")->as.integer, 9000);
    assert_int_equal(cell_of(table, 0, "sources")->as.integer, 9000);
    assert_int_equal(cell_of(table, 0, "pps")->as.real, 900);
    assert_int_equal(cell_of(table, 0, "peak_pps")->as.real, 900);
    assert_int_equal(cell_of(table, 0, "options_pm")->as.integer, 9000);
    assert_int_equal(cell_of(table, 0, "last_seen")->as.integer, 4600 * 1000);
    assert_text(table, 1, "kind", "network");
    assert_text(table, 1, "source", "203.0.113.0/24");
    assert_text(table, 1, "verdict", "distributed scan");
    assert_text(table, 1, "severity", "critical");
    assert_int_equal(cell_of(table, 1, "packets")->as.integer, 120);
    assert_int_equal(cell_of(table, 1, "sources")->as.integer, SOURCES);
    for (size_t i = 2; i < SOURCES + 2; i++) {
        assert_text(table, i, "verdict", "scanner");
        assert_text(table, i, "severity", "info");
    }
    table_unref(table);
    bench_close(&bench);
}

static void the_hosts_own_suspension_time_counts(void **state)
{
    static const char *const columns[] = {"name", "value", NULL};
    static const char *const cases[][2] = {{"SS_ENDPOINTREGISTERSUSPENDTIME", "600"},
                                           {"SS_ENDPOINTREGISTERSUSPENDTIME", "soon"},
                                           {"SS_ENDPOINTREGISTERSUSPEND", "0"}};
    static const char *const notes[] = {
        "6 failures suspend for 600 s (of the profile: the host's table does not name both)",
        "6 failures suspend for 180 s (of the profile: the host's table does not name both)",
        "SS_ENDPOINTREGISTERSUSPEND = 0"};
    static const double remaining_s[] = {500, 80, 80};
    struct meter_endpoint endpoint = {.user = "1001",
                                      .source = address_of("203.0.113.4"),
                                      .failures = 6,
                                      .since_us = 900 * SECOND,
                                      .suspended = true};
    struct meter_snapshot snapshot = {.now_us = 1000 * SECOND,
                                      .unbroken_us = 1 * SECOND,
                                      .endpoints = &endpoint,
                                      .endpoint_count = 1};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct bench bench;
        bench_open(&bench, &probe_suspended);
        bench_row(&bench, &probe_parameters, columns, cases[i]);
        struct table *filled = reading_table(&bench.reading);
        suspended_fill(&bench.reading, &bench.settings, &snapshot, filled);
        const struct table *table = table_seal(filled);
        assert_true(cell_of(table, 0, "remaining_s")->as.real == remaining_s[i]);
        if (strstr(bench.reading.note, notes[i]) == NULL)
            fail_msg("\"%s\" lacks \"%s\"", bench.reading.note, notes[i]);
        table_unref(table);
        bench_close(&bench);
    }
}

static void a_softswitch_that_does_not_answer_leaves_suspensions_unseen(void **state)
{
    static const char *const columns[] = {"name", "value", NULL};
    static const char *const answers[][2] = {{"SS_REPLY_UNAUTHORIZED", "1"},
                                             {"SS_REPLY_UNAUTHORIZED", "0"}};
    struct meter_snapshot snapshot = {.now_us = 1000 * SECOND, .unbroken_us = 1 * SECOND};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct bench bench;
        bench_open(&bench, &probe_suspended);
        bench_row(&bench, &probe_parameters, columns, answers[i]);
        struct table *filled = reading_table(&bench.reading);
        suspended_fill(&bench.reading, &bench.settings, &snapshot, filled);
        table_unref(table_seal(filled));
        assert_int_equal(bench.reading.blind[0] != '\0', i == 1);
        assert_int_equal(strstr(bench.reading.note, "cannot be seen") != NULL, i == 1);
        bench_close(&bench);
    }
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

static void the_parts_of_the_rate_are_the_rate(void **state)
{
    static const char *const parts[] = {"options_pps",    "register_pps",  "invite_pps",
                                        "ack_pps",        "bye_pps",       "cancel_pps",
                                        "other_pps",      "responses_pps", "not_sip_pps",
                                        "keepalives_pps", "fragments_pps"};
    struct meter_snapshot snapshot = {.kernel_drops = -1,
                                      .pps_10s = 2000,
                                      .methods_10s = {[METER_OPTIONS] = 1000, [METER_INVITE] = 3},
                                      .responses_10s = 990,
                                      .not_sip_10s = 2,
                                      .keepalives_10s = 1};
    struct bench bench;
    double sum = 0;
    (void)state;

    bench_open(&bench, &probe_sip);
    struct table *filled = reading_table(&bench.reading);
    sip_fill(&bench.reading, &bench.settings, &snapshot, filled);
    const struct table *table = table_seal(filled);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        sum += cell_of(table, 0, parts[i])->as.real;
    assert_true(sum > 1999.99 && sum < 2000.01);
    assert_true(cell_of(table, 0, "fragments_pps")->as.real > 3.9);
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

static void no_peak_is_below_the_rate_beside_it(void **state)
{
    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        struct meter_snapshot snapshot = {.kernel_drops = -1,
                                          .pps_10s = 32,
                                          .peak_pps = whole == 1 ? 33 : 31,
                                          .peak_us = 4550 * SECOND};
        struct bench bench;
        bench_open(&bench, &probe_sip);
        struct table *filled = reading_table(&bench.reading);
        sip_fill(&bench.reading, &bench.settings, &snapshot, filled);
        const struct table *table = table_seal(filled);
        assert_int_equal(cell_of(table, 0, "peak_pps")->known, whole == 1);
        assert_int_equal(cell_of(table, 0, "peak")->known, whole == 1);
        table_unref(table);
        bench_close(&bench);
    }
}

static void history_has_gaps_where_nothing_was_captured(void **state)
{
    const int64_t now_minute = 1000;
    struct meter_minute minutes[] = {{.minute = now_minute - 60, .packets = 600},
                                     {.minute = now_minute - 2, .packets = 60},
                                     {.minute = now_minute - 1, .packets = 120},
                                     {.minute = now_minute, .packets = 9999}}; // still running
    struct meter_snapshot snapshot = {.now_us = now_minute * 60 * SECOND + 7,
                                      .kernel_drops = -1,
                                      .minutes = minutes,
                                      .minute_count = 4};
    struct bench bench;
    (void)state;

    bench_open(&bench, &probe_sip);
    struct table *filled = reading_table(&bench.reading);
    sip_fill(&bench.reading, &bench.settings, &snapshot, filled);
    const struct table *table = table_seal(filled);
    const struct cell *hour = cell_of(table, 0, "pps_hour"), *day = cell_of(table, 0, "pps_day");
    assert_int_equal(hour->len, 60);
    assert_true(hour->as.series[59] == 2 && hour->as.series[58] == 1 && hour->as.series[0] == 10);
    assert_true(isnan(hour->as.series[30]));
    assert_int_equal(day->len, 96);
    assert_true(day->as.series[95] == 1.5F && day->as.series[92] == 10);
    assert_true(isnan(day->as.series[94]));
    assert_false(cell_of(table, 0, "lower_bound")->known || !cell_of(table, 0, "invite")->known);
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
        cmocka_unit_test(the_stream_that_carries_the_capture_is_never_captured),
        cmocka_unit_test(every_way_for_a_capture_to_end_is_explained),
        cmocka_unit_test(an_old_tcpdump_is_asked_again_without_what_it_does_not_know),
        cmocka_unit_test(the_products_profile_is_without_faults),
        cmocka_unit_test(wrong_settings_are_reported_and_take_their_default),
        cmocka_unit_test(talkers_have_their_verdict_and_known_ones_none),
        cmocka_unit_test(rules_that_accept_others_or_not_make_no_peers),
        cmocka_unit_test(a_distributed_scan_is_one_row_above_its_sources),
        cmocka_unit_test(the_hosts_own_suspension_time_counts),
        cmocka_unit_test(a_softswitch_that_does_not_answer_leaves_suspensions_unseen),
        cmocka_unit_test(suspended_endpoints_are_listed_with_their_evidence),
        cmocka_unit_test(the_parts_of_the_rate_are_the_rate),
        cmocka_unit_test(unknown_drops_are_not_zero),
        cmocka_unit_test(no_peak_is_below_the_rate_beside_it),
        cmocka_unit_test(history_has_gaps_where_nothing_was_captured),
        cmocka_unit_test(the_pattern_of_failures_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
