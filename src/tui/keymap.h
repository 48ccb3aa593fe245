// SPDX-License-Identifier: MIT

// Which key does what where: keymaps/default.ini as compiled in, with the user's laid over it by
// the same parser.
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include "base/err.h"
#include "base/str.h"
#include "tui/command.h"

// A section of a keymap file is a scope: [global] and [table] (overview and panes), [overview],
// [pane], [pane NAME], [viewer], [prompt], [replay] (all but [prompt], while a recording is played;
// it goes before the others). Its lines are `command = key key …`; no keys unbind the
// command there.
struct keymap;

// Faults as "path:line: what is wrong, what would be right": an unknown scope, command or key, a
// command that means nothing in that scope, one key bound twice in one scope of one file (both
// places are named). A key of the user's file that another command has by default is taken from it;
// notes says so. NULL never; use it only when true.
bool keymap_load(struct keymap **out, const char *name, struct err_list *errors,
                 struct err_list *notes);
void keymap_free(struct keymap *keymap);
void keymap_set_replay(struct keymap *keymap,
                       bool on); // whether [replay] holds; at first it does not

// The command of a key in a mode, in MODE_PANE also of that pane's own scope (its name, or NULL);
// NULL: none.
const struct key_command *keymap_find(const struct keymap *keymap, enum mode mode, const char *pane,
                                      int chord);

// Appends the keys that reach the command there, at most limit of them, with separator between;
// returns how many.
size_t keymap_keys(const struct keymap *keymap, enum mode mode, const char *pane,
                   const struct key_command *command, size_t limit, const char *separator,
                   struct str *out);

#endif
