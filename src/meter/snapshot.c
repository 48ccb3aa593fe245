// SPDX-License-Identifier: MIT

// What a meter has counted, copied out: the whole, the heaviest sources and networks, the minutes.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "meter/meter_private.h"
#include "meter/networks.h"
#include "meter/rank.h"

// Events a second in the newest `seconds` buckets. The running bucket is not full yet, and a
// capture that has just begun has not filled the others.
static double rate(const struct meter *meter, double events, int seconds)
{
    int64_t now_us = meter->now_us + meter->shift_us;
    int64_t began_us = meter->began_us + meter->shift_us;
    int64_t from_us = (now_us / METER_SECOND_US - (seconds - 1)) * METER_SECOND_US;
    int64_t span_us = now_us - (began_us > from_us ? began_us : from_us);

    if (span_us < METER_SECOND_US)
        span_us = METER_SECOND_US;
    return events * METER_SECOND_US / (double)span_us;
}

static double window_rate(const struct meter *meter, const struct window *window, int seconds)
{
    return rate(meter, window_sum(window, WINDOW_PACKETS, seconds), seconds);
}

static int64_t peak_us(const struct meter *meter, const struct window *window)
{
    return window->peak == 0 ? 0 : window->peak_second * METER_SECOND_US - meter->shift_us;
}

static void copy_counts(const struct talker *talker, struct meter_talker *out)
{
    out->not_sip = talker->not_sip;
    out->keepalives = talker->keepalives;
    out->responses = talker->responses;
    out->failures = talker->failures;
    out->failures_authorized = talker->failures_authorized;
    out->invites_refused = talker->invites_refused;
    out->invites_answered = talker->invites_answered;
    out->registers_ok = talker->registers_ok;
    out->users = distinct_count(&talker->users);
    out->users_exact = distinct_is_exact(&talker->users);
    out->users_sequential = talker->longest_run;
    if (out->users < out->users_sequential) // the estimate errs, the run is of different users
        out->users = out->users_sequential;
    int64_t agents = distinct_count(&talker->agents);
    out->user_agents = agents < 255 ? (size_t)agents : 255;
    memcpy(out->totals, talker->totals, sizeof out->totals);
    memcpy(out->response_classes, talker->response_classes, sizeof out->response_classes);
    memcpy(out->failures_by_code, talker->failures_by_code, sizeof out->failures_by_code);
    memcpy(out->users_sample, talker->users_sample, sizeof out->users_sample);
    memcpy(out->user_agent, talker->user_agent, sizeof out->user_agent);
    memcpy(out->last_request, talker->last_request, sizeof out->last_request);
}

static void copy_talker(const struct meter *meter, struct talker *talker, struct meter_talker *out)
{
    int64_t now = meter_second(meter, meter->now_us);
    struct window *window = &talker->window;

    window_advance(window, now);
    series_advance(&talker->failures_lately, now);
    *out = (struct meter_talker){
        .source = talker->key.address,
        .local = talker->outgoing,
        .packets = talker->packets,
        .bytes = talker->bytes,
        .error = talker->error,
        .detailed = talker->whole,
        .first_us = talker->first_us,
        .last_us = talker->last_us,
        .pps_10s = window_rate(meter, window, 10),
        .pps_60s = window_rate(meter, window, WINDOW_SECONDS),
        .peak_pps = window->peak,
        .peak_us = peak_us(meter, window),
        .failures_pm = talker->failures_lately.sum,
    };
    window_seconds(window, now, out->per_second);
    out->pps_1s = out->per_second[WINDOW_SECONDS - 2];
    for (int method = 0; method < METER_METHODS; method++)
        out->per_minute[method] = window_sum(window, method, WINDOW_SECONDS);
    copy_counts(talker, out);
}

static void copy_light(const struct meter *meter, const struct light *light,
                       struct meter_talker *out)
{
    *out = (struct meter_talker){
        .source = light->source,
        .local = light->outgoing,
        .packets = light->packets,
        .bytes = light->bytes,
        .error = light->error,
        .first_us = light->first_us,
        .last_us = light->last_us,
    };
    int64_t age_us = meter->now_us - light->first_us;
    if (age_us >= 0 && age_us < (int64_t)(WINDOW_SECONDS - 1) * METER_SECOND_US)
        out->pps_60s = rate(meter, (double)(light->packets - light->error), WINDOW_SECONDS);
}

// What the last ten seconds were made of.
static void copy_parts(struct meter *meter, int64_t now, struct meter_snapshot *out)
{
    series_advance(&meter->answers, now);
    for (int method = 0; method < METER_METHODS; method++)
        out->methods_10s[method] = rate(meter, window_sum(&meter->window, method, 10), 10);
    out->responses_10s = rate(meter, (double)series_sum(&meter->answers, 10), 10);
    out->not_sip_10s = rate(meter, (double)series_sum(&meter->not_sips, 10), 10);
    out->keepalives_10s = rate(meter, (double)series_sum(&meter->pings, 10), 10);
}

static void copy_fresh(struct meter *meter, int64_t now, struct meter_snapshot *out)
{
    int64_t fresh = 0;

    talkers_fresh(meter->talkers, now, &out->new_sources_pm, &out->once_sources_pm);
    talkers_fresh_seconds(meter->talkers, out->new_per_second);
    for (int age = 0; age < 10; age++)
        fresh += out->new_per_second[WINDOW_SECONDS - 1 - age];
    out->new_sources_ps = rate(meter, (double)fresh, 10);
}

static void copy_whole(struct meter *meter, struct meter_snapshot *out)
{
    int64_t now = meter_second(meter, meter->now_us);
    struct window *window = &meter->window;

    window_advance(window, now);
    series_advance(&meter->not_sips, now);
    series_advance(&meter->pings, now);
    series_advance(&meter->drops, now);
    *out = (struct meter_snapshot){
        .now_us = meter->now_us,
        .began_us = meter->began_us,
        .unbroken_us = meter->unbroken_us,
        .packets = meter->packets,
        .sip_packets = meter->sip_packets,
        .not_sip = meter->not_sip,
        .not_sip_pm = meter->not_sips.sum,
        .keepalives = meter->keepalives,
        .keepalives_pm = meter->pings.sum,
        .kernel_drops = meter->kernel_drops,
        .lossy = meter->drops.sum > 0,
        .failures = meter->failures,
        .pps_10s = window_rate(meter, window, 10),
        .pps_60s = window_rate(meter, window, WINDOW_SECONDS),
        .peak_pps = window->peak,
        .peak_us = peak_us(meter, window),
        .sources = talkers_seen(meter->talkers),
        .sources_exact = talkers_exact(meter->talkers),
        .sources_error_pct = talkers_seen_error_pct(meter->talkers),
    };
    copy_fresh(meter, now, out);
    copy_parts(meter, now, out);
    memcpy(out->totals, meter->totals, sizeof out->totals);
    memcpy(out->other_methods, meter->other_methods, sizeof out->other_methods);
    memcpy(out->responses, meter->responses, sizeof out->responses);
    window_seconds(window, now, out->per_second);
    out->pps_1s = out->per_second[WINDOW_SECONDS - 2];
    for (int method = 0; method < METER_METHODS; method++)
        out->per_minute[method] = window_sum(window, method, WINDOW_SECONDS);
}

// The minutes of the last day, from the first one that was heard.
static void copy_minutes(const struct meter *meter, struct meter_snapshot *out)
{
    int64_t newest = meter->now_us / (60 * METER_SECOND_US);
    int64_t oldest = meter->began_us / (60 * METER_SECOND_US);

    if (meter->now_us == 0)
        return;
    if (newest - oldest >= METER_MINUTES)
        oldest = newest - METER_MINUTES + 1;
    if (oldest < 0)
        oldest = 0;
    out->minutes = mem_array((size_t)(newest - oldest + 1), sizeof *out->minutes);
    for (int64_t minute = oldest; minute <= newest; minute++) {
        const struct meter_minute *held = &meter->minutes[minute % METER_MINUTES];
        struct meter_minute *copy = &out->minutes[out->minute_count++];
        *copy = held->minute == minute ? *held : (struct meter_minute){.minute = minute};
    }
}

struct meter_snapshot *meter_snapshot(struct meter *meter, size_t max_talkers)
{
    struct meter_snapshot *snapshot = mem_alloc(sizeof *snapshot);
    struct networks *networks = networks_new(meter);
    struct ranked *ranked;

    copy_whole(meter, snapshot);
    copy_minutes(meter, snapshot);
    size_t count = rank_talkers(meter->talkers, meter_second(meter, meter->now_us), max_talkers,
                                networks_weigher(networks), &ranked);
    snapshot->talkers = mem_array(count, sizeof *snapshot->talkers);
    snapshot->talker_count = count;
    for (size_t i = 0; i < count; i++) {
        if (ranked[i].talker != NULL)
            copy_talker(meter, ranked[i].talker, &snapshot->talkers[i]);
        else
            copy_light(meter, &ranked[i].light, &snapshot->talkers[i]);
    }
    free(ranked);
    snapshot->networks = networks_list(networks, max_talkers, &snapshot->network_count);
    for (size_t i = 0; i < snapshot->network_count; i++)
        snapshot->networks[i].pps_10s = rate(meter, snapshot->networks[i].pps_10s, 10);
    snapshot->endpoints =
        registers_list(meter->registers, meter->now_us, &snapshot->endpoint_count);
    snapshot->recovery_count = registers_recoveries(meter->registers, snapshot->recoveries);
    return snapshot;
}

void meter_snapshot_free(struct meter_snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    free(snapshot->talkers);
    free(snapshot->networks);
    free(snapshot->minutes);
    free(snapshot->endpoints);
    free(snapshot);
}

bool meter_talker_of(struct meter *meter, const struct address *source, struct meter_talker *out)
{
    struct source_key key;
    struct light light;

    talkers_key(meter->talkers, source, &key);
    struct talker *talker = talkers_find(meter->talkers, &key);
    if (talker != NULL) {
        copy_talker(meter, talker, out);
        return true;
    }
    if (!talkers_light(meter->talkers, &key, &light))
        return false;
    copy_light(meter, &light, out);
    return true;
}
