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
    ROLES,
};

// The name in theme files; NULL for no role.
const char *role_name(enum role role);
enum role role_of_level(enum level level);        // LEVEL_NONE: ROLE_TEXT
enum role role_of_cursor_level(enum level level); // the same in the cursor's row

// What terminals offer, poorest first.
enum palette { PALETTE_NONE, PALETTE_8, PALETTE_16, PALETTE_256, PALETTES };

enum { STYLE_BOLD = 1, STYLE_UNDERLINE = 2, STYLE_REVERSE = 4, STYLE_DIM = 8 };

struct style {
    short foreground, background; // -1: the terminal's own
    unsigned attributes;          // STYLE_…
};

struct theme {
    struct style styles[PALETTES][ROLES];
};

// themes/default.ini as compiled in, laid over by the compiled-in theme NAME, laid over by the
// user's file $XDG_CONFIG_HOME/nocdesk/themes/NAME.ini. A role that a palette's section does not
// name looks as on the poorer one. Faults as "path:line: what is wrong, what would be right".
bool theme_load(struct theme *theme, const char *name, struct err_list *errors);

#endif
