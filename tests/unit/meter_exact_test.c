// SPDX-License-Identifier: MIT

// Captures made with known truth, read as files of every kind: each count of each source, method,
// code and second must match to the packet.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "meter/capture.h"
#include "meter_packets.h"

#define SECOND INT64_C(1000000)

enum {
    SOURCES = 90,
    PACKETS = 400000,
    LASTS_S = 200,
    SPREAD_MS = 4000, // how far times are out of order
    SNAPLEN = 190,    // at least the start line is captured
    BEGAN = 1700000000,
    SWITCH = 0xc612000b,
    SWITCHES = 2, // its IPv4 and its IPv6 address
    MINUTES = LASTS_S / 60 + 2,
};

static const struct text {
    const char *text;
    int method, other, status; // -1: none of it
} texts[] = {
    {"OPTIONS sip:100@h SIP/2.0\r\n", METER_OPTIONS, -1, -1},
    {"REGISTER sip:h SIP/2.0\r\n", METER_REGISTER, -1, -1},
    {"INVITE sip:1@h SIP/2.0\r\n", METER_INVITE, -1, -1},
    {"ACK sip:1@h SIP/2.0\r\n", METER_ACK, -1, -1},
    {"BYE sips:1@h SIP/2.0\r\n", METER_BYE, -1, -1},
    {"CANCEL tel:1 SIP/2.0\r\n", METER_CANCEL, -1, -1},
    {"SUBSCRIBE sip:1@h SIP/2.0\r\n", METER_OTHER, METER_SUBSCRIBE, -1},
    {"NOTIFY sip:1@h SIP/2.0\r\n", METER_OTHER, METER_NOTIFY, -1},
    {"PUBLISH sip:1@h SIP/2.0\r\n", METER_OTHER, METER_PUBLISH, -1},
    {"INFO sip:1@h SIP/2.0\r\n", METER_OTHER, METER_INFO, -1},
    {"PRACK sip:1@h SIP/2.0\r\n", METER_OTHER, METER_PRACK, -1},
    {"UPDATE sip:1@h SIP/2.0\r\n", METER_OTHER, METER_UPDATE, -1},
    {"REFER sip:1@h SIP/2.0\r\n", METER_OTHER, METER_REFER, -1},
    {"MESSAGE sip:1@h SIP/2.0\r\n", METER_OTHER, METER_MESSAGE, -1},
    {"OPTIONSX sip:1@h SIP/2.0\r\n", METER_OTHER, METER_UNKNOWN, -1},
    {"SIP/2.0 100 Trying\r\n", -1, -1, 100},
    {"SIP/2.0 200 OK\r\n", -1, -1, 200},
    {"SIP/2.0 302 Moved\r\n", -1, -1, 302},
    {"SIP/2.0 401 Unauthorized\r\n", -1, -1, 401},
    {"SIP/2.0 403 Forbidden\r\n", -1, -1, 403},
    {"SIP/2.0 404 Not Found\r\n", -1, -1, 404},
    {"SIP/2.0 407 Proxy Authentication Required\r\n", -1, -1, 407},
    {"SIP/2.0 503 Service Unavailable\r\n", -1, -1, 503},
    {"SIP/2.0 603 Decline\r\n", -1, -1, 603},
};
enum { TEXTS = sizeof texts / sizeof *texts, GARBAGE = TEXTS, KEEPALIVE, KINDS };

struct truth {
    int64_t packets, bytes, responses, failures, not_sip, keepalives;
    int64_t totals[METER_METHODS], others[METER_OTHER_METHODS];
    int64_t classes[METER_CLASSES], codes[METER_FAILURE_CODES];
    int64_t methods[LASTS_S + 60][METER_METHODS];
    int64_t seconds[LASTS_S + 60], minutes[MINUTES];
    int64_t first_us, last_us;
};

struct work {
    FILE *file;
    bool swapped, nanoseconds;
    int link;
    uint64_t random;
    int64_t frames, newest_us;
    struct truth all, sources[SOURCES + SWITCHES];
};

static uint32_t order(const struct work *work, uint32_t value)
{
    return work->swapped ? __builtin_bswap32(value) : value;
}

static void write_header(struct work *work)
{
    uint32_t version = work->swapped ? 0x04000200 : 0x00040002; // 2.4, sixteen bits each
    uint32_t header[6] = {order(work, work->nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
                          version,
                          0,
                          0,
                          order(work, 65535),
                          order(work, (uint32_t)work->link)};
    assert_int_equal(fwrite(header, sizeof header, 1, work->file), 1);
}

static void write_packet(struct work *work, const struct packet *packet, int64_t time_us)
{
    uint32_t len = (uint32_t)packet->len, caplen = len < SNAPLEN ? len : SNAPLEN;
    uint32_t fraction = (uint32_t)(time_us % SECOND) * (work->nanoseconds ? 1000 : 1);
    uint32_t header[4] = {order(work, (uint32_t)(time_us / SECOND)), order(work, fraction),
                          order(work, caplen), order(work, len)};

    assert_int_equal(fwrite(header, sizeof header, 1, work->file), 1);
    assert_int_equal(fwrite(packet->bytes, caplen, 1, work->file), 1);
    work->frames++;
    if (time_us > work->newest_us)
        work->newest_us = time_us;
}

static void note_packet(struct truth *truth, int64_t time_us, size_t len)
{
    truth->packets++;
    truth->bytes += (int64_t)len;
    truth->seconds[time_us / SECOND - BEGAN]++;
    truth->minutes[time_us / SECOND / 60 - BEGAN / 60]++;
    if (truth->first_us == 0 || time_us < truth->first_us)
        truth->first_us = time_us;
    if (time_us > truth->last_us)
        truth->last_us = time_us;
}

static void note_message(struct truth *truth, size_t kind, bool tcp, int64_t time_us)
{
    if (kind >= TEXTS) {
        truth->not_sip += kind == GARBAGE && !tcp;
        truth->keepalives += kind == KEEPALIVE && !tcp;
        return;
    }
    const struct text *text = &texts[kind];
    if (text->method >= 0) {
        truth->totals[text->method]++;
        truth->methods[time_us / SECOND - BEGAN][text->method]++;
    }
    if (text->other >= 0)
        truth->others[text->other]++;
    int class = text->status / 100 - 1;
    if (class >= 0) {
        truth->responses++;
        truth->classes[class]++;
    }
}

static void note_failure(struct work *work, struct truth *receiver, size_t kind)
{
    for (int i = 0; kind < TEXTS && i < METER_FAILURE_CODES; i++) {
        if (texts[kind].status != meter_failure_codes[i])
            continue;
        work->all.failures++;
        receiver->failures++;
        receiver->codes[i]++;
    }
}

static void make_message(struct work *work, int64_t number, uint32_t source)
{
    char text[400] = "garbage of no meaning";
    // The first packets come one from each source, so that answers find whom they are for.
    size_t kind = number < SOURCES ? 0 : random_next(&work->random) % KINDS;
    int64_t base_us = BEGAN * SECOND + number * LASTS_S * SECOND / PACKETS;
    int64_t time_us = base_us + (int64_t)(random_next(&work->random) % SPREAD_MS) * 1000;
    bool v6 = source % 3 == 0, response = kind < TEXTS && texts[kind].status >= 0;
    struct packet_spec spec = {
        .link = work->link,
        .v6 = v6,
        .tcp = random_next(&work->random) % 5 == 0,
        .extended = random_next(&work->random) % 5 == 0,
        .vlan_tags = (int)(random_next(&work->random) % 3),
        .source = response ? SWITCH : 0x0a000000 + source,
        .destination = response ? 0x0a000000 + source : SWITCH,
        .source_port = response ? 5060 : 40000,
        .destination_port = response ? 40000 : 5060,
        .more_fragments = random_next(&work->random) % 20 == 0,
        .datagram = (uint16_t)number,
        .payload = text,
        .payload_len = -1,
    };
    struct packet packet;

    if (kind < TEXTS)
        snprintf(text, sizeof text,
                 "%sVia: SIP/2.0/UDP h;branch=z9hG4bK%lld\r\nCSeq: 1 OPTIONS\r\n\r\n",
                 texts[kind].text, (long long)number);
    else if (kind == KEEPALIVE)
        snprintf(text, sizeof text, "\r\n\r\n");
    if (kind >= TEXTS) // what is cut into fragments cannot be told from half a message
        spec.more_fragments = false;
    if (number % 7 == 0)
        time_us = base_us; // duplicate times, too
    packet_build(&packet, &spec);
    write_packet(work, &packet, time_us);

    struct truth *sender = &work->sources[response ? (uint32_t)SOURCES + v6 : source];
    note_packet(sender, time_us, packet.len);
    note_packet(&work->all, time_us, packet.len);
    note_message(sender, kind, spec.tcp, time_us);
    note_message(&work->all, kind, spec.tcp, time_us);
    note_failure(work, &work->sources[source], kind);
    if (!spec.more_fragments)
        return;
    spec.fragment_offset = 100;
    spec.more_fragments = false;
    packet_build(&packet, &spec);
    write_packet(work, &packet, time_us);
    note_packet(sender, time_us, packet.len);
    note_packet(&work->all, time_us, packet.len);
}

static void check_seconds(const struct work *work, const struct truth *truth,
                          const uint32_t seconds[METER_SECONDS])
{
    for (int age = 0; age < METER_SECONDS; age++)
        assert_int_equal(seconds[METER_SECONDS - 1 - age],
                         truth->seconds[work->newest_us / SECOND - BEGAN - age]);
}

static void check_minute(const struct work *work, const struct truth *truth,
                         const int64_t per_minute[METER_METHODS])
{
    for (int method = 0; method < METER_METHODS; method++) {
        int64_t sum = 0;
        for (int age = 0; age < METER_SECONDS; age++)
            sum += truth->methods[work->newest_us / SECOND - BEGAN - age][method];
        assert_int_equal(per_minute[method], sum);
    }
}

static double peak_of(const struct work *work, const struct truth *truth)
{
    int64_t peak = 0;
    for (int64_t i = 0; i < work->newest_us / SECOND - BEGAN; i++)
        peak = truth->seconds[i] > peak ? truth->seconds[i] : peak;
    return (double)peak;
}

static void check_talker(const struct work *work, const struct meter_talker *talker)
{
    bool v6 = !address_is_v4(&talker->source);
    bool is_switch = talker->source.bytes[12] == SWITCH >> 24;
    const struct truth *truth = &work->sources[is_switch ? SOURCES + v6 : talker->source.bytes[15]];

    assert_true(talker->detailed);
    assert_int_equal(talker->error, 0);
    assert_int_equal(talker->packets, truth->packets);
    assert_int_equal(talker->bytes, truth->bytes);
    assert_int_equal(talker->not_sip, truth->not_sip);
    assert_int_equal(talker->keepalives, truth->keepalives);
    assert_int_equal(talker->responses, truth->responses);
    assert_int_equal(talker->failures, truth->failures);
    assert_int_equal(talker->first_us, truth->first_us);
    assert_int_equal(talker->last_us, truth->last_us);
    assert_memory_equal(talker->totals, truth->totals, sizeof truth->totals);
    assert_memory_equal(talker->response_classes, truth->classes, sizeof truth->classes);
    assert_memory_equal(talker->failures_by_code, truth->codes, sizeof truth->codes);
    assert_true(talker->peak_pps == peak_of(work, truth));
    check_seconds(work, truth, talker->per_second);
    check_minute(work, truth, talker->per_minute);
}

static void check_whole(const struct work *work, const struct meter_snapshot *snapshot)
{
    int64_t packets = 0, sources = 0;

    assert_int_equal(snapshot->packets, work->frames);
    assert_int_equal(snapshot->now_us, work->newest_us);
    assert_int_equal(snapshot->not_sip, work->all.not_sip);
    assert_int_equal(snapshot->keepalives, work->all.keepalives);
    assert_int_equal(snapshot->failures, work->all.failures);
    assert_memory_equal(snapshot->totals, work->all.totals, sizeof work->all.totals);
    assert_memory_equal(snapshot->other_methods, work->all.others, sizeof work->all.others);
    assert_memory_equal(snapshot->responses, work->all.classes, sizeof work->all.classes);
    check_seconds(work, &work->all, snapshot->per_second);
    check_minute(work, &work->all, snapshot->per_minute);
    assert_true(snapshot->peak_pps == peak_of(work, &work->all));
    for (size_t i = 0; i < snapshot->minute_count; i++)
        assert_int_equal(snapshot->minutes[i].packets,
                         work->all.minutes[snapshot->minutes[i].minute - BEGAN / 60]);
    for (size_t i = 0; i < snapshot->network_count; i++) {
        packets += snapshot->networks[i].packets;
        sources += snapshot->networks[i].sources;
    }
    assert_int_equal(packets, work->all.packets);
    assert_int_equal(sources, SOURCES + SWITCHES);
    assert_true(snapshot->sources_exact);
    assert_int_equal(snapshot->sources, SOURCES + SWITCHES);
    assert_int_equal(snapshot->talker_count, SOURCES + SWITCHES);
}

static void run_work(struct work *work)
{
    static const int ports[] = {5060};
    char path[] = "/tmp/nocdesk-exact-XXXXXX";
    struct err err = {0};
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    work->file = fdopen(fd, "wb");
    write_header(work);
    for (int64_t number = 0; number < PACKETS; number++)
        make_message(work, number,
                     number < SOURCES ? (uint32_t)number : random_next(&work->random) % SOURCES);
    assert_int_equal(fclose(work->file), 0);

    struct meter *meter =
        meter_new(&(struct meter_options){.sip_ports = ports, .sip_port_count = 1});
    if (!capture_file(meter, path, &err))
        fail_msg("%s", err.text);
    unlink(path);
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    check_whole(work, snapshot);
    for (size_t i = 0; i < snapshot->talker_count; i++)
        check_talker(work, &snapshot->talkers[i]);
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

static void every_count_matches_in_every_link_type_and_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < LINK_TYPES; i++) {
        struct work *work = calloc(1, sizeof *work);
        work->link = link_types[i];
        work->swapped = i % 2;
        work->nanoseconds = i % 3 == 0;
        work->random = i + 1;
        run_work(work);
        free(work);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_count_matches_in_every_link_type_and_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
