// SPDX-License-Identifier: MIT

// Which answers to REGISTER count as failures, when an endpoint is suspended, and when it is not.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "meter/meter.h"
#include "meter_packets.h"

#define SECOND INT64_C(1000000)

enum { PHONE = 0xcb007164, OTHER_PHONE = 0xcb007165, SWITCH = 0xc612000b };

static struct meter *fresh(void **state)
{
    static const int ports[] = {5060};
    struct meter_options options = {
        .sip_ports = ports, .sip_port_count = 1, .suspend_failures = 3, .suspend_ms = 180000};
    (void)state;
    return meter_new(&options);
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

static void request(struct meter *meter, int64_t time_us, uint32_t phone, const char *user,
                    int cseq, bool authorized)
{
    char text[512];
    snprintf(text, sizeof text,
             "REGISTER sip:h SIP/2.0\r\nTo: <sip:%s@h>\r\nCall-ID: c-%s\r\n"
             "CSeq: %d REGISTER\r\n%s\r\n",
             user, user, cseq, authorized ? "Authorization: Digest x\r\n" : "");
    feed(meter, time_us, phone, SWITCH, text);
}

static void answer(struct meter *meter, int64_t time_us, uint32_t phone, const char *user, int cseq,
                   int status, const char *header)
{
    char text[512];
    snprintf(text, sizeof text,
             "SIP/2.0 %d Whatever\r\nTo: <sip:%s@h>\r\nCall-ID: c-%s\r\n"
             "CSeq: %d REGISTER\r\n%s\r\n",
             status, user, user, cseq, header);
    feed(meter, time_us, SWITCH, phone, text);
}

static void guess(struct meter *meter, int64_t time_us, int attempt, int status)
{
    static const char fields[] = "To: <sip:101@h>\r\nCall-ID: same\r\nCSeq: 2 REGISTER\r\n";
    char text[512];
    snprintf(text, sizeof text,
             "REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bK-%d;rport\r\n%s"
             "Authorization: Digest x\r\n\r\n",
             attempt, fields);
    feed(meter, time_us, PHONE, SWITCH, text);
    snprintf(text, sizeof text,
             "SIP/2.0 %d Whatever\r\nv: SIP/2.0/UDP 192.0.2.66;rport=5060;branch=z9hG4bK-%d, "
             "SIP/2.0/UDP h;branch=other\r\n%s\r\n",
             status, attempt, fields);
    feed(meter, time_us + 1000, SWITCH, PHONE, text);
}

// The one endpoint that is listed; all zero when there is none.
static struct meter_endpoint only_endpoint(struct meter *meter)
{
    struct meter_endpoint found = {0};
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    assert_true(snapshot->endpoint_count <= 1);
    if (snapshot->endpoint_count == 1)
        found = snapshot->endpoints[0];
    meter_snapshot_free(snapshot);
    return found;
}

static void fail_times(struct meter *meter, int64_t from_us, int times, int first_cseq)
{
    for (int i = 0; i < times; i++) {
        request(meter, from_us + i * SECOND, PHONE, "1001", first_cseq + i, true);
        answer(meter, from_us + i * SECOND + 1, PHONE, "1001", first_cseq + i, 401, "");
    }
}

static void the_first_challenge_of_a_handshake_is_no_failure(void **state)
{
    struct meter *meter = fresh(state);
    request(meter, SECOND, PHONE, "1001", 1, false);
    answer(meter, SECOND, PHONE, "1001", 1, 401, "");
    assert_int_equal(only_endpoint(meter).last_us, 0);
    meter_free(meter);
}

static void a_challenge_to_an_authorized_request_is_a_failure_once(void **state)
{
    struct meter *meter = fresh(state);
    request(meter, SECOND, PHONE, "1001", 2, true);
    request(meter, SECOND + 1, PHONE, "1001", 2, true); // sent again
    answer(meter, SECOND + 2, PHONE, "1001", 2, 100, "");
    answer(meter, SECOND + 3, PHONE, "1001", 2, 401, "");
    answer(meter, SECOND + 4, PHONE, "1001", 2, 401, ""); // sent again
    struct meter_endpoint endpoint = only_endpoint(meter);
    assert_int_equal(endpoint.failures, 1);
    assert_string_equal(endpoint.user, "1001");
    assert_false(endpoint.suspended);
    assert_int_equal(endpoint.last_us, SECOND + 3);
    meter_free(meter);
}

static void an_old_nonce_is_no_failure(void **state)
{
    struct meter *meter = fresh(state);
    request(meter, SECOND, PHONE, "1001", 2, true);
    answer(meter, SECOND, PHONE, "1001", 2, 401, "WWW-Authenticate: Digest stale=true\r\n");
    assert_int_equal(only_endpoint(meter).last_us, 0);
    meter_free(meter);
}

static void an_answer_without_its_request_is_ignored(void **state)
{
    struct meter *meter = fresh(state);
    answer(meter, SECOND, PHONE, "1001", 2, 403, "");
    request(meter, SECOND, PHONE, "1001", 3, true);
    answer(meter, SECOND, PHONE, "1001", 4, 403, "");       // another CSeq
    answer(meter, SECOND, OTHER_PHONE, "1001", 3, 403, ""); // another address
    assert_int_equal(only_endpoint(meter).last_us, 0);
    meter_free(meter);
}

static void a_refusal_after_enough_failures_is_a_suspension(void **state)
{
    struct meter *meter = fresh(state);
    fail_times(meter, SECOND, 3, 10);
    assert_false(only_endpoint(meter).suspended);
    request(meter, 10 * SECOND, PHONE, "1001", 20, false);
    answer(meter, 10 * SECOND, PHONE, "1001", 20, 403, "");
    request(meter, 11 * SECOND, PHONE, "1001", 21, true);
    answer(meter, 11 * SECOND, PHONE, "1001", 21, 403, "");
    struct meter_endpoint endpoint = only_endpoint(meter);
    assert_true(endpoint.suspended);
    assert_true(endpoint.enough_failures_seen);
    assert_int_equal(endpoint.failures, 3);
    assert_int_equal(endpoint.refused, 2);
    assert_int_equal(endpoint.since_us, 10 * SECOND);
    meter_free(meter);
}

static void a_suspension_ends_by_time(void **state)
{
    struct meter *meter = fresh(state);
    fail_times(meter, SECOND, 3, 10);
    request(meter, 10 * SECOND, PHONE, "1001", 20, true);
    answer(meter, 10 * SECOND, PHONE, "1001", 20, 403, "");
    meter_tick(meter, 189 * SECOND);
    assert_true(only_endpoint(meter).suspended);
    meter_tick(meter, 190 * SECOND);
    assert_false(only_endpoint(meter).suspended);
    meter_free(meter);
}

static void a_success_clears_everything(void **state)
{
    struct meter *meter = fresh(state);
    fail_times(meter, SECOND, 3, 10);
    request(meter, 10 * SECOND, PHONE, "1001", 20, true);
    answer(meter, 10 * SECOND, PHONE, "1001", 20, 403, "");
    request(meter, 20 * SECOND, PHONE, "1001", 21, true);
    answer(meter, 20 * SECOND, PHONE, "1001", 21, 200, "");
    assert_int_equal(only_endpoint(meter).last_us, 0);
    fail_times(meter, 30 * SECOND, 1, 30);
    assert_int_equal(only_endpoint(meter).failures, 1);
    meter_free(meter);
}

static void a_new_challenge_shows_that_a_suspension_is_over(void **state)
{
    struct meter *meter = fresh(state);
    fail_times(meter, SECOND, 3, 10);
    request(meter, 10 * SECOND, PHONE, "1001", 20, true);
    answer(meter, 10 * SECOND, PHONE, "1001", 20, 403, "");
    fail_times(meter, 20 * SECOND, 1, 30);
    struct meter_endpoint endpoint = only_endpoint(meter);
    assert_false(endpoint.suspended);
    assert_int_equal(endpoint.failures, 1);
    assert_int_equal(endpoint.refused, 0);
    meter_free(meter);
}

static void a_refusal_soon_after_the_capture_began_is_probably_a_suspension(void **state)
{
    struct meter *meter = fresh(state);
    meter_tick(meter, SECOND);
    request(meter, 100 * SECOND, PHONE, "1001", 20, false);
    answer(meter, 100 * SECOND, PHONE, "1001", 20, 403, "");
    struct meter_endpoint endpoint = only_endpoint(meter);
    assert_true(endpoint.suspended);
    assert_false(endpoint.enough_failures_seen);
    meter_free(meter);
}

static void a_refusal_whose_failures_would_have_been_seen_is_none(void **state)
{
    struct meter *meter = fresh(state);
    meter_tick(meter, SECOND);
    request(meter, 1000 * SECOND, PHONE, "1001", 20, false);
    answer(meter, 1000 * SECOND, PHONE, "1001", 20, 403, "");
    struct meter_endpoint endpoint = only_endpoint(meter);
    assert_false(endpoint.suspended);
    assert_int_equal(endpoint.refused, 1);
    meter_free(meter);
}

static void a_refusal_soon_after_a_break_of_the_capture_is_probably_a_suspension(void **state)
{
    struct meter *meter = fresh(state);
    meter_tick(meter, SECOND);
    meter_break(meter);
    request(meter, 1000 * SECOND, PHONE, "1001", 20, false);
    answer(meter, 1000 * SECOND, PHONE, "1001", 20, 403, "");
    struct meter_endpoint endpoint = only_endpoint(meter);
    assert_true(endpoint.suspended);
    assert_false(endpoint.enough_failures_seen);
    meter_free(meter);
}

static void failures_now_and_then_are_no_guesses(void **state)
{
    struct meter *meter = fresh(state);
    const int64_t hour_us = 3600 * SECOND;
    for (int i = 0; i < 8; i++)
        fail_times(meter, SECOND + i * hour_us, 1, 1 + i);
    assert_int_equal(only_endpoint(meter).failures, 8);
    assert_int_equal(only_endpoint(meter).guesses, 1);
    fail_times(meter, 8 * hour_us, 5, 20);
    assert_int_equal(only_endpoint(meter).guesses, 5);
    meter_free(meter);
}

static void refusals_are_guesses_only_while_suspended(void **state)
{
    struct meter *meter = fresh(state);
    meter_tick(meter, SECOND);
    for (int i = 0; i < 5; i++) { // a locked phone
        request(meter, (1000 + i) * SECOND, PHONE, "1001", 20 + i, false);
        answer(meter, (1000 + i) * SECOND, PHONE, "1001", 20 + i, 403, "");
    }
    assert_int_equal(only_endpoint(meter).refused, 5);
    assert_int_equal(only_endpoint(meter).guesses, 0);
    fail_times(meter, 1010 * SECOND, 6, 30);
    request(meter, 1020 * SECOND, PHONE, "1001", 40, true);
    answer(meter, 1020 * SECOND, PHONE, "1001", 40, 403, "");
    assert_int_equal(only_endpoint(meter).guesses, 7);
    meter_free(meter);
}

static void ten_thousand_endpoints_do_not_break_the_bound(void **state)
{
    struct meter *meter = fresh(state);
    for (int i = 0; i < 10000; i++) {
        char user[96];
        snprintf(user, sizeof user, "%d%070d", i, 0);
        request(meter, SECOND * i, PHONE, user, 1, true);
        answer(meter, SECOND * i, PHONE, user, 1, 401, "");
    }
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    assert_in_range(snapshot->endpoint_count, 4000, 8192);
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

static void guesses_that_repeat_call_id_and_cseq_each_count(void **state)
{
    struct meter *meter = fresh(state);
    for (int attempt = 0; attempt < 3; attempt++)
        guess(meter, (attempt + 1) * SECOND, attempt, 401);
    guess(meter, 4 * SECOND, 3, 403);
    struct meter_endpoint endpoint = only_endpoint(meter);
    assert_int_equal(endpoint.failures, 3);
    assert_true(endpoint.suspended);
    meter_free(meter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guesses_that_repeat_call_id_and_cseq_each_count),
        cmocka_unit_test(the_first_challenge_of_a_handshake_is_no_failure),
        cmocka_unit_test(a_challenge_to_an_authorized_request_is_a_failure_once),
        cmocka_unit_test(an_old_nonce_is_no_failure),
        cmocka_unit_test(an_answer_without_its_request_is_ignored),
        cmocka_unit_test(a_refusal_after_enough_failures_is_a_suspension),
        cmocka_unit_test(a_suspension_ends_by_time),
        cmocka_unit_test(a_success_clears_everything),
        cmocka_unit_test(a_new_challenge_shows_that_a_suspension_is_over),
        cmocka_unit_test(a_refusal_soon_after_the_capture_began_is_probably_a_suspension),
        cmocka_unit_test(a_refusal_whose_failures_would_have_been_seen_is_none),
        cmocka_unit_test(a_refusal_soon_after_a_break_of_the_capture_is_probably_a_suspension),
        cmocka_unit_test(failures_now_and_then_are_no_guesses),
        cmocka_unit_test(refusals_are_guesses_only_while_suspended),
        cmocka_unit_test(ten_thousand_endpoints_do_not_break_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
