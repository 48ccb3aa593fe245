// SPDX-License-Identifier: MIT

// Which keys do what where: keymaps/default.ini as compiled in, laid over by the compiled-in key
// set of the name, laid over by the user's file, all read by the same parser.
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include "base/err.h"
#include "base/str.h"
#include "conf/config.h"
#include "tui/chord.h"
#include "tui/command.h"

// A section of a keymap file is a scope: [global] and [table] (overview and panes), [overview],
// [pane], [pane NAME], [checklist], [viewer], [prompt], [replay] (all but [prompt], while a
// recording is played; the narrowest but for [pane NAME]); what is said in the narrower scope
// holds. Its lines are `command = KEYS KEYS …`, KEYS one key or several with commas between
// (chord_keys_parse()); no keys unbind the command there. `unbind = KEYS …` makes keys do nothing
// there, whatever a wider scope says.
struct keymap;

// Faults as "path:line: what is wrong, what would be right": an unknown scope, command or key, a
// command that means nothing in that scope, keys of which one file says two things in one scope, or
// which begin others (both places are named). Between files the later one wins; where that is the
// user's, notes says so with both places, and so it does of the user's keys that a narrower scope
// hides. NULL never; use it only when true.
// The operator's own commands (config; NULL: none) are commands as well: run-NAME of [command
// NAME], on its key in its panes, or in every table.
bool keymap_load(struct keymap **out, const char *name, const struct config *config,
                 struct err_list *errors, struct err_list *notes);
void keymap_free(struct keymap *keymap);
void keymap_set_replay(struct keymap *keymap,
                       bool on); // whether [replay] holds; at first it does not

// The operator's own commands, in the order of the configuration; NULL: there are no more. Lent.
const struct key_command *keymap_own(const struct keymap *keymap, size_t index);

// The names of the compiled-in key sets, by index; NULL: there are no more.
const char *keymap_shipped(size_t index);

enum keymap_answer { KEYMAP_NOTHING, KEYMAP_BEGINS, KEYMAP_COMMAND };
// What keys mean in a mode, in MODE_PANE also in that pane's own scope (its name, or NULL):
// nothing, the begin of longer ones, or *command.
enum keymap_answer keymap_look(const struct keymap *keymap, enum mode mode, const char *pane,
                               const struct chord_keys *keys, const struct key_command **command);

// One binding as it was written.
struct keymap_binding {
    const char *scope;
    struct chord_keys keys;
    const struct key_command *command; // NULL: the keys do nothing there
    struct ini_place place;
    size_t layer; // 0: keymaps/default.ini; the greater, the later
};
// By index; NULL: there are no more. Lent.
const struct keymap_binding *keymap_binding(const struct keymap *keymap, size_t index);
// Whether the binding holds in a mode, and so is not hidden by a narrower scope.
bool keymap_holds(const struct keymap *keymap, enum mode mode, const char *pane,
                  const struct keymap_binding *binding);

// Appends the keys that reach the command there, at most limit of them, with separator between;
// returns how many.
size_t keymap_keys(const struct keymap *keymap, enum mode mode, const char *pane,
                   const struct key_command *command, size_t limit, const char *separator,
                   struct str *out);

#endif
