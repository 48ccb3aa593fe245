// SPDX-License-Identifier: MIT

// Panes that the operator declares: [pane NAME] of a profile.
#ifndef PROBE_USER_PANE_H
#define PROBE_USER_PANE_H

#include "probe/probe.h"

// One declaration. Never freed once it is registered: tables refer to its schema.
struct user_pane {
    struct probe probe; // first: what is registered
    struct schema schema;
    struct column *columns;
    char *host_words;       // what probe.hosts points into
    struct ini_place place; // of the section; the path is owned
};

// Reads [pane NAME]; NULL when there was a fault, which goes to errors with file and line.
struct user_pane *user_pane_read(const struct ini_section *section, struct err_list *errors);
void user_pane_free(struct user_pane *pane);

#endif
