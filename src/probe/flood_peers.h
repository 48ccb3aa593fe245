// SPDX-License-Identifier: MIT

// Whom a host knows, gathered for the verdicts of its flood meter.
#ifndef PROBE_FLOOD_PEERS_H
#define PROBE_FLOOD_PEERS_H

#include "meter/peers.h"
#include "probe/capture_settings.h"
#include "probe/probe.h"

// The probes whose newest tables are joined: for the needs of a probe. The trusted chains of a
// firewall change seldom, and twenty thousand rules are much to read.
#define FLOOD_PEERS_NEEDS      "sip_peers", "gateway_online"
#define FLOOD_PEERS_NEEDS_IDLE "firewall"

// The host itself, the trusted networks of the configuration, its gateways, and whom the trusted
// chains of its firewall accept. What could not be read is said in the reading's note. Dispose of
// out.
void flood_peers_gather(struct reading *reading, const struct capture_settings *settings,
                        struct verdict_peers *out);

#endif
