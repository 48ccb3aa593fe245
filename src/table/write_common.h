// SPDX-License-Identifier: MIT

// What the writers share among themselves.
#ifndef TABLE_WRITE_COMMON_H
#define TABLE_WRITE_COMMON_H

#include "table/write.h"

#define REPLACEMENT_TEXT "\xef\xbf\xbd" // U+FFFD

// Rows to write: the limit's, or all.
size_t write_row_count(struct view *view, const struct write_options *options);

#endif
