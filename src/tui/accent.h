// SPDX-License-Identifier: MIT

// The colours by which hosts' environments are known: in the top line, in rows, in questions.
#ifndef TUI_ACCENT_H
#define TUI_ACCENT_H

#include "conf/config.h"
#include "tui/theme.h"

enum role accent_role(enum accent accent);  // of a word in rows; ACCENT_NONE: ROLE_TEXT
enum role accent_badge(enum accent accent); // of a word on a ground of its own; ROLE_STRONG
// Of two environments the one that must not be overlooked.
enum accent accent_stronger(enum accent one, enum accent other);

// Of a host by its name.
enum accent accent_of_host(const struct config *config, const char *host, size_t len);

#endif
