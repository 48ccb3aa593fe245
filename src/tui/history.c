// SPDX-License-Identifier: MIT

// A ring of minutes.
#include "tui/history.h"

#include <math.h>

#define MINUTE_MS 60000

static size_t slot_of(int64_t minute)
{
    return (size_t)(minute % HISTORY_MINUTES);
}

// Empties the minutes that nobody filled.
static void go_on(struct history *history, int64_t minute)
{
    int64_t from = history->begun ? history->newest + 1 : minute;
    if (from < minute - HISTORY_MINUTES + 1)
        from = minute - HISTORY_MINUTES + 1;
    for (int64_t at = from; at <= minute; at++)
        for (int which = 0; which < HISTORY_FIGURES; which++)
            history->values[which][slot_of(at)] = (struct figure){false, 0};
    history->newest = minute;
    history->begun = true;
}

void history_add(struct history *history, enum history_figure which, int64_t mono_ms,
                 struct figure value)
{
    int64_t minute = mono_ms / MINUTE_MS;
    if (!value.known)
        return;
    if (!history->begun || minute > history->newest)
        go_on(history, minute);
    history->values[which][slot_of(minute)] = value;
}

void history_line(const struct history *history, enum history_figure which, int64_t mono_ms,
                  struct history_line *out)
{
    int64_t now = mono_ms / MINUTE_MS;
    for (int i = 0; i < HISTORY_MINUTES; i++) {
        int64_t minute = now - (HISTORY_MINUTES - 1) + i;
        bool kept = history->begun && minute >= 0 && minute <= history->newest &&
                    minute > history->newest - HISTORY_MINUTES;
        struct figure value = {false, 0};
        if (kept)
            value = history->values[which][slot_of(minute)];
        out->minutes[i] = value.known ? (float)value.value : NAN;
    }
}
