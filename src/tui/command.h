// SPDX-License-Identifier: MIT

// Everything a key can do, by name: keymap files, help, hints and the prompt are made from this
// registry.
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct console;

// Where the keyboard is. A command says in which of these it means something.
enum mode {
    MODE_OVERVIEW = 1,
    MODE_PANE = 2,
    MODE_VIEWER = 4, // help, journal, details
    MODE_PROMPT = 8, // a line is being typed: filter, hosts, an answer …
    MODE_GUIDE = 16, // the guided checklist: menu, steps, end
    // Beside the others, while a recording is played: a command with this bit is there only then.
    MODE_REPLAY = 32,
};

// What shall happen next; the loop does it.
enum next { NEXT_PAINT, NEXT_QUIT, NEXT_SUSPEND, NEXT_REDRAW };

struct key_command {
    const char *name; // in keymap files and the ":" prompt: ^[a-z][a-z0-9-]*$
    const char *help; // one line
    const char *hint; // the word in the hints line; NULL: not there
    unsigned modes;   // MODE_… bits
    int argument;     // handed to run
    enum next (*run)(struct console *console, int argument);
};

extern const struct key_command key_commands[];
extern const size_t key_command_count;

// Whether it asks for an action on a host.
bool key_command_writes(const struct key_command *command);
// Whether a mistyped name may not run it at once: it writes, leaves, or throws away what was
// arranged.
bool key_command_wants_name(const struct key_command *command);

const struct key_command *key_command_find(const char *name);
const char *key_command_nearest(const char *name); // or NULL

#endif
