// SPDX-License-Identifier: MIT

// Link, IP and transport headers; every length is checked against what was captured.
#include "meter/frame.h"

#include <string.h>

#include <pcap/dlt.h>

#include "base/hash.h"

// Values that files carry and pcap/dlt.h names otherwise, or not on every system.
enum {
    LINKTYPE_RAW = 101,
    LINKTYPE_RAW_OPENBSD = 14,
    LINKTYPE_IPV4 = 228,
    LINKTYPE_IPV6 = 229,
    LINKTYPE_LINUX_SLL2 = 276,
};

enum {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_QINQ = 0x88a8,
    ETHERTYPE_QINQ_OLD = 0x9100,
    VLAN_TAGS_MAX = 4,
    COOKED_OUTGOING = 4,
};

enum {
    NEXT_HOP_BY_HOP = 0,
    NEXT_TCP = 6,
    NEXT_UDP = 17,
    NEXT_ROUTING = 43,
    NEXT_FRAGMENT = 44,
    NEXT_AUTHENTICATION = 51,
    NEXT_DESTINATION = 60,
    NEXT_MOBILITY = 135,
    NEXT_HIP = 139,
    NEXT_SHIM6 = 140,
    EXTENSIONS_MAX = 16,
};

// What is left of the captured bytes. Taking more than there is yields NULL and changes nothing.
struct cursor {
    const uint8_t *at;
    size_t left;
};

static const uint8_t *cursor_take(struct cursor *cursor, size_t len)
{
    if (len > cursor->left)
        return NULL;
    const uint8_t *taken = cursor->at;
    cursor->at += len;
    cursor->left -= len;
    return taken;
}

static uint16_t be16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

// The IP packet's own length: bytes behind it are padding, bytes missing were not captured.
static void cursor_limit(struct cursor *cursor, size_t len, bool *cut)
{
    if (len < cursor->left)
        cursor->left = len;
    else if (len > cursor->left)
        *cut = true;
}

static void address_from_v4(struct address *out, const uint8_t *bytes)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

    memcpy(out->bytes, mapped, sizeof mapped);
    memcpy(out->bytes + sizeof mapped, bytes, 4);
}

static void parse_transport(uint8_t protocol, struct cursor packet, struct frame *out)
{
    const uint8_t *start = packet.at;
    size_t header = 8;

    if (packet.left < 4)
        return;
    if (protocol == NEXT_TCP) {
        header = packet.left < 13 ? 20 : (size_t)(start[12] >> 4) * 4;
        if (header < 20)
            return;
    } else if (packet.left >= 6 && be16(start + 4) >= header) {
        cursor_limit(&packet, be16(start + 4), &out->cut);
    }
    out->kind = protocol == NEXT_TCP ? FRAME_TCP : FRAME_UDP;
    out->source_port = be16(start);
    out->destination_port = be16(start + 2);
    if (cursor_take(&packet, header) == NULL) {
        packet.left = 0;
        out->cut = true;
    }
    out->payload = packet.at;
    out->payload_len = packet.left;
}

static uint64_t fragment_hash(const struct frame *frame, uint8_t protocol, const uint8_t *id,
                              size_t id_len)
{
    uint64_t hash = hash_bytes(HASH_SEED ^ protocol, frame->source.bytes, 16);
    hash = hash_bytes(hash, frame->destination.bytes, 16);
    return hash_bytes(hash, id, id_len);
}

static void parse_fragment(struct frame *out, uint8_t protocol, bool later, bool more,
                           const uint8_t *id, size_t id_len)
{
    if (!later && !more)
        return;
    out->fragment_key = fragment_hash(out, protocol, id, id_len);
    out->first_fragment = !later;
    out->cut = true;
    if (later && (protocol == NEXT_UDP || protocol == NEXT_TCP))
        out->kind = FRAME_FRAGMENT;
}

static void parse_ipv4(struct cursor packet, struct frame *out)
{
    struct cursor whole = packet;
    const uint8_t *ip = cursor_take(&packet, 20);
    if (ip == NULL || ip[0] >> 4 != 4)
        return;
    size_t header = (size_t)(ip[0] & 15) * 4, total = be16(ip + 2);
    if (header < 20 || (total != 0 && total < header))
        return;
    if (total != 0) // 0: segmentation was left to the card
        cursor_limit(&whole, total, &out->cut);
    packet = whole;
    if (cursor_take(&packet, header) == NULL)
        return;

    uint8_t protocol = ip[9];
    uint16_t fragment = be16(ip + 6);
    address_from_v4(&out->source, ip + 12);
    address_from_v4(&out->destination, ip + 16);
    parse_fragment(out, protocol, (fragment & 0x1fff) != 0, (fragment & 0x2000) != 0, ip + 4, 2);
    if (out->kind != FRAME_FRAGMENT && (protocol == NEXT_UDP || protocol == NEXT_TCP) &&
        (fragment & 0x1fff) == 0)
        parse_transport(protocol, packet, out);
}

static bool is_extension(uint8_t next)
{
    return next == NEXT_HOP_BY_HOP || next == NEXT_ROUTING || next == NEXT_DESTINATION ||
           next == NEXT_AUTHENTICATION || next == NEXT_MOBILITY || next == NEXT_HIP ||
           next == NEXT_SHIM6;
}

static void parse_ipv6(struct cursor packet, struct frame *out)
{
    const uint8_t *ip = cursor_take(&packet, 40);
    if (ip == NULL || ip[0] >> 4 != 6)
        return;
    uint8_t next = ip[6];
    memcpy(out->source.bytes, ip + 8, 16);
    memcpy(out->destination.bytes, ip + 24, 16);
    if (be16(ip + 4) != 0) // 0: a jumbogram, or segmentation left to the card
        cursor_limit(&packet, be16(ip + 4), &out->cut);

    for (int i = 0; i < EXTENSIONS_MAX; i++) {
        if (next == NEXT_UDP || next == NEXT_TCP) {
            parse_transport(next, packet, out);
            return;
        }
        const uint8_t *extension = cursor_take(&packet, 8);
        if (extension == NULL)
            return;
        if (next == NEXT_FRAGMENT) {
            uint16_t field = be16(extension + 2);
            parse_fragment(out, extension[0], field >> 3 != 0, (field & 1) != 0, extension + 4, 4);
            if (field >> 3 != 0)
                return;
        } else if (is_extension(next)) {
            size_t len = next == NEXT_AUTHENTICATION ? ((size_t)extension[1] + 2) * 4
                                                     : ((size_t)extension[1] + 1) * 8;
            if (len < 8 || cursor_take(&packet, len - 8) == NULL)
                return;
        } else {
            return;
        }
        next = extension[0];
    }
}

static void parse_ip(struct cursor packet, struct frame *out)
{
    if (packet.left > 0 && packet.at[0] >> 4 == 4)
        parse_ipv4(packet, out);
    else if (packet.left > 0 && packet.at[0] >> 4 == 6)
        parse_ipv6(packet, out);
}

static void parse_ethertype(uint16_t type, struct cursor packet, struct frame *out)
{
    for (int tags = 0; tags < VLAN_TAGS_MAX; tags++) {
        if (type != ETHERTYPE_VLAN && type != ETHERTYPE_QINQ && type != ETHERTYPE_QINQ_OLD)
            break;
        const uint8_t *tag = cursor_take(&packet, 4);
        if (tag == NULL)
            return;
        type = be16(tag + 2);
    }
    if (type == ETHERTYPE_IPV4)
        parse_ipv4(packet, out);
    else if (type == ETHERTYPE_IPV6)
        parse_ipv6(packet, out);
}

void frame_parse(int linktype, const uint8_t *bytes, size_t caplen, struct frame *out)
{
    struct cursor packet = {.at = bytes, .left = caplen};
    const uint8_t *link;

    out->kind = FRAME_OTHER;
    out->outgoing = out->first_fragment = out->cut = false;
    out->source_port = out->destination_port = 0;
    out->fragment_key = 0;
    out->payload = NULL;
    out->payload_len = 0;
    switch (linktype) {
    case DLT_EN10MB:
        if ((link = cursor_take(&packet, 14)) != NULL)
            parse_ethertype(be16(link + 12), packet, out);
        break;
    case DLT_LINUX_SLL:
        if ((link = cursor_take(&packet, 16)) != NULL) {
            out->outgoing = be16(link) == COOKED_OUTGOING;
            parse_ethertype(be16(link + 14), packet, out);
        }
        break;
    case LINKTYPE_LINUX_SLL2:
        if ((link = cursor_take(&packet, 20)) != NULL) {
            out->outgoing = link[10] == COOKED_OUTGOING;
            parse_ethertype(be16(link), packet, out);
        }
        break;
    case DLT_NULL:
    case DLT_LOOP:
        // The family's number depends on the system that captured; the IP version does not.
        if (cursor_take(&packet, 4) != NULL)
            parse_ip(packet, out);
        break;
    case DLT_RAW:
    case LINKTYPE_RAW:
    case LINKTYPE_RAW_OPENBSD:
    case LINKTYPE_IPV4:
    case LINKTYPE_IPV6:
        parse_ip(packet, out);
        break;
    default:
        break;
    }
}
