// SPDX-License-Identifier: MIT

// The phones that are registered on a host.
#ifndef ACTION_FACTS_PHONES_H
#define ACTION_FACTS_PHONES_H

#include "action/facts.h"

void phones_dispose(struct phones *phones);

// Adds an address for each phone that is online, from the last reading while it is young (60 s),
// else from a new one (at most 3 s), and says in the facts whether they are known.
void facts_add_phones(struct fleet *fleet, size_t host, int64_t deadline_ms, struct phones *phones,
                      struct host_facts *facts);

#endif
