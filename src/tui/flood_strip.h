// SPDX-License-Identifier: MIT

// The gauges above the talkers: all SIP packets of each chosen host.
#ifndef TUI_FLOOD_STRIP_H
#define TUI_FLOOD_STRIP_H

#include "tui/draw.h"
#include "tui/model.h"

// Draws at most area.height lines and returns how many.
int flood_strip_draw(const struct model *model, struct area area);

#endif
