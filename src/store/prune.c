// SPDX-License-Identifier: MIT

// What the memory forgets.
#include "store/history.h"
#include "store/store_private.h"

#define HOUR_MS 3600000

// A row in this order: what is dropped, and how long it is kept.
enum kept { KEPT_MINUTES, KEPT_HOURS, KEPT_GUIDED, KEPT_UNATTENDED, KEPT_COUNT };

// :before is in the rows' own unit. Hours are found by their series, so that the key serves.
static const struct {
    const char *sql;
    int64_t unit_ms;
} forgets[KEPT_COUNT] = {
    [KEPT_MINUTES] = {"UPDATE hour SET minutes = NULL WHERE minutes IS NOT NULL AND hour < :before",
                      HOUR_MS},
    [KEPT_HOURS] = {"DELETE FROM hour WHERE (series, hour) IN (SELECT hour.series, hour.hour"
                    " FROM series JOIN hour ON hour.series = series.number"
                    " AND hour.hour < :before)",
                    HOUR_MS},
    [KEPT_GUIDED] = {"DELETE FROM run WHERE started_ms < :before AND kind = 0", 1},
    [KEPT_UNATTENDED] = {"DELETE FROM run WHERE started_ms < :before AND kind = 1", 1},
};
_Static_assert(RUN_GUIDED == 0 && RUN_UNATTENDED == 1, "the statements know the kinds");

static bool forget(struct store *store, enum kept what, int64_t before_ms, struct err *err)
{
    sqlite3_stmt *statement = store_prepare(store, forgets[what].sql, err);
    if (statement == NULL)
        return false;
    store_bind_number(statement, ":before", before_ms / forgets[what].unit_ms);
    bool done = store_run(store, statement, err);
    sqlite3_finalize(statement);
    return done;
}

bool store_prune(struct store *store, const struct keep_for *keep, int64_t now_ms, struct err *err)
{
    const int64_t times_ms[KEPT_COUNT] = {
        [KEPT_MINUTES] = keep->minutes_ms,
        [KEPT_HOURS] = keep->hours_ms,
        [KEPT_GUIDED] = keep->guided_ms,
        [KEPT_UNATTENDED] = keep->unattended_ms,
    };
    bool fine = store_begin(store, err);
    for (int what = 0; fine && what < KEPT_COUNT; what++)
        fine = times_ms[what] <= 0 || forget(store, (enum kept)what, now_ms - times_ms[what], err);
    return store_end(store, fine, err) && fine;
}
