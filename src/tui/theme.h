// SPDX-License-Identifier: MIT

// Colours by role: code names what a text is, the theme file says how that looks on each kind of
// terminal.
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>

#include "base/err.h"
#include "table/table.h"

enum role {
    ROLE_TEXT,
    ROLE_DIM,         // what matters less: units, unknown, stale rows
    ROLE_STRONG,      // what matters more than text
    ROLE_BAR,         // the line at the top
    ROLE_BAR_CURRENT, // where one is, on that line
    ROLE_BAR_WARN,    // a sign of worry on that line
    ROLE_BAR_CRIT,
    ROLE_TITLE,        // a pane's or section's name
    ROLE_RULE,         // lines
    ROLE_HEADING,      // column headings
    ROLE_HEADING_HERE, // of the column under the cursor
    ROLE_OK,
    ROLE_INFO,
    ROLE_WARN,
    ROLE_CRIT,
    ROLE_ALERT,   // the sign of a critical row, and messages that must be seen
    ROLE_CHANGED, // a value that the newest reading has changed, for a moment
    ROLE_CHANGED_WARN,
    ROLE_CHANGED_CRIT,
    ROLE_FADING,      // a changed value a moment later
    ROLE_CURSOR,      // the row under the cursor
    ROLE_CURSOR_CELL, // its cell in the current column
    ROLE_CURSOR_OK,
    ROLE_CURSOR_INFO,
    ROLE_CURSOR_WARN,
    ROLE_CURSOR_CRIT,
    ROLE_CURSOR_AWAY, // the cursor's row in a section without the focus
    ROLE_KEY,         // a key's name in hints and help
    ROLE_HINT,
    ROLE_PROMPT,
    ROLE_ERROR, // what is wrong with what was typed
    // An environment of hosts, by the accent that the configuration gives it: its sign in rows …
    ROLE_ACCENT_RED,
    ROLE_ACCENT_YELLOW,
    ROLE_ACCENT_GREEN,
    ROLE_ACCENT_BLUE,
    // … and its name in the top line and in questions, in the same order.
    ROLE_BADGE_RED,
    ROLE_BADGE_YELLOW,
    ROLE_BADGE_GREEN,
    ROLE_BADGE_BLUE,
    ROLES,
};

// The name in theme files; NULL for no role.
const char *role_name(enum role role);
enum role role_of_level(enum level level);        // LEVEL_NONE: ROLE_TEXT
enum role role_of_cursor_level(enum level level); // the same in the cursor's row

// What terminals offer, poorest first.
enum palette { PALETTE_NONE, PALETTE_8, PALETTE_16, PALETTE_256, PALETTE_TRUE, PALETTES };

enum { STYLE_BOLD = 1, STYLE_UNDERLINE = 2, STYLE_REVERSE = 4, STYLE_DIM = 8 };

// A colour is a number of the terminal's palette, or COLOUR_RGB with red, green and blue in its
// lowest 24 bits.
#define COLOUR_OWN (-1) // the terminal's own
#define COLOUR_RGB (1 << 24)

struct style {
    int foreground, background;
    unsigned attributes; // STYLE_…
};

struct theme {
    struct style styles[PALETTES][ROLES];
};

// What is not said of a role is as in the role text. A palette below PALETTE_TRUE has no
// COLOUR_RGB. themes/default.ini as compiled in, laid over by the compiled-in theme NAME, laid over
// by the user's file $XDG_CONFIG_HOME/nocdesk/themes/NAME.ini. A role that a palette's section does
// not name looks as on the poorer one. Faults as "path:line: what is wrong, what would be right".
bool theme_load(struct theme *theme, const char *name, struct err_list *errors);

// The names of the compiled-in theme files ("nord.ini"), by index; NULL: there are no more.
const char *theme_shipped(size_t index);

// The red, green and blue of a colour from 16 on as xterm has it (those below are the terminal's
// own: 0), in 24 bits.
int colour_rgb(int colour);
// The colour of xterm's 256, from 16 on, that is nearest.
int colour_of_256(int colour);

#endif
