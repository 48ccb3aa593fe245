// SPDX-License-Identifier: MIT

// The heaviest sources of a meter, in order.
#ifndef METER_RANK_H
#define METER_RANK_H

#include "meter/talkers.h"

struct ranked {
    int64_t weight;
    struct address source;
    struct talker *talker; // NULL: it has no detail
    struct light light;
};

// The `most` (0: all) heaviest ever and the `most` heaviest of the last minute, at this second,
// together by packets, then by address: a heap array of as many as are returned. `other` (may be
// NULL) sees all sources on the same way.
size_t rank_talkers(const struct talkers *talkers, int64_t second, size_t most,
                    const struct talkers_visitor *other, struct ranked **out);

#endif
