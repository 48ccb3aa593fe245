// SPDX-License-Identifier: MIT

// Bans whose time is over and that the host does not end by itself, taken away by any console that
// is connected.
#include "action/run_private.h"
#include "base/clock.h"

#define LOOK_EVERY_MS 60000
// Without a young reading of the bans the host itself is asked, this seldom.
#define GATHER_EVERY_MS   600000
#define READING_OLDEST_MS 300000
// Whatever the bans are: what lets this console through is renewed and ends too.
#define LET_EVERY_MS (6 * 3600000)

void run_expire_later(struct runner *runner, size_t host, int64_t in_ms)
{
    struct task *task = runner_task(TASK_EXPIRE, NULL, NULL);
    task->due_ms = clock_mono_ms() + in_ms;
    runner_queue(runner, host, task);
}

static bool has_ended(const struct table *table)
{
    int remaining = schema_find(table_schema(table), "remaining_s");
    for (size_t row = 0; row < table_rows(table); row++) {
        double left_s;
        const struct cell *cell = table_cell(table, row, (size_t)remaining);
        if (cell_number(&table_schema(table)->columns[remaining], cell, &left_s) && left_s <= 0)
            return true;
    }
    return false;
}

// Whether the host is to be asked now: its bans as they were last read say so, or they have not
// been read for long.
static bool is_due(struct runner *runner, size_t host)
{
    struct worker *worker = &runner->workers[host];
    struct link_status status;
    link_get_status(fleet_link(runner->fleet, host), &status);
    if (!status.up)
        return false;
    int64_t now_ms = clock_mono_ms();
    const struct snapshot *snapshot = fleet_snapshot(runner->fleet, host, &probe_bans);
    const struct table *table = snapshot_table(snapshot, 0);
    bool young = table != NULL && now_ms - snapshot->read_mono_ms <= READING_OLDEST_MS;
    int64_t every_ms = young ? LET_EVERY_MS : GATHER_EVERY_MS;
    bool due = (young && has_ended(table)) || worker->expired_ms == 0 ||
               now_ms - worker->expired_ms >= every_ms;
    snapshot_unref(snapshot);
    return due;
}

void run_expire(struct runner *runner, size_t host)
{
    if (is_due(runner, host)) {
        runner->workers[host].expired_ms = clock_mono_ms();
        struct action_request request = {
            .action = &action_expire, .hosts = &host, .host_count = 1, .yes = true};
        runner_begin(runner, &request, true);
    }
    run_expire_later(runner, host, LOOK_EVERY_MS);
}
