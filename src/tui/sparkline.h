// SPDX-License-Identifier: MIT

// A line of values as text of one character each: eighths of a block, gaps where nothing is known.
#ifndef TUI_SPARKLINE_H
#define TUI_SPARKLINE_H

#include "base/str.h"
#include "tui/figures.h"

// Appends exactly cols characters for count values; where there are more values than columns, a
// column is the mean of its known ones. top: the value of a full block; <= 0: the greatest of the
// values. Zero is the lowest block, unknown is a space. False, and nothing appended: none is known.
bool sparkline_append(struct str *out, const struct figure *values, size_t count, size_t cols,
                      double top);

#endif
