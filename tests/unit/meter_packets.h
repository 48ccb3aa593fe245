// SPDX-License-Identifier: MIT

// Frames with known contents, in every link type that the meter reads.
#ifndef METER_PACKETS_H
#define METER_PACKETS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_RAW = 101,
    LINK_LOOP = 108,
    LINK_COOKED = 113,
    LINK_COOKED2 = 276,
};

static const int link_types[] = {LINK_NULL, LINK_ETHERNET, LINK_RAW,
                                 LINK_LOOP, LINK_COOKED,   LINK_COOKED2};
#define LINK_TYPES (sizeof link_types / sizeof *link_types)

struct packet_spec {
    int link;
    int vlan_tags; // Ethernet only
    bool v6, tcp, outgoing;
    bool extended; // IPv4 options, or IPv6 hop-by-hop, routing and destination headers
    uint32_t source, destination; // the last four bytes of the address
    uint16_t source_port, destination_port;
    uint16_t fragment_offset; // in units of 8 bytes; not 0: payload has no ports before it
    bool more_fragments;
    uint16_t datagram; // its identification
    const char *payload;
    int payload_len; // -1: strlen
    int padding;     // bytes behind the IP packet
};

struct packet {
    uint8_t bytes[4096];
    size_t len;
};

static inline void put(struct packet *packet, const void *bytes, size_t len)
{
    memcpy(packet->bytes + packet->len, bytes, len);
    packet->len += len;
}

static inline void put8(struct packet *packet, unsigned value)
{
    packet->bytes[packet->len++] = (uint8_t)value;
}

static inline void put16(struct packet *packet, unsigned value)
{
    put8(packet, value >> 8 & 0xff);
    put8(packet, value & 0xff);
}

static inline void put32(struct packet *packet, uint32_t value)
{
    put16(packet, value >> 16);
    put16(packet, value & 0xffff);
}

static inline void put_zeros(struct packet *packet, size_t len)
{
    memset(packet->bytes + packet->len, 0, len);
    packet->len += len;
}

static inline void put_link(struct packet *packet, const struct packet_spec *spec)
{
    unsigned type = spec->v6 ? 0x86dd : 0x0800, direction = spec->outgoing ? 4 : 0;

    switch (spec->link) {
    case LINK_ETHERNET:
        put_zeros(packet, 12);
        for (int tag = 0; tag < spec->vlan_tags; tag++) {
            put16(packet, tag + 1 < spec->vlan_tags ? 0x88a8 : 0x8100);
            put16(packet, 100 + (unsigned)tag);
        }
        put16(packet, type);
        break;
    case LINK_COOKED:
        put16(packet, direction);
        put_zeros(packet, 12);
        put16(packet, type);
        break;
    case LINK_COOKED2:
        put16(packet, type);
        put_zeros(packet, 8);
        put8(packet, direction);
        put_zeros(packet, 9);
        break;
    case LINK_NULL:
    case LINK_LOOP:
        put32(packet, spec->v6 ? 30 : 2);
        break;
    default:
        break;
    }
}

static inline void put_transport(struct packet *packet, const struct packet_spec *spec, size_t len)
{
    if (spec->fragment_offset != 0)
        return;
    put16(packet, spec->source_port);
    put16(packet, spec->destination_port);
    if (spec->tcp) {
        put_zeros(packet, 8);
        put8(packet, 8 << 4); // twelve bytes of options
        put_zeros(packet, 19);
    } else {
        // The length of the whole datagram, however much of it is in this fragment.
        put16(packet, (unsigned)(8 + len + (spec->more_fragments ? 1000 : 0)));
        put16(packet, 0);
    }
}

static inline void put_ipv4(struct packet *packet, const struct packet_spec *spec, size_t len)
{
    size_t options = spec->extended ? 12 : 0;
    put8(packet, 0x40 | (unsigned)(5 + options / 4));
    put8(packet, 0);
    put16(packet, (unsigned)(20 + options + len));
    put16(packet, spec->datagram);
    put16(packet, (spec->more_fragments ? 0x2000u : 0u) | spec->fragment_offset);
    put8(packet, 64);
    put8(packet, spec->tcp ? 6 : 17);
    put16(packet, 0);
    put32(packet, spec->source);
    put32(packet, spec->destination);
    put_zeros(packet, options);
}

static inline void put_ipv6(struct packet *packet, const struct packet_spec *spec, size_t len)
{
    static const uint8_t prefix[12] = {0x20, 0x01, 0x0d, 0xb8};
    unsigned protocol = spec->tcp ? 6 : 17;
    bool fragment = spec->more_fragments || spec->fragment_offset != 0;
    size_t extensions = (spec->extended ? 8u + 16u + 8u : 0u) + (fragment ? 8u : 0u);

    put32(packet, 0x60000000);
    put16(packet, (unsigned)(extensions + len));
    put8(packet, spec->extended ? 0 : fragment ? 44 : protocol);
    put8(packet, 64);
    put(packet, prefix, sizeof prefix);
    put32(packet, spec->source);
    put(packet, prefix, sizeof prefix);
    put32(packet, spec->destination);
    if (spec->extended) {
        put8(packet, 43);
        put_zeros(packet, 7);
        put8(packet, 60);
        put8(packet, 1);
        put_zeros(packet, 14);
        put8(packet, fragment ? 44 : protocol);
        put_zeros(packet, 7);
    }
    if (fragment) {
        put8(packet, protocol);
        put8(packet, 0);
        put16(packet, (unsigned)spec->fragment_offset << 3 | (spec->more_fragments ? 1u : 0u));
        put32(packet, spec->datagram);
    }
}

static inline void packet_build(struct packet *packet, const struct packet_spec *spec)
{
    size_t payload = spec->payload_len >= 0 ? (size_t)spec->payload_len : strlen(spec->payload);
    size_t transport = spec->fragment_offset != 0 ? 0 : spec->tcp ? 32 : 8;

    packet->len = 0;
    put_link(packet, spec);
    if (spec->v6)
        put_ipv6(packet, spec, transport + payload);
    else
        put_ipv4(packet, spec, transport + payload);
    put_transport(packet, spec, payload);
    put(packet, spec->payload, payload);
    put_zeros(packet, (size_t)spec->padding);
}

// A pseudo-random sequence that is the same in every run.
static inline uint32_t random_next(uint64_t *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*state >> 33);
}

#endif
