// SPDX-License-Identifier: MIT

// From packets to verdicts: whole dialogues go through the meter and are judged.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meter/verdict.h"
#include "meter_packets.h"

#define SECOND INT64_C(1000000)
#define BEGAN  (10000 * SECOND)

enum { SWITCH = 0xc612000b, STRANGER = 0xcb007109 };

static struct meter *fresh(void)
{
    static const int ports[] = {5060};
    struct meter_options options = {.sip_ports = ports, .sip_port_count = 1};
    struct meter *meter = meter_new(&options);
    meter_tick(meter, BEGAN - 3600 * SECOND);
    return meter;
}

static void feed(struct meter *meter, int64_t time_us, uint32_t from, uint32_t to, const char *text)
{
    struct packet_spec spec = {.link = LINK_RAW,
                               .source = from,
                               .destination = to,
                               .source_port = 5060,
                               .destination_port = 5060,
                               .payload = text,
                               .payload_len = -1};
    struct packet packet;
    packet_build(&packet, &spec);
    meter_feed(meter, LINK_RAW, time_us, packet.bytes, (uint32_t)packet.len, (uint32_t)packet.len);
}

// A request of a user (REGISTER) or to it, and its answer a moment later; status 0: none.
static void ask(struct meter *meter, int64_t time_us, uint32_t from, const char *method, int user,
                int number, bool authorized, int status)
{
    char fields[256], text[512];

    snprintf(fields, sizeof fields,
             "Via: SIP/2.0/UDP h;branch=z9hG4bK%u-%d-%d\r\nTo: <sip:%d@h>\r\nCall-ID: %u-%d\r\n"
             "CSeq: %d %s\r\n",
             from, user, number, user, from, user, number, method);
    snprintf(text, sizeof text, "%s sip:%d@h SIP/2.0\r\n%sUser-Agent: Phone 1.0\r\n%s\r\n", method,
             user, fields, authorized ? "Authorization: Digest x\r\n" : "");
    feed(meter, time_us, from, SWITCH, text);
    if (status == 0)
        return;
    snprintf(text, sizeof text, "SIP/2.0 %d Whatever\r\n%s\r\n", status, fields);
    feed(meter, time_us + 1000, SWITCH, from, text);
}

static void log_in(struct meter *meter, int64_t time_us, uint32_t from, int user, int number,
                   int status)
{
    ask(meter, time_us, from, "REGISTER", user, number, false, 401);
    ask(meter, time_us + 20000, from, "REGISTER", user, number + 1, true, status);
}

static struct verdict judge(struct meter *meter, uint32_t source)
{
    struct verdict_settings settings;
    struct verdict verdict = {.kind = VERDICT_KINDS};
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    char text[32];
    struct address address;

    verdict_settings_default(&settings);
    snprintf(text, sizeof text, "%u.%u.%u.%u", source >> 24, source >> 16 & 255, source >> 8 & 255,
             source & 255);
    assert_true(address_parse(text, &address));
    for (size_t i = 0; i < snapshot->talker_count; i++)
        if (address_compare(&snapshot->talkers[i].source, &address) == 0)
            verdict_talker(&settings, NULL, snapshot, &snapshot->talkers[i], &verdict);
    meter_snapshot_free(snapshot);
    return verdict;
}

static void assert_judged(struct meter *meter, uint32_t source, enum verdict_kind kind)
{
    struct verdict verdict = judge(meter, source);
    if (verdict.kind != kind)
        fail_msg("kind %d \"%s\" (%s), not %d \"%s\"", (int)verdict.kind, verdict.word,
                 verdict.evidence, (int)kind, verdict_words[kind].word);
}

static void guessed_passwords(void **state)
{
    struct meter *meter = fresh();
    (void)state;
    for (int i = 0; i < 4; i++)
        log_in(meter, BEGAN + i * 8 * SECOND, STRANGER, 1001, 2 * i, 401);
    assert_judged(meter, STRANGER, VERDICT_NONE);
    log_in(meter, BEGAN + 40 * SECOND, STRANGER, 1001, 100, 401);
    assert_judged(meter, STRANGER, VERDICT_REGISTER_BRUTE_FORCE);
    assert_string_equal(judge(meter, STRANGER).evidence, "5 failed REGISTERs for 1001 in 40 s");
    meter_free(meter);
}

static void a_phone_that_tries_a_wrong_password_all_day(void **state)
{
    struct meter *meter = fresh();
    (void)state;
    for (int i = 0; i < 1000; i++) {
        log_in(meter, BEGAN + i * 30 * SECOND, STRANGER, 1001, 2 * i, 401);
        assert_false(verdict_is_attack(judge(meter, STRANGER).kind));
    }
    meter_free(meter);
}

static void an_office_that_logs_in_at_once_after_a_power_cut(void **state)
{
    struct meter *meter = fresh();
    (void)state;
    for (int phone = 0; phone < 60; phone++) { // all challenged, then all let in
        ask(meter, BEGAN + phone * 1000, STRANGER, "REGISTER", 1000 + phone, 1, false, 401);
        assert_false(verdict_is_attack(judge(meter, STRANGER).kind));
    }
    for (int phone = 0; phone < 60; phone++) {
        ask(meter, BEGAN + SECOND, STRANGER, "REGISTER", 1000 + phone, 2, true, 200);
        assert_false(verdict_is_attack(judge(meter, STRANGER).kind));
    }
    assert_judged(meter, STRANGER, VERDICT_CUSTOMER);
    meter_free(meter);
}

static void phones_while_the_host_is_down(void **state)
{
    struct meter *meter = fresh();
    (void)state;
    for (int i = 0; i < 10; i++)
        for (int phone = 0; phone < 40; phone++)
            ask(meter, BEGAN + i * 4 * SECOND, STRANGER, "REGISTER", 1000 + phone, 1, false, 0);
    assert_judged(meter, STRANGER, VERDICT_NONE);
    meter_free(meter);
}

static void users_in_sequence_without_a_password(void **state)
{
    struct meter *meter = fresh();
    (void)state;
    for (int i = 0; i < 60; i++)
        ask(meter, BEGAN + i * SECOND / 20, STRANGER, "REGISTER", 1000 + i, 1, false, 404);
    assert_judged(meter, STRANGER, VERDICT_EXTENSION_HARVEST);
    meter_free(meter);
}

static void one_password_for_every_user(void **state)
{
    struct meter *meter = fresh();
    (void)state;
    for (int i = 0; i < 8; i++)
        log_in(meter, BEGAN + i * 20 * SECOND, STRANGER, 1000 + 37 * i, 1, 401);
    assert_judged(meter, STRANGER, VERDICT_PASSWORD_SPRAY);
    meter_free(meter);
}

static void calls_that_are_refused_and_calls_that_are_answered(void **state)
{
    struct meter *meter = fresh();
    (void)state;
    for (int i = 0; i < 12; i++)
        ask(meter, BEGAN + i * 30 * SECOND, STRANGER, "INVITE", 447700900 + 91 * i, 1, false, 403);
    assert_judged(meter, STRANGER, VERDICT_INVITE_PROBE);
    for (int i = 0; i < 400; i++) // a call centre: numbers in a row, a tenth of them answered
        ask(meter, BEGAN + i * SECOND / 4, STRANGER + 1, "INVITE", 5550000 + i, 1, false,
            i % 10 == 3 ? 200 : 480);
    assert_judged(meter, STRANGER + 1, VERDICT_CUSTOMER);
    meter_free(meter);
}

static void options_by_the_minute(void **state)
{
    struct meter *meter = fresh();
    (void)state;
    for (int i = 0; i < 60; i++) {
        ask(meter, BEGAN + i * SECOND, STRANGER, "OPTIONS", 100, i, false, 200);
        if (i % 2 == 0) // a gateway's keep-alive
            ask(meter, BEGAN + i * SECOND, STRANGER + 1, "OPTIONS", 100, i, false, 200);
    }
    assert_judged(meter, STRANGER, VERDICT_OPTIONS_FLOOD);
    assert_judged(meter, STRANGER + 1, VERDICT_NONE);
    meter_free(meter);
}

static void a_flood_of_packets(void **state)
{
    struct meter *meter = fresh();
    (void)state;
    for (int i = 0; i < 1500; i++)
        feed(meter, BEGAN + i * SECOND / 110, STRANGER, SWITCH, "nonsense that is no SIP at all");
    assert_judged(meter, STRANGER, VERDICT_PACKET_FLOOD);
    meter_free(meter);
}

static void a_scan_from_a_whole_network(void **state)
{
    struct meter *meter = fresh();
    struct verdict_settings settings;
    struct verdict verdict = {.kind = VERDICT_NONE};
    (void)state;
    for (int i = 0; i < 30 * 4; i++)
        ask(meter, BEGAN + i * SECOND / 4, 0xcb007100 + (uint32_t)(i % 30), "OPTIONS", 1000 + i, 1,
            false, 404);
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    verdict_settings_default(&settings);
    for (size_t i = 0; i < snapshot->network_count && !verdict_is_attack(verdict.kind); i++)
        verdict_network(&settings, NULL, snapshot, &snapshot->networks[i], &verdict);
    assert_int_equal(verdict.kind, VERDICT_DISTRIBUTED);
    assert_string_equal(verdict.evidence, "30 sources of 203.0.113.0/24, each below the limit, "
                                          "together 120 OPTIONS within a minute");
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

static void a_flood_from_forged_addresses(void **state)
{
    struct meter *meter = fresh();
    struct verdict_settings settings;
    struct verdict verdict;
    (void)state;
    verdict_settings_default(&settings);
    for (uint32_t i = 0; i < 3000; i++)
        ask(meter, BEGAN + i * SECOND / 100, 0x0a000000 + i * 977, "INVITE", 1000, 1, false, 0);
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    verdict_whole(&settings, snapshot, &verdict);
    if (verdict.kind != VERDICT_SPOOFED)
        fail_msg("%lld new, %lld once", (long long)snapshot->new_sources_pm,
                 (long long)snapshot->once_sources_pm);
    // 100 a second for 30 s
    assert_int_equal(verdict.last_us / SECOND, meter_now_us(meter) / SECOND);
    assert_true(snapshot->new_sources_ps > 99 && snapshot->new_sources_ps < 101);
    assert_int_equal(verdict.peak_pps, 100);
    meter_snapshot_free(snapshot);
    meter_tick(meter, BEGAN + 65 * SECOND);
    snapshot = meter_snapshot(meter, 0);
    verdict_whole(&settings, snapshot, &verdict);
    assert_int_equal(verdict.kind, VERDICT_SPOOFED);
    verdict_settle(&verdict, &settings, meter_now_us(meter));
    assert_true(verdict.over);
    assert_in_range(verdict.last_us, BEGAN + 29 * SECOND, BEGAN + 31 * SECOND);
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

static void the_parts_of_a_rate_and_the_users_of_a_run_add_up(void **state)
{
    struct meter *meter = fresh();
    (void)state;
    for (int i = 0; i < 3000; i++)
        ask(meter, BEGAN + i * SECOND / 100, STRANGER, "OPTIONS", 1000 + i, 1, false, 404);
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    double parts = snapshot->responses_10s + snapshot->not_sip_10s + snapshot->keepalives_10s;
    for (int method = 0; method < METER_METHODS; method++)
        parts += snapshot->methods_10s[method];
    assert_true(parts > snapshot->pps_10s - 0.01 && parts < snapshot->pps_10s + 0.01);
    assert_true(snapshot->methods_10s[METER_OPTIONS] > 99 &&
                snapshot->methods_10s[METER_OPTIONS] < 101);
    for (size_t i = 0; i < snapshot->talker_count; i++)
        assert_true(snapshot->talkers[i].users >= snapshot->talkers[i].users_sequential);
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guessed_passwords),
        cmocka_unit_test(a_phone_that_tries_a_wrong_password_all_day),
        cmocka_unit_test(an_office_that_logs_in_at_once_after_a_power_cut),
        cmocka_unit_test(phones_while_the_host_is_down),
        cmocka_unit_test(users_in_sequence_without_a_password),
        cmocka_unit_test(one_password_for_every_user),
        cmocka_unit_test(calls_that_are_refused_and_calls_that_are_answered),
        cmocka_unit_test(options_by_the_minute),
        cmocka_unit_test(a_flood_of_packets),
        cmocka_unit_test(a_scan_from_a_whole_network),
        cmocka_unit_test(a_flood_from_forged_addresses),
        cmocka_unit_test(the_parts_of_a_rate_and_the_users_of_a_run_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
