// SPDX-License-Identifier: MIT

// What the parts of the health parser share.
#ifndef PROBE_HEALTH_PRIVATE_H
#define PROBE_HEALTH_PRIVATE_H

#include "probe/health_parse.h"

// What one reading works on.
struct reading_parts {
    struct slice output;
    const struct health_counters *before;
    struct health_counters *now;
    struct health_metrics *metrics;
};

struct health_metric *health_add_known(struct reading_parts *parts, const char *name,
                                       const char *unit, double value);
struct health_metric *health_add_unknown(struct reading_parts *parts, const char *name,
                                         const char *unit, const char *reason);

// A marked part of the output; false when it is missing or empty.
bool health_part(const struct reading_parts *parts, const char *name, struct slice *out);
// The next word as a whole number.
bool health_take_count(struct slice *line, int64_t *out);

// Counters a second; -1: not known, for which there is a reason.
double health_rate(const struct reading_parts *parts, int64_t before, int64_t now);
const char *health_rate_reason(const struct reading_parts *parts);

void health_measure_disks(struct reading_parts *parts);
void health_measure_messages(struct reading_parts *parts);

#endif
