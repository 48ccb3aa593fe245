// SPDX-License-Identifier: MIT

// Who is known to a host: its own addresses, its gateways, and whom it is told to trust.
#ifndef METER_PEERS_H
#define METER_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/address_list.h"

enum known_kind {
    KNOWN_SELF,     // the host itself
    KNOWN_TRUSTED,  // by the configuration
    KNOWN_GATEWAY,  // a gateway of the host
    KNOWN_ACCEPTED, // by the firewall
};

struct known_peer {
    enum known_kind kind;
    struct network network;
    char name[64]; // for the evidence: "gateway CARRIER-A"; foreign bytes
};

// Zero-initialised is empty.
struct verdict_peers {
    struct known_peer *items; // the narrowest networks first, once sealed
    size_t count, cap;
    size_t unread;          // items of lists that name nobody
    char first_unread[128]; // the first of them: "'sip.example.net' of gateway CARRIER-A"; foreign
                            // bytes
};

void peers_add(struct verdict_peers *peers, enum known_kind kind, const struct network *network,
               const char *name);
// Adds every address, network and range of a list such as "203.0.113.10, 203.0.113.20:5060". A
// host's name, what is no address, and a range of an eighth of all addresses and more, which says
// nothing about anybody, are counted as unread.
void peers_add_list(struct verdict_peers *peers, enum known_kind kind, struct address_list list,
                    const char *name);
// Once, after the last one was added.
void peers_seal(struct verdict_peers *peers);
void peers_dispose(struct verdict_peers *peers);

// The narrowest network that holds the address, of equal ones the kind that stands first above;
// NULL: a stranger. peers may be NULL.
const struct known_peer *peers_find(const struct verdict_peers *peers,
                                    const struct address *address);

#endif
