// SPDX-License-Identifier: MIT

// The newest snapshots of the fleet, and what of their changes is news.
#include "tui/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

static void judge_panes(struct model_host *host, const struct profile *profile)
{
    host->advice = mem_array(probe_count(), sizeof *host->advice);
    host->bounds = mem_array(probe_count(), sizeof *host->bounds);
    for (size_t i = 0; probes[i] != NULL; i++) {
        if (!probes[i]->pane)
            continue;
        host->advice[i] = advice_new(profile, probes[i]->schema, NULL);
        attention_bounds_init(&host->bounds[i], probes[i]->schema, profile);
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
        host->news = news_new();
        host->levels = mem_array(probe_count(), sizeof *host->levels);
        host->feed_said = mem_array(probe_count(), sizeof *host->feed_said);
        judge_panes(host, fleet_profile(fleet, i));
        fleet_host_status(fleet, i, &host->status);
    }
    return model;
}

void model_free(struct model *model)
{
    if (model == NULL)
        return;
    for (size_t i = 0; i < model->host_count; i++) {
        struct model_host *host = &model->hosts[i];
        for (size_t probe = 0; probe < probe_count(); probe++) {
            snapshot_unref(host->snapshots[probe]);
            free(host->feed_said[probe]);
            advice_free(host->advice[probe]);
            attention_bounds_dispose(&host->bounds[probe]);
        }
        free(host->advice);
        free(host->bounds);
        news_free(host->news);
        free(host->snapshots);
        free(host->feed_said);
        free(host->levels);
    }
    free(model->hosts);
    free(model);
}

// Lost, found again, asking: each is said once, however often the host tries in between.
static void tell_host(struct model_host *host, struct journal *journal)
{
    const struct host_status *status = &host->status;
    const char *name = host->config->name;
    switch (status->word) {
    case HOST_RETRYING:
    case HOST_DOWN:
        if (!host->away || strcmp(host->said, status->error) != 0) {
            journal_add(journal, LEVEL_CRIT, name, "%s",
                        status->error[0] != '\0' ? status->error : "the connection was lost");
            snprintf(host->said, sizeof host->said, "%s", status->error);
        }
        host->away = true;
        break;
    case HOST_LIVE:
        if (host->away)
            journal_add(journal, LEVEL_OK, name, "%s is live again", name);
        else if (!host->met)
            journal_add(journal, LEVEL_NONE, name, "%s is live", name);
        host->away = false;
        host->met = true;
        host->said[0] = '\0';
        break;
    case HOST_ASKING:
    case HOST_STALE:
    case HOST_CONNECTING:
    case HOST_DISABLED:
        break;
    }
}

static void tell_feed(struct model_host *host, const struct probe *probe,
                      const struct snapshot *snapshot, struct journal *journal)
{
    char **said = &host->feed_said[probe_index(probe)];
    const char *error = snapshot != NULL ? snapshot->error : "";
    // A lost host fails all its readings: the host's own sentence is enough.
    if (!model_host_is_well(host))
        return;
    if (error[0] == '\0') {
        if (*said != NULL)
            journal_add(journal, LEVEL_OK, host->config->name, "%s: %s is read again",
                        host->config->name, probe->title);
        free(*said);
        *said = NULL;
    } else if (*said == NULL || strcmp(*said, error) != 0) {
        // In the pane it stands anyway: the journal keeps it, no toast.
        journal_add(journal, LEVEL_NONE, host->config->name, "%s", error);
        free(*said);
        *said = mem_strdup(error);
    }
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

static void take_snapshot(struct model_host *host, const struct probe *probe,
                          const struct snapshot *fresh, struct journal *journal)
{
    const struct snapshot **held = &host->snapshots[probe_index(probe)];
    if (fresh != *held) {
        host->changes++;
        host->levels[probe_index(probe)] = count_levels(fresh, probe);
        tell_feed(host, probe, fresh, journal);
        const struct table *table = snapshot_table(fresh, model_default_variant(probe));
        if (table != NULL && fresh->error[0] == '\0')
            news_take(host->news, probe, host->config->name, table, journal);
    }
    snapshot_unref(*held);
    *held = fresh;
}

void model_update(struct model *model, struct journal *journal)
{
    for (size_t i = 0; i < model->host_count; i++) {
        struct model_host *host = &model->hosts[i];
        enum host_state_word word = host->status.word;
        fleet_host_status(model->fleet, i, &host->status);
        host->changes += word != host->status.word;
        tell_host(host, journal);
        for (size_t index = 0; probes[index] != NULL; index++)
            take_snapshot(host, probes[index], fleet_snapshot(model->fleet, i, probes[index]),
                          journal);
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

bool model_host_is_well(const struct model_host *host)
{
    return host->status.word == HOST_LIVE || host->status.word == HOST_STALE;
}

const char *const model_host_words[] = {
    "disabled",   "live",   "live, no web", "live, no database", "live, no database, no web",
    "connecting", "asking", "stale",        "retrying",          "down",
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
        snprintf(out, STATE_TEXT_MAX, "%s, next try in %s", host_state_text(status->word), age);
    } else if (status->word == HOST_STALE) {
        model_age(status->newest_age_ms, age);
        snprintf(out, STATE_TEXT_MAX, "%s for %s", host_state_text(status->word), age);
    } else {
        snprintf(out, STATE_TEXT_MAX, "%s", host_state_text(status->word));
    }
}
