// SPDX-License-Identifier: MIT

// The variables of a command of one's own, and its words with their values in place of them.
#ifndef CONF_COMMAND_H
#define CONF_COMMAND_H

#include "conf/config.h"

enum variable {
    VARIABLE_IP,
    VARIABLE_NETWORK,
    VARIABLE_GATEWAY,
    VARIABLE_ENDPOINT,
    VARIABLE_ACCOUNT,
    VARIABLE_CALL,
    VARIABLE_ASK,
    VARIABLE_HOST,
    VARIABLE_ADDRESS,
    VARIABLES,
};

struct command_variable {
    const char *name;   // "ip": "{ip}" in a word, "ip=…" where it is written
    const char *column; // of the row that has it; NULL: it is found otherwise
    bool of_host;       // known of every host: never asked for
    const char *help;
};
extern const struct command_variable command_variables[VARIABLES];
// VARIABLES: none is called so.
enum variable command_variable_find(const char *name, size_t len);

bool command_uses(const struct command_config *command, enum variable variable);
// The question of {ask:QUESTION} (heap), or NULL: it asks nothing.
char *command_question(const struct command_config *command);

// The line of the file that set the option; of its section where none did.
int config_command_line(const struct command_config *command, const char *option);

// The word with the values in place of its variables (heap). A value of a variable that the word
// holds must not be NULL.
char *command_fill(const char *word, const char *const values[VARIABLES]);

#endif
