// SPDX-License-Identifier: MIT

// Who is known to a host: its own addresses, its gateways, and whom it is told to trust.
#ifndef METER_PEERS_H
#define METER_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/address.h"

enum peer_kind {
    PEER_SELF,     // the host itself
    PEER_TRUSTED,  // by the configuration
    PEER_GATEWAY,  // a gateway of the host
    PEER_ACCEPTED, // by the firewall
};

struct peer {
    enum peer_kind kind;
    struct network network;
    char name[64]; // for the evidence: "gateway CARRIER-A"; foreign bytes
};

// Zero-initialised is empty.
struct verdict_peers {
    struct peer *items; // the narrowest networks first, once sealed
    size_t count, cap;
};

void peers_add(struct verdict_peers *peers, enum peer_kind kind, const struct network *network,
               const char *name);
// Adds every address and network of a list such as "203.0.113.10, 203.0.113.20:5060"; what is none
// is left out.
void peers_add_list(struct verdict_peers *peers, enum peer_kind kind, const char *list,
                    const char *name);
// Once, after the last one was added.
void peers_seal(struct verdict_peers *peers);
void peers_dispose(struct verdict_peers *peers);

// The narrowest network that holds the address, of equal ones the kind that stands first above;
// NULL: a stranger. peers may be NULL.
const struct peer *peers_find(const struct verdict_peers *peers, const struct address *address);

#endif
