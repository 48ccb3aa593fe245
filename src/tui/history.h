// SPDX-License-Identifier: MIT

// The last hour of a host's vital figures, a value a minute, kept by the console as readings come.
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stdint.h>

#include "tui/figures.h"

#define HISTORY_MINUTES 60

enum history_figure {
    HISTORY_CALLS,
    HISTORY_CPS,
    HISTORY_ASR,
    HISTORY_ACD,
    HISTORY_SIP,
    HISTORY_FIGURES,
};

// A figure's minutes, oldest first, the current one last; NaN: unknown.
struct history_line {
    float minutes[HISTORY_MINUTES];
};

// Zero-initialised it is empty. Its size does not grow.
struct history {
    int64_t newest; // minute of the monotonic clock
    bool begun;
    struct figure values[HISTORY_FIGURES][HISTORY_MINUTES]; // by minute modulo
};

// Of several values in one minute the last one stays; an unknown one changes nothing.
void history_add(struct history *history, enum history_figure which, int64_t mono_ms,
                 struct figure value);
// Minutes without a reading are unknown, never zero.
void history_line(const struct history *history, enum history_figure which, int64_t mono_ms,
                  struct history_line *out);

#endif
