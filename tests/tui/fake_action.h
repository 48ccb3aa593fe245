// SPDX-License-Identifier: MIT

// What stands in for the hosts when the real runner acts on the fake fleet: facts are canned,
// commands are written into the log and succeed unless the scene says "act HOST error=TEXT".
#ifndef TESTS_FAKE_ACTION_H
#define TESTS_FAKE_ACTION_H

#include "fleet/fleet.h"

struct link *fake_link(void); // up at once, never used
// fake_fleet.c
bool fake_runs(struct fleet *fleet, size_t host, const char *what, struct err *err);

// What the host says to the shield's look script; "shield HOST job=TEXT" of the scene is its job's
// state.
const char *fake_shield(struct fleet *fleet, size_t host);

#endif
