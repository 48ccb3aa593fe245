// SPDX-License-Identifier: MIT

// The probe of endpoints whose registration is suspended, as far as their REGISTER dialogues show
// it.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "probe/capture_tables.h"
#include "probe/host_column.h"
#include "probe/register_pattern.h"
#include "probe/suspension.h"

enum suspended_column {
    SUSPENDED_HOST,
    SUSPENDED_ENDPOINT,
    SUSPENDED_SOURCE_IP,
    SUSPENDED_FAILURES,
    SUSPENDED_SINCE,
    SUSPENDED_REMAINING_S,
    SUSPENDED_EVIDENCE,
    SUSPENDED_PATTERN,
    SUSPENDED_REFUSED,
    SUSPENDED_COLUMNS,
};

static const struct column columns[SUSPENDED_COLUMNS] = {
    [SUSPENDED_HOST] = COLUMN_HOST,
    [SUSPENDED_ENDPOINT] = {.name = "endpoint",
                            .title = N_("Endpoint"),
                            .unit = "",
                            .help = N_("The user that tries to register, from the To header."),
                            .kind = KIND_TEXT,
                            .key = true,
                            .priority = 0,
                            .width = 16},
    [SUSPENDED_SOURCE_IP] = {.name = "source_ip",
                             .title = N_("Source"),
                             .unit = "",
                             .help = N_("The address that it tries from."),
                             .kind = KIND_ADDRESS,
                             .key = true,
                             .priority = 0,
                             .width = 15},
    [SUSPENDED_FAILURES] = {.name = "failures",
                            .title = N_("Failures"),
                            .unit = "",
                            .help =
                                N_("REGISTERs with a password that were answered 401, since the "
                                   "last success; unknown when they came before the capture."),
                            .kind = KIND_INT,
                            .total = true,
                            .priority = 2,
                            .width = 8},
    [SUSPENDED_SINCE] = {.name = "since",
                         .title = N_("Since"),
                         .unit = "",
                         .help = N_("The first 403, by the capturing machine's clock."),
                         .kind = KIND_TIME,
                         .priority = 3,
                         .width = 8},
    [SUSPENDED_REMAINING_S] = {.name = "remaining_s",
                               .title = N_("Remaining"),
                               .unit = "",
                               .help = N_("The most that can remain: the first 403 seen plus the "
                                          "softswitch's suspension time. It can be less, the "
                                          "suspension may have begun before the capture."),
                               .kind = KIND_DURATION_S,
                               .ticks = -1,
                               .priority = 0,
                               .width = 9},
    [SUSPENDED_EVIDENCE] = {.name = "evidence",
                            .title = N_("Evidence"),
                            .unit = "",
                            .help =
                                N_("How this is known; the product itself lists no suspensions."),
                            .kind = KIND_TEXT,
                            .unbounded = true,
                            .priority = 4,
                            .width = 40},
    [SUSPENDED_PATTERN] = {.name = "pattern",
                           .title = N_("Pattern"),
                           .unit = "",
                           .help =
                               N_("repeated: one user from one source; one-source: several users "
                                  "from it; sequential: their numbers in a row; distributed: one "
                                  "user from three or more sources."),
                           .kind = KIND_TEXT,
                           .priority = 2,
                           .width = 11},
    [SUSPENDED_REFUSED] = {.name = "refused",
                           .title = N_("Refused"),
                           .unit = "",
                           .help = N_("REGISTERs answered 403 since the last success."),
                           .kind = KIND_INT,
                           .priority = 5,
                           .width = 8},
};

static const struct schema schema = {
    .name = "suspended", .columns = columns, .column_count = SUSPENDED_COLUMNS};

const struct probe probe_suspended = {
    .schema = &schema,
    .title = N_("Suspended"),
    .purpose =
        N_("Endpoints whose registration the softswitch suspends after failed logins, as seen "
           "in a live capture."),
    .default_sort = "-remaining_s,endpoint",
    .pane = true,
    .empty = N_("no suspended endpoint seen"),
    .needs = suspension_needs,
};

static void describe(char *out, size_t size, const struct meter_endpoint *endpoint,
                     int64_t unbroken_us)
{
    if (endpoint->enough_failures_seen)
        snprintf(out, size, _("403 after %lld failed REGISTERs, seen in capture"),
                 (long long)endpoint->failures);
    else if (endpoint->failures > 0)
        snprintf(out, size,
                 P_("probable: 403 after %lld failed REGISTER seen in capture",
                    "probable: 403 after %lld failed REGISTERs seen in capture",
                    (unsigned long)endpoint->failures),
                 (long long)endpoint->failures);
    else
        snprintf(
            out, size,
            _("probable: 403 to REGISTER %lld s after the capture began, its failures not seen"),
            (long long)(endpoint->since_us - unbroken_us) / 1000000);
}

static void fill_row(struct table *table, const char *host, const struct meter_snapshot *snapshot,
                     const struct meter_endpoint *endpoint, int64_t suspend_ms)
{
    size_t row = table_add_row(table);
    int64_t remaining_ms = (endpoint->since_us - snapshot->now_us) / 1000 + suspend_ms;
    char source[ADDRESS_TEXT_MAX], evidence[160];

    if (remaining_ms > suspend_ms)
        remaining_ms = suspend_ms;
    address_print(&endpoint->source, source);
    describe(evidence, sizeof evidence, endpoint, snapshot->unbroken_us);
    table_set_static(table, row, SUSPENDED_HOST, host);
    table_set_text(table, row, SUSPENDED_ENDPOINT, endpoint->user);
    table_set_text(table, row, SUSPENDED_SOURCE_IP, source);
    if (endpoint->failures > 0)
        table_set_int(table, row, SUSPENDED_FAILURES, endpoint->failures);
    table_set_int(table, row, SUSPENDED_REFUSED, endpoint->refused);
    table_set_int(table, row, SUSPENDED_SINCE, endpoint->since_us / 1000);
    table_set_real(table, row, SUSPENDED_REMAINING_S, floor((double)remaining_ms / 1000));
    table_set_text(table, row, SUSPENDED_EVIDENCE, evidence);
}

void suspended_fill(struct reading *reading, const struct capture_settings *settings,
                    const struct meter_snapshot *snapshot, struct table *table)
{
    size_t count = snapshot->endpoint_count;
    enum register_pattern *patterns = mem_array(count, sizeof *patterns);
    struct suspension suspension;

    suspension_read(reading, settings, &suspension);
    suspension_say(reading, &suspension);
    int64_t watched_ms =
        snapshot->unbroken_us != 0 ? (snapshot->now_us - snapshot->unbroken_us) / 1000 : 0;
    if (watched_ms < suspension.ms)
        reading_note(reading, "watched for %lld s only: who was suspended before is not seen",
                     (long long)(watched_ms / 1000));
    // Those that fail but are not suspended yet belong to the pattern too.
    register_patterns(snapshot->endpoints, count, patterns);
    for (size_t i = 0; i < count; i++) {
        const struct meter_endpoint *endpoint = &snapshot->endpoints[i];
        if (!endpoint->suspended)
            continue;
        fill_row(table, reading->host->name, snapshot, endpoint, suspension.ms);
        table_set_static(table, table_rows(table) - 1, SUSPENDED_PATTERN,
                         register_pattern_word(patterns[i]));
    }
    free(patterns);
}
