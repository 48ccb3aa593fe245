// SPDX-License-Identifier: MIT

// Looks whether what the configuration saves for the console can be used: filters and layouts.
#ifndef TUI_SAVED_CHECK_H
#define TUI_SAVED_CHECK_H

#include "conf/config.h"

// Every [filter NAME], [layout NAME] and [overview] that is broken, with file and line. The panes
// of the profiles must have joined.
void saved_check(const struct config *config, struct err_list *errors);

#endif
