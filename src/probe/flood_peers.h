// SPDX-License-Identifier: MIT

// Whom a host knows, gathered for the verdicts of its flood meter.
#ifndef PROBE_FLOOD_PEERS_H
#define PROBE_FLOOD_PEERS_H

#include "meter/peers.h"
#include "probe/capture_settings.h"
#include "probe/probe.h"

// The probes whose newest tables are joined: for the needs of a probe.
extern const char *const flood_peers_needs[];
extern const char *const flood_peers_needs_idle[];

// The host itself, the trusted networks of the configuration, its gateways, and whom the trusted
// chains of its firewall accept. What could not be read is said in the reading's note. Dispose of
// out.
void flood_peers_gather(struct reading *reading, const struct capture_settings *settings,
                        struct verdict_peers *out);

#endif
