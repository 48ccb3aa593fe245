// SPDX-License-Identifier: MIT

// What the operator has arranged, kept between runs in state_dir/console.ini: sort, filter, columns
// and window of every table, the choice of hosts, two panes at once, the overview's tiles, the
// theme. Apart from the configuration, which the program never writes.
#ifndef TUI_KEPT_H
#define TUI_KEPT_H

#include "base/err.h"
#include "conf/config.h"
#include "tui/command.h"

// Arranges the console as it was left. A sort, filter, column, window, tile or pane that no longer
// is, is passed over and told in the journal; the file stays until something is arranged. A file
// that is broken or of another version is a sentence there, too, and nothing is arranged.
void kept_load(struct console *console);
// Once a second what was arranged since is handed to a thread that writes the file, whole or not at
// all: a console that is killed loses no more than that. Of two consoles the last one wins. What
// could not be written is said in the journal.
void kept_tick(struct console *console);
// The same at the end, waiting for the disk for a moment. False: err says why not.
bool kept_save(struct console *console, struct err *err);

// Everything as at the first start; the thread removes the file.
enum next kept_reset(struct console *console, int argument);

char *kept_path(const struct config *config); // heap
// Removes the file; *was_there may be NULL.
bool kept_remove(const struct config *config, bool *was_there, struct err *err);

#endif
