// SPDX-License-Identifier: MIT

// Steps judged on what the hosts say now, for commands: a fleet for the time of one look.
#ifndef CLI_JUDGING_H
#define CLI_JUDGING_H

#include "checklist/check.h"
#include "cli/cli.h"

#define JUDGING_TIMEOUT_MS 15000

struct judging {
    struct fleet *fleet;
    struct check *check;
    int interrupts; // a signalfd: readable when the operator wants to end
};

// lists: one a host. False: Ctrl-C, which was said; judging_end() it all the same.
bool judging_read(struct judging *judging, const struct setup *setup,
                  const struct checklist *const *lists, int64_t timeout_ms);
// Flushes standard output, where a failure makes `code` the one for it (unwritten), and ends the
// links; does not return when a host's thread hangs.
int judging_end(struct judging *judging, int code, int unwritten);

#endif
