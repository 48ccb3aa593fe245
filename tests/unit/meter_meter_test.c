// SPDX-License-Identifier: MIT

// The meter's counts and rates equal the known truth, in every link type, and hostile packets do it
// no harm.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "meter/meter.h"
#include "meter_packets.h"

#define SECOND INT64_C(1000000)

enum { SWITCH = 0xc612000b, BEGAN = 1700000000 };

static const char *const texts[] = {
    "OPTIONS sip:1@h SIP/2.0\r\nUser-Agent: friendly-scanner\r\n\r\n",
    "REGISTER sip:h SIP/2.0\r\nTo: <sip:1@h>\r\n\r\n",
    "INVITE sip:1@h SIP/2.0\r\n\r\n",
    "ACK sip:1@h SIP/2.0\r\n\r\n",
    "BYE sip:1@h SIP/2.0\r\n\r\n",
    "CANCEL sip:1@h SIP/2.0\r\n\r\n",
    "SUBSCRIBE sip:1@h SIP/2.0\r\n\r\n",
    "SIP/2.0 100 Trying\r\n\r\n",
    "SIP/2.0 200 OK\r\n\r\n",
    "SIP/2.0 404 Not Found\r\n\r\n",
    "\r\n\r\n",
    "garbage",
};
enum { TEXTS = sizeof texts / sizeof *texts, FIRST_RESPONSE = 7, KEEPALIVE = 10, GARBAGE = 11 };

static struct meter *fresh(size_t memory_max)
{
    static const int ports[] = {5060, 6060};
    return meter_new(
        &(struct meter_options){.sip_ports = ports, .sip_port_count = 2, .memory_max = memory_max});
}

static void feed(struct meter *meter, int64_t time_us, const struct packet_spec *spec)
{
    struct packet packet;
    packet_build(&packet, spec);
    meter_feed(meter, spec->link, time_us, packet.bytes, (uint32_t)packet.len,
               (uint32_t)packet.len);
}

static struct packet_spec message(uint32_t source, const char *text)
{
    return (struct packet_spec){.link = LINK_ETHERNET,
                                .source = source,
                                .destination = SWITCH,
                                .source_port = 40000,
                                .destination_port = 5060,
                                .payload = text,
                                .payload_len = -1};
}

struct truth {
    int64_t packets, sip, not_sip, keepalives, last_ten;
    int64_t totals[METER_METHODS], minute[METER_METHODS], classes[6];
};

static void compare(struct meter *meter, const struct truth *all, const struct truth *sources,
                    uint32_t count, int64_t frames)
{
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    assert_int_equal(snapshot->packets, frames);
    assert_int_equal(snapshot->sip_packets, all->sip);
    assert_int_equal(snapshot->not_sip, all->not_sip);
    assert_int_equal(snapshot->keepalives, all->keepalives);
    assert_memory_equal(snapshot->totals, all->totals, sizeof all->totals);
    assert_memory_equal(snapshot->per_minute, all->minute, sizeof all->minute);
    assert_memory_equal(snapshot->responses, all->classes, sizeof all->classes);
    assert_int_equal(snapshot->sources, count);
    assert_true(snapshot->sources_exact);
    assert_int_equal(snapshot->talker_count, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct meter_talker *talker = &snapshot->talkers[i];
        const struct truth *truth = &sources[talker->source.bytes[15]];
        assert_int_equal(talker->packets, truth->packets);
        assert_memory_equal(talker->totals, truth->totals, sizeof truth->totals);
        assert_memory_equal(talker->per_minute, truth->minute, sizeof truth->minute);
        // The newest second is half over: nine and a half are covered.
        assert_true(talker->pps_10s > (double)truth->last_ten / 9.5 - 0.001);
        assert_true(talker->pps_10s < (double)truth->last_ten / 9.5 + 0.001);
        assert_true(i == 0 || snapshot->talkers[i - 1].packets >= talker->packets);
    }
    meter_snapshot_free(snapshot);
}

static void count_truth(struct truth *truth, size_t text, bool tcp, int64_t age_s)
{
    truth->packets++;
    truth->last_ten += age_s < 10;
    if (text >= KEEPALIVE) { // a TCP segment may be the middle of a message
        truth->not_sip += text == GARBAGE && !tcp;
        truth->keepalives += text == KEEPALIVE && !tcp;
        return;
    }
    truth->sip++;
    if (text >= FIRST_RESPONSE) {
        truth->classes[texts[text][8] - '1']++;
        return;
    }
    truth->totals[text]++;
    truth->minute[text] += age_s < 60;
}

static void random_traffic_is_counted_to_the_packet_in_every_link_type(void **state)
{
    enum { SOURCES = 20, PACKETS = 3000, SECONDS = 90 };
    (void)state;
    for (size_t link = 0; link < LINK_TYPES; link++) {
        struct truth all = {0}, sources[SOURCES] = {{0}};
        struct meter *meter = fresh(8 << 20);
        uint64_t random = link;
        for (int64_t i = 0; i < PACKETS; i++) {
            uint32_t source = random_next(&random) % SOURCES;
            size_t text = random_next(&random) % TEXTS;
            struct packet_spec spec = message(0x0a000000 + source, texts[text]);
            bool other_port = random_next(&random) % 10 == 0;
            spec.link = link_types[link];
            spec.vlan_tags = (int)(random_next(&random) % 3);
            spec.v6 = source % 2;
            spec.tcp = random_next(&random) % 4 == 0;
            spec.extended = random_next(&random) % 4 == 0;
            spec.destination_port = other_port ? 80 : i % 2 ? 5060 : 6060;
            int64_t second = (i * SECONDS) / PACKETS;
            feed(meter, (BEGAN + second) * SECOND + SECOND / 2, &spec);
            if (other_port)
                continue;
            int64_t age = SECONDS - 1 - second;
            count_truth(&all, text, spec.tcp, age);
            count_truth(&sources[source], text, spec.tcp, age);
        }
        compare(meter, &all, sources, SOURCES, PACKETS);
        meter_free(meter);
    }
}

static void later_fragments_count_for_their_source_only_when_the_first_was_sip(void **state)
{
    (void)state;
    for (int v6 = 0; v6 < 2; v6++) {
        struct meter *meter = fresh(0);
        for (uint16_t datagram = 0; datagram < 20; datagram++) {
            struct packet_spec spec = message(0xcb007109, texts[0]);
            spec.v6 = v6;
            spec.datagram = datagram;
            spec.more_fragments = true;
            spec.destination_port = datagram % 2 ? 5060 : 9999;
            feed(meter, BEGAN * SECOND, &spec);
            spec.fragment_offset = 100;
            feed(meter, BEGAN * SECOND, &spec);
            spec.fragment_offset = 200;
            spec.more_fragments = false;
            feed(meter, BEGAN * SECOND, &spec);
        }
        struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
        assert_int_equal(snapshot->packets, 60);
        assert_int_equal(snapshot->talkers[0].packets, 30);
        assert_int_equal(snapshot->totals[METER_OPTIONS], 10);
        assert_int_equal(snapshot->not_sip, 0);
        meter_snapshot_free(snapshot);
        meter_free(meter);
    }
}

static void failures_count_for_whom_they_are_sent_to(void **state)
{
    static const char *const answers[] = {
        "SIP/2.0 401 x\r\n\r\n", "SIP/2.0 403 x\r\n\r\n", "SIP/2.0 404 x\r\n\r\n",
        "SIP/2.0 407 x\r\n\r\n", "SIP/2.0 200 x\r\n\r\n", "SIP/2.0 486 x\r\n\r\n",
    };
    struct meter *meter = fresh(0);
    struct packet_spec spec = message(0xcb007109, texts[0]);
    (void)state;
    feed(meter, BEGAN * SECOND, &spec);
    for (size_t i = 0; i < 6; i++) {
        struct packet_spec back = message(SWITCH, answers[i]);
        back.destination = 0xcb007109;
        back.source_port = 5060;
        back.destination_port = 40000;
        feed(meter, BEGAN * SECOND + 1, &back);
    }
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    assert_int_equal(snapshot->talker_count, 2);
    assert_int_equal(snapshot->talkers[0].responses, 6); // the switch
    assert_int_equal(snapshot->talkers[0].failures, 0);
    assert_int_equal(snapshot->talkers[1].failures, 4);
    assert_int_equal(snapshot->failures, 4);
    assert_string_equal(snapshot->talkers[1].user_agent, "friendly-scanner");
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

static void rates_of_a_capture_that_just_began_are_not_diluted(void **state)
{
    struct meter *meter = fresh(0);
    struct packet_spec spec = message(0xcb007109, texts[0]);
    (void)state;
    for (int i = 0; i <= 200; i++)
        feed(meter, BEGAN * SECOND + i * SECOND / 100, &spec); // 100 a second for two seconds
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    assert_true(snapshot->pps_10s > 99 && snapshot->pps_10s < 102);
    assert_true(snapshot->pps_60s > 99 && snapshot->pps_60s < 102);
    meter_snapshot_free(snapshot);
    meter_tick(meter, (BEGAN + 12) * SECOND);
    snapshot = meter_snapshot(meter, 0);
    assert_true(snapshot->talkers[0].pps_10s < 1);
    assert_int_equal(snapshot->talkers[0].per_minute[METER_OPTIONS], 201);
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

static void a_clock_that_was_set_back_does_not_stop_the_rates(void **state)
{
    struct meter *meter = fresh(0);
    struct packet_spec spec = message(0xcb007109, texts[0]);
    (void)state;
    for (int i = 0; i < 50; i++)
        feed(meter, (BEGAN + 3600) * SECOND, &spec);
    feed(meter, (BEGAN + 7200) * SECOND, &spec); // one absurd time
    for (int i = 0; i < 500; i++)
        feed(meter, BEGAN * SECOND + i * SECOND / 100, &spec);
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    assert_int_equal(snapshot->now_us, BEGAN * SECOND + 4990000);
    assert_true(snapshot->began_us < snapshot->now_us);
    assert_true(snapshot->pps_10s > 35);
    assert_int_equal(snapshot->totals[METER_OPTIONS], 551);
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

static void the_memory_bound_is_honest(void **state)
{
    enum { SOURCES = 200000 };
    struct meter *meter = fresh(4 << 20);
    (void)state;
    for (uint32_t i = 0; i < SOURCES; i++) {
        struct packet_spec spec = message(0x0a000000 + i, texts[2]);
        feed(meter, BEGAN * SECOND, &spec);
    }
    struct meter_snapshot *snapshot = meter_snapshot(meter, 100);
    assert_false(snapshot->sources_exact);
    assert_true(snapshot->sources_error_pct > 0);
    assert_true(snapshot->sources > SOURCES * 92 / 100 && snapshot->sources < SOURCES * 108 / 100);
    assert_true(snapshot->talker_count >= 100 && snapshot->talker_count <= 200);
    assert_int_equal(snapshot->totals[METER_INVITE], SOURCES);
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

// One random change to a frame: bits, bytes, or a piece copied elsewhere.
static void mutate(struct packet *packet, uint64_t *random)
{
    for (uint32_t change = random_next(random) % 6; change-- > 0;) {
        size_t at = random_next(random) % packet->len, to = random_next(random) % packet->len;
        switch (random_next(random) % 3) {
        case 0:
            packet->bytes[at] ^= (uint8_t)(1u << random_next(random) % 8);
            break;
        case 1:
            packet->bytes[at] = (uint8_t)random_next(random);
            break;
        default:
            memmove(packet->bytes + to, packet->bytes + at, packet->len - (at > to ? at : to));
            break;
        }
    }
}

static void mutated_packets_do_no_harm(void **state)
{
    enum { PACKETS = 120000 };
    struct meter *meter = fresh(8 << 20);
    uint64_t random = 2026;
    int64_t time_us = BEGAN * SECOND;
    (void)state;

    for (int i = 0; i < PACKETS; i++) {
        struct packet_spec spec =
            message(0x0a000000 + random_next(&random) % 64, texts[random_next(&random) % TEXTS]);
        struct packet packet;
        uint32_t bits = random_next(&random);
        spec.link = link_types[bits % LINK_TYPES];
        spec.vlan_tags = bits >> 4 & 3;
        spec.v6 = bits >> 6 & 1;
        spec.tcp = bits >> 7 & 1;
        spec.extended = bits >> 8 & 1;
        spec.more_fragments = (bits >> 9 & 7) == 0;
        spec.fragment_offset = (bits >> 12 & 7) == 0 ? 99 : 0;
        packet_build(&packet, &spec);
        mutate(&packet, &random);
        size_t caplen =
            random_next(&random) % 4 != 0 ? packet.len : random_next(&random) % packet.len;
        uint8_t *copy = malloc(caplen + (caplen == 0)); // memory that ends where the capture does
        memcpy(copy, packet.bytes, caplen);
        if (random_next(&random) % 1000 == 0)
            time_us = (int64_t)random_next(&random) * SECOND * (bits % 2 ? 1 : -1);
        time_us += random_next(&random) % 10000;
        meter_feed(meter, spec.link, time_us, copy, (uint32_t)caplen, (uint32_t)packet.len);
        free(copy);
        if (i % 20000 == 0)
            meter_snapshot_free(meter_snapshot(meter, 10));
    }
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    assert_int_equal(snapshot->packets, PACKETS);
    assert_in_range(snapshot->sip_packets, PACKETS / 10, PACKETS - PACKETS / 10);
    for (size_t i = 0; i < snapshot->talker_count; i++) {
        assert_true(snapshot->talkers[i].pps_10s >= 0);
        assert_true(snapshot->talkers[i].first_us <= snapshot->talkers[i].last_us);
    }
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_traffic_is_counted_to_the_packet_in_every_link_type),
        cmocka_unit_test(later_fragments_count_for_their_source_only_when_the_first_was_sip),
        cmocka_unit_test(failures_count_for_whom_they_are_sent_to),
        cmocka_unit_test(rates_of_a_capture_that_just_began_are_not_diluted),
        cmocka_unit_test(a_clock_that_was_set_back_does_not_stop_the_rates),
        cmocka_unit_test(the_memory_bound_is_honest),
        cmocka_unit_test(mutated_packets_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
