// SPDX-License-Identifier: MIT

// The theme and the key set in use: loaded at the start, read again when their files change, chosen
// from a list.
#ifndef TUI_APPEARANCE_H
#define TUI_APPEARANCE_H

#include "base/err.h"
#include "tui/command.h"

struct appearance {
    char *theme, *keymap; // their names
    char *first;          // the theme that was begun with …
    bool asked;           // … by the command line, whatever was chosen before
    char *chosen;         // the theme chosen in this console or an earlier one; NULL: none
    int watch_fd;         // readable when a file of the user's has changed; -1: nothing is watched
};

// NULL names are "default". Faults are for standard error, notes for the journal; false: there are
// faults.
bool appearance_load(struct console *console, const char *theme, const char *keymap,
                     struct err_list *errors, struct err_list *notes);
void appearance_dispose(struct appearance *appearance);

// Reads both again; a file with faults changes nothing but the journal.
enum next appearance_reload(struct console *console, int argument);
// The same if a file of theirs has changed; call it when watch_fd is readable.
void appearance_take_changes(struct console *console);

// A list of themes, each shown as one comes to it.
enum next appearance_choose_theme(struct console *console, int argument);
// The theme that was chosen in an earlier console. One that is no longer there is said in the
// journal.
void appearance_take_kept(struct console *console, const char *name);
// Back to the theme that was begun with.
void appearance_forget_choice(struct console *console);

#endif
