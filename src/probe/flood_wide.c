// SPDX-License-Identifier: MIT

// The flood pane's rows of many sources: networks that attack together, and forged addresses.
#include "base/lang.h"
#include "base/mem.h"
#include "probe/flood_private.h"

#define SECOND_US   INT64_C(1000000)
#define FEW_PACKETS 3 // as many at most has sent whose address may be forged

// Seconds of the sources listed: of a network that attacks they are.
static void fill_network_seconds(struct table *table, size_t row,
                                 const struct meter_snapshot *snapshot,
                                 const struct network *network)
{
    uint32_t seconds[METER_SECONDS] = {0}, peak = 0;
    int64_t now_s = snapshot->now_us / SECOND_US, peak_s = 0;

    for (size_t i = 0; i < snapshot->talker_count; i++)
        if (network_contains(network, &snapshot->talkers[i].source))
            for (int at = 0; at < METER_SECONDS; at++)
                seconds[at] += snapshot->talkers[i].per_second[at];
    for (int at = 0; at < METER_SECONDS - 1; at++) {
        if (seconds[at] > peak) {
            peak = seconds[at];
            peak_s = now_s - (METER_SECONDS - 1 - at);
        }
    }
    flood_fill_seconds(table, row, seconds);
    if (peak == 0)
        return;
    table_set_real(table, row, FLOOD_PEAK_PPS, peak);
    table_set_int(table, row, FLOOD_PEAK, peak_s * 1000);
}

static void fill_network(const struct judging *judging, struct table *table,
                         const struct meter_network *network, const struct verdict *verdict)
{
    size_t row = table_add_row(table);
    char name[ADDRESS_TEXT_MAX];

    network_print(&network->network, name);
    table_set_static(table, row, FLOOD_HOST, judging->host);
    table_set_text(table, row, FLOOD_SOURCE, name);
    table_set_static(table, row, FLOOD_KIND, N_("network"));
    table_set_int(table, row, FLOOD_PACKETS, network->packets);
    table_set_int(table, row, FLOOD_BYTES, network->bytes);
    table_set_real(table, row, FLOOD_PPS, network->pps_10s);
    flood_fill_minute(table, row, network->per_minute);
    table_set_int(table, row, FLOOD_FAILURES, network->failures);
    table_set_int(table, row, FLOOD_SOURCES, network->sources);
    table_set_int(table, row, FLOOD_FIRST_SEEN, network->first_us / 1000);
    table_set_int(table, row, FLOOD_LAST_SEEN, network->last_us / 1000);
    fill_network_seconds(table, row, judging->snapshot, &network->network);
    flood_fill_verdict(table, row, verdict);
    flood_fill_ban(judging, table, row, &network->network, verdict->evidence);
}

// Adds the seconds of the flood that are new since the last reading.
static void count_forged(struct flood_forged *forged, const struct verdict_settings *settings,
                         const struct meter_snapshot *snapshot)
{
    int64_t now_s = snapshot->now_us / SECOND_US;

    if (forged->counted_s >= now_s) // the clock was set back
        forged->counted_s = now_s - 1;
    for (int at = 0; at < METER_SECONDS - 1; at++) {
        int64_t second = now_s - (METER_SECONDS - 1 - at);
        uint32_t fresh = snapshot->new_per_second[at];
        if (second <= forged->counted_s || !verdict_is_flooded(settings, fresh))
            continue;
        forged->packets += fresh;
        if (forged->first_s == 0)
            forged->first_s = second;
        if (fresh > forged->peak) {
            forged->peak = fresh;
            forged->peak_s = second;
        }
    }
    forged->counted_s = now_s - 1;
}

// Requests of the last minute that are not of a source that is known to have sent more.
static void fill_forged_minute(struct table *table, size_t row,
                               const struct meter_snapshot *snapshot)
{
    int64_t per_minute[METER_METHODS];

    for (int method = 0; method < METER_METHODS; method++) {
        per_minute[method] = snapshot->per_minute[method];
        for (size_t i = 0; i < snapshot->talker_count; i++)
            if (snapshot->talkers[i].packets > FEW_PACKETS)
                per_minute[method] -= snapshot->talkers[i].per_minute[method];
        if (per_minute[method] < 0)
            per_minute[method] = 0;
    }
    flood_fill_minute(table, row, per_minute);
}

// Of forged addresses each sends once: sources seen for the first time are its packets.
static void fill_whole(const struct judging *judging, struct table *table,
                       const struct verdict *verdict)
{
    const struct meter_snapshot *snapshot = judging->snapshot;
    const struct flood_forged *forged = &judging->memory->forged;
    size_t row = table_add_row(table);

    table_set_static(table, row, FLOOD_HOST, judging->host);
    table_set_static(table, row, FLOOD_SOURCE, "many sources");
    table_set_static(table, row, FLOOD_KIND, N_("all"));
    table_set_int(table, row, FLOOD_PACKETS, forged->packets);
    table_set_real(table, row, FLOOD_PPS, snapshot->new_sources_ps);
    table_set_int(table, row, FLOOD_SOURCES, forged->packets);
    fill_forged_minute(table, row, snapshot);
    flood_fill_seconds(table, row, snapshot->new_per_second);
    if (forged->packets > 0) {
        table_set_real(table, row, FLOOD_PEAK_PPS, (double)forged->peak);
        table_set_int(table, row, FLOOD_PEAK, forged->peak_s * 1000);
        table_set_int(table, row, FLOOD_FIRST_SEEN, forged->first_s * 1000);
    }
    table_set_int(table, row, FLOOD_LAST_SEEN, verdict->last_us / 1000);
    flood_fill_verdict(table, row, verdict);
}

void flood_add_whole(struct judging *judging, struct table *table)
{
    static const struct network everybody = {.prefix = 0};
    struct flood_memory *memory = judging->memory;
    struct verdict verdict;

    verdict_whole(judging->settings, judging->snapshot, &verdict);
    verdict_memory_apply(memory->verdicts, judging->settings, judging->snapshot->now_us, &everybody,
                         &verdict);
    if (!verdict_is_attack(verdict.kind)) {
        memory->forged = (struct flood_forged){0};
        return;
    }
    count_forged(&memory->forged, judging->settings, judging->snapshot);
    fill_whole(judging, table, &verdict);
}

void flood_add_networks(struct judging *judging, struct table *table)
{
    const struct meter_snapshot *snapshot = judging->snapshot;

    for (size_t i = 0; i < snapshot->network_count; i++) {
        const struct meter_network *network = &snapshot->networks[i];
        struct verdict verdict;
        verdict_network(judging->settings, judging->peers, snapshot, network, &verdict);
        verdict_memory_apply(judging->memory->verdicts, judging->settings, snapshot->now_us,
                             &network->network, &verdict);
        if (!verdict_is_attack(verdict.kind))
            continue;
        fill_network(judging, table, network, &verdict);
        if (verdict.over) // who of it attacks now does so alone
            continue;
        struct network *attacking = mem_push(&judging->attacking, &judging->attacking_count,
                                             &judging->attacking_cap, sizeof *attacking);
        *attacking = network->network;
    }
}
