// SPDX-License-Identifier: MIT

// Every file of the operator that the program would read, validated at once.
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "cli/cli.h"

enum files_state {
    FILES_SOUND,
    FILES_FAULTY,   // hosts can be reached nevertheless: keys, themes, checklists, hooks
    FILES_UNUSABLE, // the configuration or a profile
};

struct files {
    enum files_state state;
    char **paths; // of the operator's own, that were read; owned
    size_t count, cap;
    struct err_list faults; // in the order of files and lines, each once
};

// Configuration, profiles of its hosts, their checklists, and all keymaps and themes. Only what the
// invocation names besides (--config, --theme, --keymap) is taken from it.
void files_check(struct files *files, const struct invocation *invocation);
void files_dispose(struct files *files);

// Prints the faults to standard error.
void files_complain(const struct files *files);

#endif
