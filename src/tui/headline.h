// SPDX-License-Identifier: MIT

// The worst trouble in words, before everything else on the overview.
#ifndef TUI_HEADLINE_H
#define TUI_HEADLINE_H

#include "tui/attention.h"
#include "tui/draw.h"
#include "tui/keymap.h"

// The key that opens it, a heap string; NULL: none does.
char *headline_key(const struct keymap *keymap);

// Draws what, where and since when, and, where the area leaves room, which key opens it and what to
// do; returns the lines used, 0 when nothing needs a person. key may be NULL.
int headline_draw(const struct attention *attention, const char *key, struct area area);

#endif
