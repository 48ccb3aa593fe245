// SPDX-License-Identifier: MIT

// Which changes of conditions the journal tells, and how.
#ifndef TUI_NEWS_H
#define TUI_NEWS_H

#include "notice/watch.h"
#include "tui/journal.h"

// What has changed on the watch's host.
void news_tell(const struct notice_watch *watch, struct journal *journal);

#endif
