// SPDX-License-Identifier: MIT

// One captured frame taken apart down to its UDP or TCP payload.
#ifndef METER_FRAME_H
#define METER_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

enum frame_kind {
    FRAME_OTHER, // not IP, not UDP or TCP, or too short to tell
    FRAME_UDP,
    FRAME_TCP,
    FRAME_FRAGMENT, // a later IP fragment of UDP or TCP: no ports
};

struct frame {
    enum frame_kind kind;
    bool outgoing;       // the capture says that its own machine sent it (cooked captures only)
    bool first_fragment; // more follow, with the same fragment_key
    bool cut;            // the payload goes on beyond what was captured or beyond this fragment
    uint16_t source_port, destination_port;
    struct address source, destination; // unset when the kind is FRAME_OTHER
    uint64_t fragment_key;              // of fragments: who, to whom, which datagram
    const uint8_t *payload;             // in the frame
    size_t payload_len;                 // captured bytes of it
};

// linktype is a DLT_ or LINKTYPE_ value: EN10MB, LINUX_SLL, LINUX_SLL2, RAW, IPV4, IPV6, NULL,
// LOOP. Reads at most caplen bytes, whatever the headers claim. The kind is FRAME_OTHER for what it
// does not know.
void frame_parse(int linktype, const uint8_t *bytes, size_t caplen, struct frame *out);

#endif
