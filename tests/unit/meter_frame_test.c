// SPDX-License-Identifier: MIT

// Frames of every link type give their addresses, ports and payload, and nothing beyond their end.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "meter/frame.h"
#include "meter_packets.h"

static const struct packet_spec base = {
    .link = LINK_ETHERNET,
    .source = 0xcb007109, // 203.0.113.9
    .destination = 0xc612000b,
    .source_port = 40000,
    .destination_port = 5060,
    .payload = "OPTIONS sip:x SIP/2.0\r\n\r\n",
    .payload_len = -1,
};

// Parses from memory that ends where the capture does, so that a sanitizer sees any step beyond.
static void parse_exactly(int link, const uint8_t *bytes, size_t caplen, struct frame *frame,
                          size_t *payload_offset)
{
    uint8_t *copy = malloc(caplen + (caplen == 0));
    memcpy(copy, bytes, caplen);
    frame_parse(link, copy, caplen, frame);
    *payload_offset = frame->payload != NULL ? (size_t)(frame->payload - copy) : 0;
    if (frame->payload != NULL)
        assert_true(*payload_offset + frame->payload_len <= caplen);
    free(copy);
}

static void assert_frame(const struct packet_spec *spec)
{
    struct packet packet;
    struct frame frame;
    struct address source;
    size_t offset;

    packet_build(&packet, spec);
    parse_exactly(spec->link, packet.bytes, packet.len, &frame, &offset);
    assert_int_equal(frame.kind, spec->tcp ? FRAME_TCP : FRAME_UDP);
    assert_int_equal(frame.source_port, spec->source_port);
    assert_int_equal(frame.destination_port, spec->destination_port);
    assert_int_equal(frame.payload_len, strlen(spec->payload));
    assert_memory_equal(packet.bytes + offset, spec->payload, frame.payload_len);
    assert_true(address_parse(spec->v6 ? "2001:db8::cb00:7109" : "203.0.113.9", &source));
    assert_int_equal(address_compare(&frame.source, &source), 0);
    assert_true(address_parse(spec->v6 ? "2001:db8::c612:b" : "198.18.0.11", &source));
    assert_int_equal(address_compare(&frame.destination, &source), 0);
    assert_false(frame.cut);
}

static void every_link_type_family_and_transport_is_read(void **state)
{
    (void)state;
    for (size_t link = 0; link < LINK_TYPES; link++) {
        for (int bits = 0; bits < 8; bits++) {
            struct packet_spec spec = base;
            spec.link = link_types[link];
            spec.v6 = bits & 1;
            spec.tcp = bits & 2;
            spec.extended = bits & 4;
            assert_frame(&spec);
        }
    }
}

static void vlan_and_qinq_tags_are_skipped(void **state)
{
    (void)state;
    for (int tags = 1; tags <= 2; tags++) {
        struct packet_spec spec = base;
        spec.vlan_tags = tags;
        assert_frame(&spec);
        spec.v6 = true;
        assert_frame(&spec);
    }
}

static void raw_is_read_under_all_its_numbers(void **state)
{
    static const int numbers[] = {12, 14, 101, 228};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct packet_spec spec = base;
        spec.link = LINK_RAW;
        struct packet packet;
        struct frame frame;
        packet_build(&packet, &spec);
        frame_parse(numbers[i], packet.bytes, packet.len, &frame);
        assert_int_equal(frame.kind, FRAME_UDP);
    }
}

static void padding_behind_the_packet_is_not_payload(void **state)
{
    struct packet_spec spec = base;
    (void)state;
    spec.padding = 18;
    assert_frame(&spec);
    spec.v6 = true;
    assert_frame(&spec);
}

static void cooked_captures_tell_what_the_machine_itself_sent(void **state)
{
    static const int cooked[] = {LINK_COOKED, LINK_COOKED2};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct packet_spec spec = base;
        struct packet packet;
        struct frame frame;
        spec.link = cooked[i];
        packet_build(&packet, &spec);
        frame_parse(spec.link, packet.bytes, packet.len, &frame);
        assert_false(frame.outgoing);
        spec.outgoing = true;
        packet_build(&packet, &spec);
        frame_parse(spec.link, packet.bytes, packet.len, &frame);
        assert_true(frame.outgoing);
    }
}

static void fragments_of_one_datagram_share_a_key(void **state)
{
    (void)state;
    for (int v6 = 0; v6 < 2; v6++) {
        struct packet_spec spec = base;
        struct packet packet;
        struct frame first, later, other;

        spec.v6 = v6;
        spec.datagram = 7;
        spec.more_fragments = true;
        packet_build(&packet, &spec);
        frame_parse(spec.link, packet.bytes, packet.len, &first);
        assert_int_equal(first.kind, FRAME_UDP);
        assert_true(first.first_fragment);
        assert_true(first.cut);
        assert_int_equal(first.destination_port, 5060);

        spec.more_fragments = false;
        spec.fragment_offset = 185;
        packet_build(&packet, &spec);
        frame_parse(spec.link, packet.bytes, packet.len, &later);
        assert_int_equal(later.kind, FRAME_FRAGMENT);
        assert_true(later.fragment_key == first.fragment_key);

        spec.datagram = 8;
        packet_build(&packet, &spec);
        frame_parse(spec.link, packet.bytes, packet.len, &other);
        assert_false(other.fragment_key == first.fragment_key);
    }
}

static void a_capture_cut_at_any_byte_is_never_read_beyond(void **state)
{
    (void)state;
    for (size_t link = 0; link < LINK_TYPES; link++) {
        for (int bits = 0; bits < 8; bits++) {
            struct packet_spec spec = base;
            struct packet packet;
            spec.link = link_types[link];
            spec.v6 = bits & 1;
            spec.tcp = bits & 2;
            spec.extended = bits & 4;
            packet_build(&packet, &spec);
            for (size_t caplen = 0; caplen < packet.len; caplen++) {
                struct frame frame;
                size_t offset;
                parse_exactly(spec.link, packet.bytes, caplen, &frame, &offset);
                if (frame.kind != FRAME_OTHER)
                    assert_true(frame.cut);
            }
        }
    }
}

static void headers_that_lie_about_lengths_are_refused(void **state)
{
    struct packet_spec spec = base;
    struct packet packet;
    struct frame frame;
    (void)state;

    packet_build(&packet, &spec);
    packet.bytes[14] = 0x44; // an IPv4 header of 16 bytes
    frame_parse(spec.link, packet.bytes, packet.len, &frame);
    assert_int_equal(frame.kind, FRAME_OTHER);

    packet_build(&packet, &spec);
    packet.bytes[16] = 0;
    packet.bytes[17] = 19; // a packet shorter than its header
    frame_parse(spec.link, packet.bytes, packet.len, &frame);
    assert_int_equal(frame.kind, FRAME_OTHER);

    spec.tcp = true;
    packet_build(&packet, &spec);
    packet.bytes[14 + 20 + 12] = 0x10; // a TCP header of 4 bytes
    frame_parse(spec.link, packet.bytes, packet.len, &frame);
    assert_int_equal(frame.kind, FRAME_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_link_type_family_and_transport_is_read),
        cmocka_unit_test(vlan_and_qinq_tags_are_skipped),
        cmocka_unit_test(raw_is_read_under_all_its_numbers),
        cmocka_unit_test(padding_behind_the_packet_is_not_payload),
        cmocka_unit_test(cooked_captures_tell_what_the_machine_itself_sent),
        cmocka_unit_test(fragments_of_one_datagram_share_a_key),
        cmocka_unit_test(a_capture_cut_at_any_byte_is_never_read_beyond),
        cmocka_unit_test(headers_that_lie_about_lengths_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
