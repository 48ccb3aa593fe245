// SPDX-License-Identifier: MIT

// The operator's own commands ([command NAME]) in the console: offered, bound to rows, run, and
// what they said.
#ifndef TUI_OWN_COMMANDS_H
#define TUI_OWN_COMMANDS_H

#include "action/plan.h"
#include "conf/config.h"
#include "table/view.h"
#include "tui/command.h"

struct own_output;

// Faults with file and line: a name that an action, a command, or a pane has; a pane that is none.
void own_commands_check(const struct config *config, struct err_list *errors);

// The same of the operator's own panes: a name that an action or a command has, a host that is
// none.
void own_panes_check(const struct config *config, struct err_list *errors);

// Whether it is meant for the pane that is shown.
bool own_commands_offered(const struct console *console, const struct command_config *command);

// Appends the command with the values that the row has ("whois ip=203.0.113.9"). False, and err
// with the command and the variable: it lacks one, or one is not of its type.
bool own_commands_target(const struct command_config *command, const struct row_ref *row,
                         int column, struct str *out, struct err *err);

// The command of this index in the configuration, for the row under the cursor or the marked ones.
enum next own_commands_press(struct console *console, int index);

// The titles of a plan's commands, each once (heap); NULL: they have none, or it runs none.
char *own_commands_titles(const struct config *config, const struct plan *plan);

// What the command asks, where the line "run NAME … ask=" is being written (heap), or NULL.
char *own_commands_question(const struct console *console, const char *line);

// Shows what was said when one has run.
void own_commands_take(struct console *console, const struct plan *plan);
// The same again.
enum next own_commands_output(struct console *console, int argument);
void own_output_free(struct own_output *output);

#endif
