// SPDX-License-Identifier: MIT

// Checks that are answered by a probe's newest table.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/run_call.h"
#include "base/clock.h"
#include "base/lang.h"

#define READ_MS 900
#define LOOK_MS 50

static bool is_word(const struct table *table, size_t row, const char *column, const char *wanted)
{
    int at = schema_find(table_schema(table), column);
    if (at < 0)
        return false;
    const struct cell *cell = table_cell(table, row, (size_t)at);
    struct str text = {0};
    if (cell->known)
        cell_plain(&text, &table_schema(table)->columns[at], cell);
    bool same = strcmp(str_text(&text), wanted) == 0;
    str_dispose(&text);
    return same;
}

// The number of a row that the check is about; 0: of another, or unknown.
static int64_t number_of(const struct table *table, size_t row, const struct plan_check *check)
{
    const char *const *words = check->words;
    int at = schema_find(table_schema(table), words[2]);
    double number = 0;
    bool from = check->word_count <= 5;
    for (size_t i = 5; i < check->word_count && !from; i++)
        from = is_word(table, row, words[4], words[i]);
    if (at >= 0 && from && is_word(table, row, words[0], words[1]))
        cell_number(&table_schema(table)->columns[at], table_cell(table, row, (size_t)at), &number);
    return (int64_t)number;
}

static int64_t newest_of(const struct table *table, const struct plan_check *check)
{
    int64_t newest = 0;
    for (size_t row = 0; row < table_rows(table); row++) {
        int64_t number = number_of(table, row, check);
        newest = number > newest ? number : newest;
    }
    return newest;
}

// A reading that began after this was asked, or the newest there is.
static const struct snapshot *read_now(const struct call_place *place, const struct probe *probe)
{
    int64_t give_up_ms = clock_mono_ms() + READ_MS;
    const struct snapshot *before = fleet_snapshot(place->fleet, place->host, probe);
    uint64_t attempts = before != NULL ? before->attempts : 0;
    snapshot_unref(before);
    fleet_refresh(place->fleet, (long)place->host, probe);
    for (;;) {
        const struct snapshot *now = fleet_snapshot(place->fleet, place->host, probe);
        if ((now != NULL && now->attempts > attempts) || clock_mono_ms() >= give_up_ms ||
            atomic_load(place->stop))
            return now;
        snapshot_unref(now);
        usleep(LOOK_MS * 1000);
    }
}

bool run_reading_number(const struct call_place *place, const struct plan_check *check,
                        int64_t *number, struct err *err)
{
    const struct probe *probe = probe_find(check->call.path);
    if (probe == NULL)
        return err_set(err, "there is no probe %.40s", check->call.path);
    const struct snapshot *snapshot = read_now(place, probe);
    const struct table *table = snapshot_table(snapshot, 0);
    bool read = table != NULL && snapshot->error[0] == '\0';
    if (read)
        *number = newest_of(table, check);
    else
        err_set(err, "%s", snapshot != NULL ? snapshot->error : _("it was not read in time"));
    snapshot_unref(snapshot);
    return read;
}

bool run_reading_holds(const struct call_place *place, const struct plan_check *check,
                       struct err *err)
{
    int64_t number = 0;
    if (!run_reading_number(place, check, &number, err))
        return false;
    return number > strtoll(check->words[3], NULL, 10) ||
           err_set(err, "no REGISTER of %.60s answered 200 was seen", check->words[1]);
}
