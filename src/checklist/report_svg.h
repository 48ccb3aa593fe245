// SPDX-License-Identifier: MIT

// Sparklines as inline SVG.
#ifndef CHECKLIST_REPORT_SVG_H
#define CHECKLIST_REPORT_SVG_H

#include <jansson.h>

#include "base/str.h"

// A line of the values (numbers; null is a gap) at even intervals, from its least to its greatest.
// Nothing but numbers of the program's own making goes into it. Appends nothing when none is known.
void report_svg_line(struct str *out, const json_t *values);

#endif
