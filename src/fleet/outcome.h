// SPDX-License-Identifier: MIT

// What has become of one probe of one host, for whoever waits for it with nobody at a screen.
#ifndef FLEET_OUTCOME_H
#define FLEET_OUTCOME_H

#include "fleet/fleet.h"

// Zero-initialised is one that has not been looked at.
struct outcome {
    const struct snapshot *snapshot; // with a reference, or NULL
    struct host_status status;
    char error[ERR_TEXT_MAX]; // "": nothing is wrong
    struct err off;           // why its configuration has the host not read it: no error
    bool settled;             // nothing more to wait for
    bool late;                // the error is that the reading is overdue
    bool attended;            // by a person, who is asked what the host asks; for the caller to set
};

// Takes the newest snapshot. A question of the host is an error that says where it can be
// answered, and is refused unless a person attends.
void outcome_update(struct outcome *outcome, struct fleet *fleet, size_t host,
                    const struct probe *probe);
// The time is over: without a table of the variant, error says what was waited for.
void outcome_expire(struct outcome *outcome, struct fleet *fleet, size_t host, size_t variant,
                    int64_t timeout_ms);
void outcome_dispose(struct outcome *outcome);

#endif
