// SPDX-License-Identifier: MIT

// The full-screen console.
#ifndef TUI_CONSOLE_H
#define TUI_CONSOLE_H

#include "conf/config.h"
#include "fleet/fleet.h"

struct player;

struct console_options {
    const char *pane;      // where to begin; NULL: the overview
    const char *theme;     // NULL: the configuration's
    const char *keymap;    // NULL: the configuration's
    bool ascii;            // whatever the configuration says
    struct player *player; // attached to the fleet; NULL: the fleet is live
    bool checklists;       // begin with the guided checklist …
    const char *checklist; // … this one; NULL: with the menu
    const char *greeting;  // said once it is open; NULL: nothing
};

// Runs until the operator quits or a signal asks for it. Starts the fleet after the first paint and
// stops it after the terminal is restored. Returns an exit code: 0 quit, 1 no usable terminal or
// the terminal was lost, 2 an unknown pane or checklist, or faults in theme or keymap (printed to
// standard error before anything else happens). Does not return, but exits, when a thread of the
// fleet had to be left behind.
int console_run(struct fleet *fleet, const struct config *config,
                const struct console_options *options);

#endif
