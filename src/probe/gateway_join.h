// SPDX-License-Identifier: MIT

// One list of gateways out of what is configured, what is online and what the call records name.
#ifndef PROBE_GATEWAY_JOIN_H
#define PROBE_GATEWAY_JOIN_H

#include "probe/cdr_follow.h"
#include "probe/code_map.h"
#include "probe/gateway_settings.h"
#include "table/table.h"

struct gateway_sources {
    const char *host;
    const struct gateway_settings *settings;
    const struct cdr_follow_state *records;
    const struct code_map *reason_words; // for end reasons; NULL: their codes
    const struct table *online; // newest table of gateway_online; NULL: live figures are unknown
};

struct gateway_join;

// The sources must outlive it.
struct gateway_join *gateway_join_new(const struct gateway_sources *sources);
void gateway_join_free(struct gateway_join *join);

// Fills a table of the probe `gateways` for one window: every gateway that is configured, online,
// or has attempts in it.
void gateway_join_fill(const struct gateway_join *join, enum cdr_window window,
                       struct table *table);

#endif
