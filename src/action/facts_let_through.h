// SPDX-License-Identifier: MIT

// The addresses that the host lets through before our bans.
#ifndef ACTION_FACTS_LET_THROUGH_H
#define ACTION_FACTS_LET_THROUGH_H

#include "action/facts.h"

// From the facts' output. Pure.
void facts_parse_let_through(struct host_facts *facts);

#endif
