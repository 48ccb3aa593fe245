// SPDX-License-Identifier: MIT

// Rows that are news in themselves: a critical alarm, a source that attacks. Each is told once.
#ifndef TUI_NEWS_H
#define TUI_NEWS_H

#include "probe/probe.h"
#include "tui/journal.h"

struct news;

struct news *news_new(void);
void news_free(struct news *news);

// A newer table of a probe of one host (the same one every time for this news).
void news_take(struct news *news, const struct probe *probe, const char *host,
               const struct table *table, struct journal *journal);

#endif
