// SPDX-License-Identifier: MIT

// Runs of the memory in a report, with what they leave open.
#ifndef CLI_STORIES_H
#define CLI_STORIES_H

#include "checklist/report.h"
#include "cli/cli.h"

// Adds the run; of one that a person left unfinished also the steps of its list that nobody
// decided on the hosts that are configured still. A list that cannot be read is complained of.
void cli_add_story(struct report *report, const struct setup *setup, const struct run_story *story);

#endif
