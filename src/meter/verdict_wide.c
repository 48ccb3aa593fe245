// SPDX-License-Identifier: MIT

// Attacks that no single source shows: spread over a network, or over forged addresses.
#include "base/lang.h"
#include "meter/verdict_private.h"

enum {
    MINUTE_S = 60,
    CUSTOMERS_MOST_PCT = 20, // with more of them a network is a provider's, not a scanner's
    YOUNG_US = 60 * 1000 * 1000,
    YOUNG_FACTOR = 5,  // everybody is new to a young capture
    FLOODED_SHARE = 2, // a second is flooded with half the limit's rate: a flood is not even
};

// The strangers of a network, as far as they are among the talkers listed.
struct strangers {
    int64_t sources, customers;
    int64_t asking; // of the sources, with OPTIONS
    int64_t options_pm;
    int64_t per_second[METER_SECONDS];
    double pps;
    int64_t not_found; // 404
    int64_t users;
    int64_t over; // with a verdict of their own
    int64_t last_us;
};

// Answers to what the host sent: the host knows it.
static bool answers_host(const struct meter_talker *talker)
{
    return talker->response_classes[1] > 0;
}

static void add_stranger(struct strangers *strangers, const struct verdict_settings *settings,
                         const struct verdict_peers *peers, const struct meter_snapshot *snapshot,
                         const struct meter_talker *talker)
{
    struct verdict own;
    struct verdict_case it;

    if (talker->local || peers_find(peers, &talker->source) != NULL ||
        !verdict_is_active(settings, snapshot, talker->last_us))
        return;
    verdict_case_open(&it, settings, snapshot, talker);
    if (verdict_is_customer(&it) || answers_host(talker)) {
        strangers->customers++;
        return;
    }
    if (verdict_requests(talker) == 0)
        return;
    verdict_talker(settings, peers, snapshot, talker, &own);
    if (talker->last_us > strangers->last_us)
        strangers->last_us = talker->last_us;
    strangers->sources++;
    strangers->over += verdict_is_attack(own.kind);
    strangers->asking += talker->totals[METER_OPTIONS] > 0;
    strangers->options_pm += talker->per_minute[METER_OPTIONS];
    strangers->pps += talker->pps_10s;
    for (int i = 0; i < METER_SECONDS; i++)
        strangers->per_second[i] += talker->per_second[i];
    strangers->not_found += talker->failures_by_code[2];
    strangers->users += talker->users;
}

static void judge_strangers(const struct strangers *strangers,
                            const struct verdict_settings *settings,
                            const struct meter_snapshot *snapshot, const char *network,
                            struct verdict *out)
{
    const char *lossy = verdict_at_least(snapshot);
    const char *below = strangers->over == 0 ? _(", each below the limit") : "";
    bool wide = strangers->asking >= settings->network_sources;

    if (wide && strangers->options_pm >= settings->options_pm)
        verdict_give(out, settings, VERDICT_DISTRIBUTED, LEVEL_CRIT,
                     "%lld sources of %s%s, together %s%lld OPTIONS within a minute",
                     (long long)strangers->asking, network, below, lossy,
                     (long long)strangers->options_pm);
    // Other refusals may be a fault of the host: then they meet every customer.
    else if (strangers->not_found >= settings->requests &&
             strangers->users >= settings->harvest_users)
        verdict_give(out, settings, VERDICT_DISTRIBUTED, LEVEL_CRIT,
                     "%lld sources of %s%s, together %lld users tried, %lld requests for unknown "
                     "ones",
                     (long long)strangers->sources, network, below, (long long)strangers->users,
                     (long long)strangers->not_found);
}

void verdict_network(const struct verdict_settings *settings, const struct verdict_peers *peers,
                     const struct meter_snapshot *snapshot, const struct meter_network *network,
                     struct verdict *out)
{
    struct strangers strangers = {0};
    char name[ADDRESS_TEXT_MAX];

    verdict_give(out, settings, VERDICT_NONE, LEVEL_NONE, "%s", "");
    if (network->sources < settings->network_sources ||
        !verdict_is_active(settings, snapshot, network->last_us))
        return;
    for (size_t i = 0; i < snapshot->talker_count; i++)
        if (network_contains(&network->network, &snapshot->talkers[i].source))
            add_stranger(&strangers, settings, peers, snapshot, &snapshot->talkers[i]);
    if (strangers.sources < settings->network_sources ||
        strangers.customers * 100 > (strangers.sources + strangers.customers) * CUSTOMERS_MOST_PCT)
        return;
    network_print(&network->network, name);
    judge_strangers(&strangers, settings, snapshot, name, out);
    out->last_us = strangers.last_us;
    out->pps = strangers.pps;
    for (int i = 0; i < METER_SECONDS - 1; i++)
        if ((double)strangers.per_second[i] > out->peak_pps)
            out->peak_pps = (double)strangers.per_second[i];
}

bool verdict_is_flooded(const struct verdict_settings *settings, uint32_t new_sources)
{
    return (int64_t)new_sources * MINUTE_S * FLOODED_SHARE >= settings->spoofed_sources;
}

// The newest second in which forged addresses came, and the fullest.
static void find_flood(const struct verdict_settings *settings,
                       const struct meter_snapshot *snapshot, struct verdict *out)
{
    const int64_t second_us = 1000000;

    for (int i = 0; i < METER_SECONDS; i++) {
        uint32_t fresh = snapshot->new_per_second[i];
        if (fresh > out->peak_pps)
            out->peak_pps = fresh;
        if (!verdict_is_flooded(settings, fresh))
            continue;
        int64_t end_us = (snapshot->now_us / second_us - (METER_SECONDS - 2 - i)) * second_us;
        out->last_us = end_us < snapshot->now_us ? end_us : snapshot->now_us;
    }
    if (out->last_us == 0)
        out->last_us = snapshot->now_us;
    out->pps = snapshot->new_sources_ps;
}

void verdict_whole(const struct verdict_settings *settings, const struct meter_snapshot *snapshot,
                   struct verdict *out)
{
    bool young = snapshot->now_us - snapshot->unbroken_us < YOUNG_US && settings->quiet_ms != 0;
    int64_t limit = settings->spoofed_sources * (young ? YOUNG_FACTOR : 1);
    // A phone behind NAT that only keeps its binding alive is new once, too.
    int64_t once = snapshot->once_sources_pm - snapshot->keepalives_pm;

    verdict_give(out, settings, VERDICT_NONE, LEVEL_NONE, "%s", "");
    if (once < limit || once * 2 < snapshot->new_sources_pm)
        return;
    verdict_give(out, settings, VERDICT_SPOOFED, LEVEL_CRIT,
                 "%s%lld new sources within a minute, %lld of them sent once, limit %lld",
                 verdict_at_least(snapshot), (long long)snapshot->new_sources_pm,
                 (long long)snapshot->once_sources_pm, (long long)settings->spoofed_sources);
    find_flood(settings, snapshot, out);
}
