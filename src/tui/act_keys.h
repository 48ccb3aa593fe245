// SPDX-License-Identifier: MIT

// The keys that act: on the row under the cursor, or on the marked ones.
#ifndef TUI_ACT_KEYS_H
#define TUI_ACT_KEYS_H

#include "base/str.h"
#include "conf/config.h"
#include "table/view.h"
#include "tui/command.h"

// What a key does; the argument of its command.
enum act_key {
    ACT_BAN,
    ACT_BAN_EVERYWHERE,
    ACT_UNBAN,
    ACT_UNSUSPEND,
    ACT_LOCK,
    ACT_HANGUP,
    ACT_UNDO,
    ACT_RUN, // a command of the operator's own: act_keys_run()
    ACT_KEYS,
};

enum next act_keys_press(struct console *console, int argument);
// Runs a command of the operator's own for the row under the cursor, or the marked ones.
void act_keys_run(struct console *console, const struct command_config *command);
// The name of the action that a key is bound to; for tests.
const char *act_keys_action(enum act_key key);

// Whether the row that the operator means has what this key acts on.
bool act_keys_means(struct console *console, enum act_key key);

// The word for the hints line: the command's, or what it does to this very row ("unlock").
const char *act_keys_hint(struct console *console, const struct key_command *command);

// Appends what the row is to an action of this name ("ban": its address); false: it names none.
bool act_keys_target(const char *action, const struct row_ref *row, int column, struct str *out);

#endif
