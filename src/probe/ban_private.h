// SPDX-License-Identifier: MIT

// What the parsers of bans share.
#ifndef PROBE_BAN_PRIVATE_H
#define PROBE_BAN_PRIVATE_H

#include "probe/ban_list.h"

bool ban_slice_network(struct slice word, struct network *out);
// A ban for good of which nothing else is known. The pointer holds until the next one is added.
struct ban *ban_list_add(struct ban_list *list, const struct network *network, const char *backend);
void ban_set_rule(struct ban *ban, struct slice rule);

#endif
