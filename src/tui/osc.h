// SPDX-License-Identifier: MIT

// Operating system commands (OSC): the terminal's title and notifications on the desktop. Pure but
// for the environment.
#ifndef TUI_OSC_H
#define TUI_OSC_H

#include "base/str.h"
#include "conf/config.h"

// Save and restore a window's title on xterm's stack (XTWINOPS 22 and 23); others ignore them.
#define OSC_TITLE_SAVE    "\033[22;2t"
#define OSC_TITLE_RESTORE "\033[23;2t"
#define OSC_TITLE_MAX     512

enum osc_wrap { OSC_PLAIN, OSC_TMUX, OSC_SCREEN };

struct osc_terminal {
    bool understands; // false: it would print them; nothing is sent
    bool utf8;
    bool notifies; // known to understand `way`
    enum notify_way way;
    enum osc_wrap wrap; // what notifications must be wrapped in to pass a multiplexer
};

// term may be NULL. variable: getenv, or a test's.
struct osc_terminal osc_terminal(const char *term, bool utf8, char *(*variable)(const char *name));

// The sequence that sets the title; false: this terminal has none. The text is neutralised.
bool osc_title(const struct osc_terminal *terminal, const char *text, char out[OSC_TITLE_MAX]);

// Appends the sequence that asks for a notification; nothing, and false, where the terminal does
// not understand it. way: as configured. The text is neutralised.
bool osc_notify(struct str *out, const struct osc_terminal *terminal, enum notify_way way,
                const char *text);

#endif
