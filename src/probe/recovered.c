// SPDX-License-Identifier: MIT

// The hidden probe of endpoints that are let in again after failures or refusals: the proof that a
// suspension or a lock is over.
#include <string.h>

#include "base/lang.h"
#include "probe/capture_tables.h"
#include "probe/host_column.h"

enum recovered_column {
    RECOVERED_HOST,
    RECOVERED_ENDPOINT,
    RECOVERED_SOURCE_IP,
    RECOVERED_AT,
    RECOVERED_COLUMNS,
};

static const struct column columns[RECOVERED_COLUMNS] = {
    [RECOVERED_HOST] = COLUMN_HOST,
    [RECOVERED_ENDPOINT] = {.name = "endpoint",
                            .title = N_("Endpoint"),
                            .unit = "",
                            .help = N_("The user that registers, from the To header."),
                            .kind = KIND_TEXT,
                            .key = true},
    [RECOVERED_SOURCE_IP] = {.name = "source_ip",
                             .title = N_("Source"),
                             .unit = "",
                             .help = N_("The address that it registers from."),
                             .kind = KIND_ADDRESS,
                             .key = true},
    [RECOVERED_AT] = {.name = "at",
                      .title = N_("At"),
                      .unit = "",
                      .help = N_("When its REGISTER was answered 200, by the capturing machine's "
                                 "clock."),
                      .kind = KIND_TIME},
};

static const struct schema schema = {
    .name = "recovered", .columns = columns, .column_count = RECOVERED_COLUMNS};

const struct probe probe_recovered = {
    .schema = &schema,
    .title = N_("Recovered"),
    .purpose = N_("Endpoints whose REGISTER was answered 200 after failures or refusals."),
    .default_sort = "endpoint",
    .on_demand = true,
    .empty = N_("no endpoint was let in again"),
};

static bool is_newest(const struct meter_snapshot *snapshot, const struct meter_recovery *recovery)
{
    for (size_t i = 0; i < snapshot->recovery_count; i++) {
        const struct meter_recovery *other = &snapshot->recoveries[i];
        bool later = other->time_us > recovery->time_us ||
                     (other->time_us == recovery->time_us && other > recovery);
        if (later && strcmp(other->user, recovery->user) == 0 &&
            address_compare(&other->source, &recovery->source) == 0)
            return false;
    }
    return true;
}

void recovered_fill(struct reading *reading, const struct capture_settings *settings,
                    const struct meter_snapshot *snapshot, struct table *table)
{
    (void)settings;
    for (size_t i = 0; i < snapshot->recovery_count; i++) {
        const struct meter_recovery *recovery = &snapshot->recoveries[i];
        if (!is_newest(snapshot, recovery))
            continue;
        char source[ADDRESS_TEXT_MAX];
        size_t row = table_add_row(table);
        address_print(&recovery->source, source);
        table_set_static(table, row, RECOVERED_HOST, reading->host->name);
        table_set_text(table, row, RECOVERED_ENDPOINT, recovery->user);
        table_set_text(table, row, RECOVERED_SOURCE_IP, source);
        table_set_int(table, row, RECOVERED_AT, recovery->time_us / 1000);
    }
}
