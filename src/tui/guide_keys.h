// SPDX-License-Identifier: MIT

// The keys of the guided checklist.
#ifndef TUI_GUIDE_KEYS_H
#define TUI_GUIDE_KEYS_H

#include "tui/command.h"

enum next guide_keys_open(struct console *console, int argument); // from anywhere; there: the menu
enum next guide_keys_take(struct console *console, int argument);
enum next guide_keys_note(struct console *console, int argument); // in the menu: a new run
enum next guide_keys_mark(struct console *console, int argument); // 0 failed, 1 skipped
enum next guide_keys_unread(struct console *console, int argument);
enum next guide_keys_pass(struct console *console, int argument);
enum next guide_keys_visit(struct console *console, int argument);
enum next guide_keys_step(struct console *console, int argument); // 1 next, -1 before
enum next guide_keys_trouble(struct console *console, int argument);
enum next guide_keys_details(struct console *console, int argument);

// The word for the hints line, as it is on the page that is shown; NULL: the key means nothing
// there.
const char *guide_keys_hint(struct console *console, const struct key_command *command);

#endif
