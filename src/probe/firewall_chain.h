// SPDX-License-Identifier: MIT

// What a rule is worth in its chain: its share of what the chain catches, and whether an earlier
// rule leaves it nothing. Pure.
#ifndef PROBE_FIREWALL_CHAIN_H
#define PROBE_FIREWALL_CHAIN_H

#include "probe/iptables_save.h"

struct firewall_place {
    double share_pct; // of the packets counted in its chain, policy included; NaN: unknown
    // The earlier rule of the same chain that takes every packet which this one could match: it
    // ends the way through the chain, and has no conditions or the same ones. 0: none.
    int shadowed_by;
};

// places is parallel to the rules.
void firewall_chain_judge(const struct iptables_rules *rules, struct firewall_place *places);

#endif
