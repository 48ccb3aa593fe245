// SPDX-License-Identifier: MIT

// The newest snapshots of the fleet, and what of their changes is news.
#include "tui/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/news.h"

static void judge_panes(struct model_host *host, const struct profile *profile)
{
    host->advice = mem_array(probe_count(), sizeof *host->advice);
    host->scales = mem_array(probe_count(), sizeof *host->scales);
    host->attention = mem_array(probe_count(), sizeof *host->attention);
    for (size_t i = 0; probes[i] != NULL; i++) {
        if (!probes[i]->pane)
            continue;
        host->advice[i] = advice_new(profile, probes[i]->schema, NULL);
        attention_scale_init(&host->scales[i], probes[i]->schema, profile);
    }
}

struct model *model_new(struct fleet *fleet)
{
    struct model *model = mem_alloc(sizeof *model);
    model->fleet = fleet;
    model->host_count = fleet_host_count(fleet);
    model->selected_count = model->host_count;
    model->hosts = mem_array(model->host_count, sizeof *model->hosts);
    for (size_t i = 0; i < model->host_count; i++) {
        struct model_host *host = &model->hosts[i];
        host->config = fleet_host(fleet, i);
        host->selected = true;
        host->snapshots = mem_array(probe_count(), sizeof *host->snapshots);
        host->watch = notice_watch_new(host->config->name);
        host->levels = mem_array(probe_count(), sizeof *host->levels);
        judge_panes(host, fleet_profile(fleet, i));
        fleet_host_status(fleet, i, &host->status);
    }
    return model;
}

void model_forget(struct model *model)
{
    for (size_t i = 0; i < model->host_count; i++) {
        struct model_host *host = &model->hosts[i];
        for (size_t probe = 0; probe < probe_count(); probe++) {
            snapshot_unref(host->snapshots[probe]);
            host->snapshots[probe] = NULL;
            host->levels[probe] = (struct level_counts){{0}};
            attention_rows_dispose(&host->attention[probe]);
        }
        notice_watch_free(host->watch);
        host->watch = notice_watch_new(host->config->name);
        host->met = false;
        host->changes++;
    }
}

void model_free(struct model *model)
{
    if (model == NULL)
        return;
    for (size_t i = 0; i < model->host_count; i++) {
        struct model_host *host = &model->hosts[i];
        for (size_t probe = 0; probe < probe_count(); probe++) {
            snapshot_unref(host->snapshots[probe]);
            advice_free(host->advice[probe]);
            attention_scale_dispose(&host->scales[probe]);
            attention_rows_dispose(&host->attention[probe]);
        }
        free(host->advice);
        free(host->scales);
        free(host->attention);
        notice_watch_free(host->watch);
        free(host->snapshots);
        free(host->levels);
    }
    free(model->hosts);
    free(model);
}

// Once a snapshot: the tables may be long.
static struct level_counts count_levels(const struct snapshot *snapshot, const struct probe *probe)
{
    struct level_counts counts = {{0}};
    const struct table *table = snapshot_table(snapshot, model_default_variant(probe));
    for (size_t row = 0; table != NULL && row < table_rows(table); row++)
        counts.rows[table_row_level(table, row)]++;
    return counts;
}

static void judge_reading(struct model *model, size_t index, const struct probe *probe,
                          const struct snapshot *fresh)
{
    struct model_host *host = &model->hosts[index];
    size_t at = probe_index(probe);
    host->levels[at] = count_levels(fresh, probe);
    if (!probe->pane)
        return;
    const size_t *rows = host->levels[at].rows;
    struct attention_reading reading = {
        .host = index,
        .probe = probe,
        .production = model_is_production(host),
        .table = snapshot_table(fresh, model_default_variant(probe)),
        .total = rows[LEVEL_CRIT] + rows[LEVEL_WARN],
        .scale = &host->scales[at],
        .advice = host->advice[at],
    };
    attention_rows_take(&host->attention[at], &reading);
}

static void take_snapshot(struct model *model, size_t index, const struct probe *probe,
                          const struct snapshot *fresh)
{
    struct model_host *host = &model->hosts[index];
    const struct profile *profile = fleet_profile(model->fleet, index);
    const struct snapshot **held = &host->snapshots[probe_index(probe)];
    if (fresh != *held) {
        host->changes++;
        judge_reading(model, index, probe, fresh);
        if (fresh != NULL)
            notice_watch_reading(
                host->watch, probe, profile,
                fresh->settling ? NULL : snapshot_table(fresh, model_default_variant(probe)),
                fresh->error);
    }
    snapshot_unref(*held);
    *held = fresh;
}

void model_update(struct model *model, struct journal *journal)
{
    for (size_t i = 0; i < model->host_count; i++) {
        struct model_host *host = &model->hosts[i];
        enum host_state_word word = host->status.word;
        notice_watch_settle(host->watch);
        fleet_host_status(model->fleet, i, &host->status);
        host->changes += word != host->status.word;
        notice_watch_host(host->watch, &host->status);
        if (host->status.word == HOST_LIVE && !host->met)
            journal_add(journal, LEVEL_NONE, host->config->name, "%s is live", host->config->name);
        host->met |= host->status.word == HOST_LIVE;
        for (size_t index = 0; probes[index] != NULL; index++)
            take_snapshot(model, i, probes[index], fleet_snapshot(model->fleet, i, probes[index]));
        news_tell(host->watch, journal);
    }
}

const struct snapshot *model_snapshot(const struct model *model, size_t host,
                                      const struct probe *probe)
{
    return model->hosts[host].snapshots[probe_index(probe)];
}

const struct table *model_table(const struct model *model, size_t host, const struct probe *probe,
                                size_t variant)
{
    return snapshot_table(model_snapshot(model, host, probe), variant);
}

uint64_t model_stamp(const struct model *model)
{
    uint64_t stamp = 0;
    for (size_t i = 0; i < model->host_count; i++)
        stamp = hash_mix(stamp + model->hosts[i].changes * 2 + model->hosts[i].selected);
    return stamp;
}

size_t model_default_variant(const struct probe *probe)
{
    int variant = probe->schema->variants != NULL ? schema_variant(probe->schema, "15m") : 0;
    return variant > 0 ? (size_t)variant : 0;
}

bool model_is_production(const struct model_host *host)
{
    return host->config->accent == ACCENT_RED || host->config->environment[0] == '\0';
}

bool model_host_is_well(const struct model_host *host)
{
    return host->status.word == HOST_LIVE || host->status.word == HOST_STALE;
}

const char *const model_host_words[] = {
    N_("disabled"),
    N_("live"),
    N_("live, no web"),
    N_("live, no database"),
    N_("live, no database, no web"),
    N_("connecting"),
    N_("asking"),
    N_("stale"),
    N_("retrying"),
    N_("down"),
    NULL,
};

// Whether no probe that is read first over this lane is read that way, though it was tried.
static bool lane_is_dead(const struct model *model, size_t host, enum lane lane)
{
    const struct profile *profile = fleet_profile(model->fleet, host);
    bool dead = false;
    for (size_t i = 0; profile != NULL && probes[i] != NULL; i++) {
        const struct profile_probe *plan = profile_probe(profile, probes[i]->schema->name);
        const struct snapshot *snapshot = model_snapshot(model, host, probes[i]);
        const struct reader *reader =
            plan != NULL && plan->source_count > 0 ? reader_find(plan->sources[0].reader) : NULL;
        if (reader == NULL || reader->lane != lane || snapshot == NULL)
            continue;
        bool failed = snapshot->error[0] != '\0' || snapshot->fallback;
        if (!failed && snapshot->table_count > 0)
            return false;
        dead |= failed;
    }
    return dead;
}

const char *model_host_word(const struct model *model, size_t host)
{
    enum host_state_word word = model->hosts[host].status.word;
    if (word != HOST_LIVE)
        return host_state_text(word);
    bool database = lane_is_dead(model, host, LANE_SQL), web = lane_is_dead(model, host, LANE_HTTP);
    return database && web ? "live, no database, no web"
           : database      ? "live, no database"
           : web           ? "live, no web"
                           : host_state_text(word);
}

enum level model_state_level(enum host_state_word word)
{
    static const enum level levels[] = {
        [HOST_DISABLED] = LEVEL_NONE, [HOST_CONNECTING] = LEVEL_INFO, [HOST_ASKING] = LEVEL_WARN,
        [HOST_LIVE] = LEVEL_OK,       [HOST_STALE] = LEVEL_WARN,      [HOST_RETRYING] = LEVEL_CRIT,
        [HOST_DOWN] = LEVEL_CRIT,
    };
    return levels[word];
}

enum level model_feed_level(enum feed_word word)
{
    static const enum level levels[] = {
        [FEED_WAITING] = LEVEL_NONE, [FEED_LOADING] = LEVEL_INFO, [FEED_LIVE] = LEVEL_OK,
        [FEED_STALE] = LEVEL_WARN,   [FEED_FAILED] = LEVEL_CRIT,  [FEED_OFF] = LEVEL_NONE,
    };
    return levels[word];
}

void model_age(int64_t age_ms, char out[AGE_TEXT_MAX])
{
    static const struct {
        int64_t below_ms, unit_ms;
        const char *unit;
    } steps[] = {
        {60000, 1000, "s"},
        {3600000, 60000, "min"},
        {172800000, 3600000, "h"},
        {INT64_MAX, 86400000, "d"},
    };
    if (age_ms < 0) {
        snprintf(out, AGE_TEXT_MAX, "–");
        return;
    }
    size_t step = 0;
    while (age_ms >= steps[step].below_ms)
        step++;
    snprintf(out, AGE_TEXT_MAX, "%lld %s", (long long)(age_ms / steps[step].unit_ms),
             steps[step].unit);
}

void model_state(const struct host_status *status, char out[STATE_TEXT_MAX])
{
    char age[AGE_TEXT_MAX];
    if (status->word == HOST_RETRYING || status->word == HOST_DOWN) {
        model_age(status->retry_in_ms, age);
        snprintf(out, STATE_TEXT_MAX, _("%s, next try in %s"), _(host_state_text(status->word)),
                 age);
    } else if (status->word == HOST_STALE) {
        model_age(status->newest_age_ms, age);
        snprintf(out, STATE_TEXT_MAX, _("%s for %s"), _(host_state_text(status->word)), age);
    } else {
        snprintf(out, STATE_TEXT_MAX, "%s", _(host_state_text(status->word)));
    }
}
