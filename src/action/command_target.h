// SPDX-License-Identifier: MIT

// A command of one's own with the values of its variables as one target: "whois ip=203.0.113.9".
#ifndef ACTION_COMMAND_TARGET_H
#define ACTION_COMMAND_TARGET_H

#include "base/err.h"
#include "base/str.h"
#include "conf/command.h"

struct command_target {
    char *name;
    char *values[VARIABLES]; // NULL: not given; canonical
};
// By the words' rule of base/words.h. Every value is checked by its variable's type: an address, a
// network, or a name that holds no control bytes and does not begin with a dash. False and err;
// dispose of it only when true.
bool command_target_read(const char *text, struct command_target *out, struct err *err);
void command_target_dispose(struct command_target *target);
// The text that it is read from, in canonical form. Heap.
char *command_target_text(const struct command_target *target);

// A target in canonical form (heap), or NULL and err.
char *command_target_parse(const char *text, struct err *err);

// Whether every variable of the command but the host's has its value, and no value is left over.
bool command_target_fits(const struct command_target *target, const struct command_config *command,
                         struct err *err);

// The command of a target in any form; NULL: the configuration has none of this name.
const struct command_config *command_target_config(const struct config *config, const char *text);

#endif
