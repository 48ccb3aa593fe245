// SPDX-License-Identifier: MIT

// A capture stream gives the same counts in chunks of any size, byte order and time unit.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "meter/pcap_stream.h"
#include "meter_packets.h"

enum { PACKETS = 40 };

struct file {
    uint8_t bytes[PACKETS * 300];
    size_t len;
};

static void file_u32(struct file *file, uint32_t value, bool swapped)
{
    if (swapped)
        value = __builtin_bswap32(value);
    memcpy(file->bytes + file->len, &value, 4);
    file->len += 4;
}

static void file_build(struct file *file, bool swapped, bool nanoseconds)
{
    file->len = 0;
    file_u32(file, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, swapped);
    file_u32(file, swapped ? 0x00020004 : 0x00040002, false);
    file_u32(file, 0, swapped);
    file_u32(file, 0, swapped);
    file_u32(file, 512, swapped);
    file_u32(file, LINK_COOKED2, swapped);
    for (uint32_t i = 0; i < PACKETS; i++) {
        struct packet_spec spec = {.link = LINK_COOKED2,
                                   .source = 0xcb007100 + i % 5,
                                   .destination = 0xc612000b,
                                   .source_port = 5060,
                                   .destination_port = 5060,
                                   .payload = "OPTIONS sip:x SIP/2.0\r\n\r\n",
                                   .payload_len = -1};
        struct packet packet;
        packet_build(&packet, &spec);
        file_u32(file, 1000 + i, swapped);
        file_u32(file, nanoseconds ? 500000000 : 500000, swapped);
        file_u32(file, (uint32_t)packet.len, swapped);
        file_u32(file, (uint32_t)packet.len + 100, swapped);
        memcpy(file->bytes + file->len, packet.bytes, packet.len);
        file->len += packet.len;
    }
}

static struct meter *fresh(void)
{
    static const int ports[] = {5060};
    return meter_new(
        &(struct meter_options){.sip_ports = ports, .sip_port_count = 1, .memory_max = 8 << 20});
}

static bool feed_in_chunks(struct meter *meter, const struct file *file, size_t chunk,
                           struct err *err)
{
    struct pcap_stream *stream = pcap_stream_new(meter);
    bool done = true;
    for (size_t at = 0; at < file->len && done; at += chunk) {
        size_t len = file->len - at < chunk ? file->len - at : chunk;
        uint8_t *copy = malloc(len); // memory that ends where the chunk does
        memcpy(copy, file->bytes + at, len);
        done = pcap_stream_feed(stream, copy, len, err);
        free(copy);
        assert_true(!done || pcap_stream_begun(stream) == (at + len >= 24));
    }
    pcap_stream_free(stream);
    return done;
}

static void every_chunk_size_byte_order_and_unit_gives_the_same(void **state)
{
    static struct file file;
    (void)state;
    for (int bits = 0; bits < 4; bits++) {
        file_build(&file, bits & 1, bits & 2);
        for (size_t chunk = 1; chunk <= 121; chunk++) {
            struct meter *meter = fresh();
            assert_true(feed_in_chunks(meter, &file, chunk, NULL));
            struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
            assert_int_equal(snapshot->packets, PACKETS);
            assert_int_equal(snapshot->totals[METER_OPTIONS], PACKETS);
            assert_int_equal(snapshot->sources, 5);
            assert_int_equal(snapshot->now_us, INT64_C(1039500000));
            assert_int_equal(snapshot->began_us, INT64_C(1000500000));
            assert_int_equal(snapshot->talkers[0].bytes % snapshot->talkers[0].packets, 0);
            meter_snapshot_free(snapshot);
            meter_free(meter);
        }
    }
}

static void assert_refused(const struct file *file, const char *word)
{
    for (size_t chunk = 1; chunk <= 64; chunk += 9) {
        struct meter *meter = fresh();
        struct err err = {0};
        assert_false(feed_in_chunks(meter, file, chunk, &err));
        assert_non_null(strstr(err.text, word));
        meter_free(meter);
    }
}

static void what_is_no_pcap_stream_is_refused_in_words(void **state)
{
    static struct file file;
    (void)state;
    file_build(&file, false, false);
    memcpy(file.bytes, "\x0a\x0d\x0d\x0a", 4);
    assert_refused(&file, "pcapng");
    memcpy(file.bytes, "sudo", 4);
    assert_refused(&file, "not a pcap");
}

static void an_absurd_record_length_is_refused(void **state)
{
    static struct file file;
    (void)state;
    file_build(&file, false, false);
    memcpy(file.bytes + 24 + 8, "\xff\xff\xff\x7f", 4);
    assert_refused(&file, "2147483647 bytes");
}

static void a_refused_stream_stays_refused(void **state)
{
    struct meter *meter = fresh();
    struct pcap_stream *stream = pcap_stream_new(meter);
    static struct file file;
    struct err err = {0};
    (void)state;
    assert_false(pcap_stream_feed(stream, "this is not a capture file", 26, &err));
    file_build(&file, false, false);
    assert_false(pcap_stream_feed(stream, file.bytes, file.len, &err));
    pcap_stream_free(stream);
    meter_free(meter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_chunk_size_byte_order_and_unit_gives_the_same),
        cmocka_unit_test(what_is_no_pcap_stream_is_refused_in_words),
        cmocka_unit_test(an_absurd_record_length_is_refused),
        cmocka_unit_test(a_refused_stream_stays_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
