// SPDX-License-Identifier: MIT

// Where files of this program live: the XDG base directories.
#ifndef BASE_XDG_H
#define BASE_XDG_H

#include "base/err.h"

// Heap strings; the caller frees. name may be "" for the folder itself.
char *xdg_config_path(const char *name); // $XDG_CONFIG_HOME/nocdesk/NAME or ~/.config/nocdesk/NAME
char *
xdg_state_path(const char *name); // $XDG_STATE_HOME/nocdesk/NAME or ~/.local/state/nocdesk/NAME
char *xdg_runtime_path(const char *name); // $XDG_RUNTIME_DIR/nocdesk/NAME or /tmp/nocdesk-UID/NAME

// A leading "~/" becomes the home folder; everything else is copied.
char *xdg_expand(const char *path);

// Makes the folder and its parents, mode 0700; refuses one that another user owns or may write to.
bool xdg_make_private_dir(const char *path, struct err *err);

#endif
