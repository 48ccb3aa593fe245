// SPDX-License-Identifier: MIT

// Evidence files: what one source sent, whole, and within their bounds.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <pcap/pcap.h>

#include "base/clock.h"
#include "meter/evidence.h"
#include "meter/meter.h"
#include "meter_packets.h"

#define NOON_US 1795162507000000LL
static const char request[] = "OPTIONS sip:100@192.0.2.1 SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n";

struct place {
    char folder[64], path[96];
};

static void place_make(struct place *place)
{
    snprintf(place->folder, sizeof place->folder, "/tmp/nocdesk-evidence-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/proof.pcap", place->folder);
}

static void place_remove(const struct place *place)
{
    unlink(place->path);
    rmdir(place->folder);
}

static struct evidence *start(const struct place *place, const char *source, int64_t bytes_max,
                              int64_t for_ms)
{
    struct evidence_options options = {
        .path = place->path, .bytes_max = bytes_max, .for_ms = for_ms};
    struct err err = {0};
    assert_true(address_parse(source, &options.source));
    struct evidence *evidence = evidence_new(&options, &err);
    assert_string_equal(err.text, "");
    return evidence;
}

static struct meter *make_meter(void)
{
    static const int port = 5060;
    return meter_new(&(struct meter_options){.sip_ports = &port, .sip_port_count = 1});
}

static void feed(struct meter *meter, int link, uint32_t source, int count)
{
    struct packet packet;
    packet_build(&packet, &(struct packet_spec){.link = link,
                                                .source = source,
                                                .destination = 0xc0000201,
                                                .source_port = 5070,
                                                .destination_port = 5060,
                                                .payload = request,
                                                .payload_len = -1});
    for (int i = 0; i < count; i++)
        meter_feed(meter, link, NOON_US + i, packet.bytes, (uint32_t)packet.len,
                   (uint32_t)packet.len);
}

static int packets_in(const char *path, int *linktype)
{
    char reason[PCAP_ERRBUF_SIZE];
    struct pcap_pkthdr *header;
    const u_char *bytes;
    int count = 0;
    pcap_t *pcap = pcap_open_offline(path, reason);
    assert_non_null(pcap);
    *linktype = pcap_datalink(pcap);
    int got;
    while ((got = pcap_next_ex(pcap, &header, &bytes)) == 1)
        count++;
    assert_int_equal(got, PCAP_ERROR_BREAK); // the end, and no fault
    pcap_close(pcap);
    return count;
}

static void only_the_sources_packets_are_written_in_every_link_type(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LINK_TYPES; i++) {
        struct place place;
        int linktype;
        place_make(&place);
        struct meter *meter = make_meter();
        struct evidence *evidence = start(&place, "203.0.113.9", 0, 0);
        assert_true(meter_watch(meter, evidence_ref(evidence)));
        feed(meter, link_types[i], 0xcb007109, 5);
        feed(meter, link_types[i], 0xcb00710a, 7);
        feed(meter, link_types[i], 0xcb007109, 3);
        evidence_stop(evidence, "enough");
        struct evidence_state state;
        evidence_get(evidence, &state);
        assert_true(state.ended && !state.failed);
        assert_int_equal(state.packets, 8);
        assert_string_equal(state.why, "enough");
        assert_int_equal(packets_in(place.path, &linktype), 8);
        if (link_types[i] != LINK_RAW) // which has two numbers
            assert_int_equal(linktype, link_types[i]);
        struct stat stat_of;
        assert_int_equal(stat(place.path, &stat_of), 0);
        assert_int_equal(stat_of.st_mode & 0777, 0600);
        assert_int_equal(stat_of.st_size, state.bytes);
        evidence_unref(evidence);
        meter_free(meter);
        place_remove(&place);
    }
}

static void the_file_never_grows_beyond_its_bound(void **unused)
{
    struct place place;
    int linktype;
    (void)unused;
    place_make(&place);
    struct meter *meter = make_meter();
    struct evidence *evidence = start(&place, "203.0.113.9", 1000, 0);
    assert_true(meter_watch(meter, evidence_ref(evidence)));
    feed(meter, LINK_ETHERNET, 0xcb007109, 100);
    struct evidence_state state;
    evidence_get(evidence, &state);
    assert_true(state.ended && !state.failed);
    assert_true(state.bytes <= 1000 && state.packets > 0);
    assert_string_equal(state.why, "the limit of 1000 bytes is reached");
    assert_int_equal(packets_in(place.path, &linktype), state.packets);
    // The meter has let go of it: another one may begin.
    struct place other;
    place_make(&other);
    struct evidence *second = start(&other, "203.0.113.9", 0, 0);
    assert_true(meter_watch(meter, evidence_ref(second)));
    // And a third may not while that runs.
    assert_false(meter_watch(meter, evidence));
    evidence_unref(evidence);
    evidence_unref(second);
    meter_free(meter);
    place_remove(&place);
    place_remove(&other);
}

static void the_time_is_over_with_or_without_packets(void **unused)
{
    struct place place;
    int linktype;
    (void)unused;
    clock_freeze(1000, 1000);
    place_make(&place);
    struct evidence *evidence = start(&place, "203.0.113.9", 0, 60000);
    clock_advance(59999);
    assert_true(evidence_tick(evidence));
    clock_advance(1);
    assert_false(evidence_tick(evidence));
    struct evidence_state state;
    evidence_get(evidence, &state);
    assert_string_equal(state.why, "60 s are over");
    assert_int_equal(packets_in(place.path, &linktype), 0); // a capture file all the same
    evidence_unref(evidence);
    place_remove(&place);
    clock_release();
}

static void an_existing_file_is_never_overwritten(void **unused)
{
    struct place place;
    (void)unused;
    place_make(&place);
    struct evidence *evidence = start(&place, "203.0.113.9", 0, 0);
    struct evidence_options again = {.path = place.path};
    struct err err = {0};
    assert_null(evidence_new(&again, &err));
    assert_non_null(strstr(err.text, "already"));
    evidence_unref(evidence);
    place_remove(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_sources_packets_are_written_in_every_link_type),
        cmocka_unit_test(the_file_never_grows_beyond_its_bound),
        cmocka_unit_test(the_time_is_over_with_or_without_packets),
        cmocka_unit_test(an_existing_file_is_never_overwritten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
