// SPDX-License-Identifier: MIT

// A host's packets in one line under the hosts: SIP by method, what the firewall drops, what the
// capture lost, who is banned.
#ifndef TUI_TRAFFIC_LINE_H
#define TUI_TRAFFIC_LINE_H

#include "tui/draw.h"
#include "tui/model.h"

// Hosts among the chosen ones whose packets are counted, at most TRAFFIC_LINES_MAX.
#define TRAFFIC_LINES_MAX 3
int traffic_lines(const struct model *model);
// Those with the most packets first, at most area.height lines.
void traffic_lines_draw(const struct model *model, struct area area);

#endif
