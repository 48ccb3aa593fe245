// SPDX-License-Identifier: MIT

// Sources taken together by IPv4 /24 and IPv6 /64.
#ifndef METER_NETWORKS_H
#define METER_NETWORKS_H

#include "meter/meter_private.h"

struct networks;

// As of now; the meter must not be fed until networks_list().
struct networks *networks_new(struct meter *meter);

// Has to be shown all sources once before networks_list(); NULL: it needs not. Valid until then.
const struct talkers_visitor *networks_weigher(const struct networks *networks);

// The heaviest networks, at most `most` (0: all that could be held): by packets, then by address; a
// heap array of *count. Their pps_10s is the number of packets in the newest ten buckets of a
// second. Frees networks.
struct meter_network *networks_list(struct networks *networks, size_t most, size_t *count);

#endif
