// SPDX-License-Identifier: MIT

// Where a pane's rows come from: each host's state, age and source in words, and its sentence when
// something is wrong.
#ifndef TUI_FEEDS_H
#define TUI_FEEDS_H

#include "tui/draw.h"
#include "tui/model.h"

// How this probe's rows of a host are now; a host that is away leaves FEED_STALE or FEED_FAILED.
enum feed_word feeds_word(const struct model *model, size_t host, const struct probe *probe);

// "read 30 s ago" (heap) of what stands though its reading is overdue or the host is away; NULL
// when it is not so.
char *feeds_stale_words(const struct model *model, size_t host, const struct probe *probe);

// feeds_word() among other panes: one that is read only while it is opened is FEED_OFF where it was
// not opened, or not lately.
enum feed_word feeds_word_resting(const struct model *model, size_t host,
                                  const struct probe *probe);

// Draws at most area.height lines; returns how many.
int feeds_draw(const struct model *model, const struct probe *probe, struct area area);

// The feed of one host in words: "live 2 s, MySQL e_cdr_20261120".
void feeds_words(const struct model *model, size_t host, const struct probe *probe,
                 struct str *out);

#endif
