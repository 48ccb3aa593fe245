// SPDX-License-Identifier: MIT

// Themes and keymaps: compiled-in INI files with the user's laid over them.
#ifndef TUI_RESOURCE_H
#define TUI_RESOURCE_H

#include "conf/ini.h"

// FOLDER/default.ini as compiled in, laid over by the compiled-in FOLDER/NAME.ini, laid over by
// $XDG_CONFIG_HOME/nocdesk/FOLDER/NAME.ini. A name that exists in neither place is an error that
// lists those that do.
bool resource_load(struct ini *ini, const char *folder, const char *name, struct err_list *errors);

// The file names of the compiled-in ones ("vi.ini"), by index; NULL: there are no more.
const char *resource_shipped(const char *folder, size_t index);
// Where the user's own is looked for: heap.
char *resource_user_path(const char *folder, const char *name);

#endif
