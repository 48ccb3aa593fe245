// SPDX-License-Identifier: MIT

// The operator's own commands as commands of a keymap. Private to the keymap.
#ifndef TUI_OWN_KEYS_H
#define TUI_OWN_KEYS_H

#include "conf/config.h"
#include "tui/command.h"

// One for each [command NAME], in their order: run-NAME, with its index as argument.
struct key_command *own_keys_new(const struct config *config);
void own_keys_free(struct key_command *own, size_t count);

// Lays their keys over a keymap as one more file of the user's: nocdesk.ini. A key that another of
// them has, a key of a command that writes which is typed with Ctrl, and a pane that is none are
// faults.
void own_keys_lay(struct ini *keymap, const struct config *config, struct err_list *errors);

#endif
