// SPDX-License-Identifier: MIT

// Times as an operator types them.
#ifndef CLI_SPAN_H
#define CLI_SPAN_H

#include <stdbool.h>

#include "base/err.h"
#include "checklist/report_parts.h"

bool span_is_word(const char *word); // "today", "yesterday"

// The word, or from and to (either may be NULL: the beginning, and now): local times as
// 2026-11-20, "2026-11-20 22:00" (or with T), or 22:00 of today; as `from`, where that is not
// before the end, of the day before. A day alone as `to` is counted to its end.
bool span_parse(const char *word, const char *from, const char *to, struct report_span *out,
                struct err *err);

#endif
