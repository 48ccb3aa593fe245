// SPDX-License-Identifier: MIT

// The journal as text, newest first.
#ifndef TUI_JOURNAL_VIEW_H
#define TUI_JOURNAL_VIEW_H

#include "tui/viewer.h"

extern const struct viewer_class journal_viewer;

// "08:15:07", local time; the date as well when it is another day's.
#define LOCAL_TIME_MAX 32
void local_time(int64_t wall_ms, char out[LOCAL_TIME_MAX]);

#endif
