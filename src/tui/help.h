// SPDX-License-Identifier: MIT

// Help: what the keys do, from the registry and the keymap that is in use.
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "tui/viewer.h"

extern const struct viewer_class help_viewer;

#endif
