// SPDX-License-Identifier: MIT

// Sources taken together by IPv4 /24 and IPv6 /64.
#ifndef METER_NETWORKS_H
#define METER_NETWORKS_H

#include "meter/meter_private.h"

// The heaviest networks, at most `most` (0: all that could be held): by packets, then by address; a
// heap array of *count. Their pps_10s is the number of packets in the newest ten buckets of a
// second.
struct meter_network *networks_list(struct meter *meter, size_t most, size_t *count);

#endif
