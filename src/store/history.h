// SPDX-License-Identifier: MIT

// Figures over time: one value a minute, rolled up to hours.
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "store/store.h"

struct sample {
    char *host, *metric;
    int64_t at_ms; // wall clock
    double value;  // finite; what is unknown is not put
};

// All or none. The first value of a minute counts: two consoles that watch the same host do not
// count twice.
bool store_put_samples(struct store *store, const struct sample *samples, size_t count,
                       struct err *err);

struct history_series {
    char *host, *metric;
};
// Which there are, by host and then metric; to be freed with history_series_free().
bool store_history_series(struct store *store, struct history_series **out, size_t *count,
                          struct err *err);
void history_series_free(struct history_series *series, size_t count);

struct figure_history {
    float *values; // points of them at even intervals over [from, to); NaN: nothing was measured
    size_t points;
    double least, mean, most, newest; // over what was measured
    size_t measured;                  // minutes; 0: nothing, and the figures mean nothing
};
// Minutes where they are kept, else means of hours. Free values.
bool store_history(struct store *store, const struct history_series *series, int64_t from_ms,
                   int64_t to_ms, size_t points, struct figure_history *out, struct err *err);

// How long what is kept, in ms; 0 or less: for good.
struct keep_for {
    int64_t minutes_ms, hours_ms, guided_ms, unattended_ms;
};
// Drops what is older than that at now_ms.
bool store_prune(struct store *store, const struct keep_for *keep, int64_t now_ms, struct err *err);

#endif
