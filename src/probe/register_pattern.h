// SPDX-License-Identifier: MIT

// What the failing REGISTERs of many endpoints have in common.
#ifndef PROBE_REGISTER_PATTERN_H
#define PROBE_REGISTER_PATTERN_H

#include "meter/meter.h"

enum register_pattern {
    PATTERN_REPEATED,    // one user from one source, again and again
    PATTERN_ONE_SOURCE,  // several users from one source
    PATTERN_SEQUENTIAL,  // several users from one source, numbers in a row among them
    PATTERN_DISTRIBUTED, // one user from several sources
};

// The pattern of each endpoint in the set of all. endpoints are in the order of source, then user.
void register_patterns(const struct meter_endpoint *endpoints, size_t count,
                       enum register_pattern *out);

const char *register_pattern_word(enum register_pattern pattern);

#endif
