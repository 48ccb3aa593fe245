// SPDX-License-Identifier: MIT

// All hosts: started, asked, stopped together.
#include "fleet/fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "fleet/host.h"
#include "probe/sip_capture.h"

#define DOWN_AFTER_MS    60000
#define STALE_AFTER_MS   30000
#define NEVER_OVERDUE_MS (INT64_MAX / 8)

struct fleet {
    struct host **hosts;
    size_t host_count;
    int wake_fd;
    int64_t started_ms;
    bool played;
};

struct fleet *fleet_new(const struct config *config, const struct profile *const *profiles)
{
    struct fleet *fleet = mem_alloc(sizeof *fleet);
    fleet->wake_fd = wake_new();
    fleet->host_count = config->host_count;
    fleet->hosts = mem_array(config->host_count, sizeof *fleet->hosts);
    for (size_t i = 0; i < config->host_count; i++)
        fleet->hosts[i] = host_new(fleet, i, &config->hosts[i], profiles[i]);
    return fleet;
}

void fleet_start(struct fleet *fleet)
{
    fleet->started_ms = clock_mono_ms();
    for (size_t i = 0; i < fleet->host_count && !fleet->played; i++)
        host_start(fleet->hosts[i]);
}

void fleet_play(struct fleet *fleet)
{
    fleet->played = true;
    for (size_t i = 0; i < fleet->host_count; i++)
        link_play(fleet->hosts[i]->link);
}

bool fleet_is_played(const struct fleet *fleet)
{
    return fleet->played;
}

// What this console has cost each host, for whoever wonders afterwards.
static void log_loads(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->host_count; i++) {
        struct fleet_load load;
        fleet_host_load(fleet, i, &load);
        log_line(LOG_INFO,
                 "%s: in %.0f s %llu connections, %llu commands, %llu statements, %llu requests",
                 fleet->hosts[i]->config->name,
                 (double)(clock_mono_ms() - fleet->started_ms) / 1000,
                 (unsigned long long)load.connects, (unsigned long long)load.commands,
                 (unsigned long long)load.statements, (unsigned long long)load.requests);
    }
}

bool fleet_stop(struct fleet *fleet, int64_t within_ms)
{
    log_loads(fleet);
    int64_t deadline_ms = clock_mono_ms() + within_ms;
    bool all = true;
    for (size_t i = 0; i < fleet->host_count && !fleet->played; i++)
        host_stop(fleet->hosts[i]);
    for (size_t i = 0; i < fleet->host_count; i++)
        all = host_join(fleet->hosts[i], deadline_ms) && all;
    return all;
}

void fleet_free(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->host_count; i++)
        host_free(fleet->hosts[i]);
    free(fleet->hosts);
    close(fleet->wake_fd);
    free(fleet);
}

size_t fleet_host_count(const struct fleet *fleet)
{
    return fleet->host_count;
}

const struct host_config *fleet_host(const struct fleet *fleet, size_t host)
{
    return fleet->hosts[host]->config;
}

const struct profile *fleet_profile(const struct fleet *fleet, size_t host)
{
    return fleet->hosts[host]->profile;
}

bool fleet_is_off(const struct fleet *fleet, size_t host, const struct probe *probe,
                  struct err *why)
{
    return host_is_off(fleet->hosts[host], probe, why);
}

struct host *fleet_host_at(struct fleet *fleet, size_t host)
{
    return fleet->hosts[host];
}

static enum host_state_word host_word_locked(const struct host *host,
                                             const struct link_status *link, int64_t now_ms)
{
    if (!host->config->enabled)
        return HOST_DISABLED;
    if (link->question.kind != LINK_ASK_NONE)
        return HOST_ASKING;
    if (host->up) {
        int64_t since_ms =
            host->newest_ms > host->up_since_ms ? host->newest_ms : host->up_since_ms;
        return now_ms - since_ms > STALE_AFTER_MS ? HOST_STALE : HOST_LIVE;
    }
    if (host->down_since_ms != 0 && now_ms - host->down_since_ms > DOWN_AFTER_MS)
        return HOST_DOWN;
    return host->attempts > 0 ? HOST_RETRYING : HOST_CONNECTING;
}

struct link *fleet_link(struct fleet *fleet, size_t host)
{
    return fleet->hosts[host]->link;
}

void fleet_host_status(struct fleet *fleet, size_t index, struct host_status *out)
{
    struct host *host = fleet->hosts[index];
    *out = (struct host_status){0};
    if (fleet->played) {
        play_status(host, out);
        return;
    }
    link_get_status(host->link, &out->link);
    pthread_mutex_lock(&host->lock);
    int64_t now_ms = clock_mono_ms();
    out->word = host_word_locked(host, &out->link, now_ms);
    out->retry_in_ms = host->retry_at_ms > now_ms ? host->retry_at_ms - now_ms : 0;
    out->newest_age_ms = host->newest_ms == 0 ? -1 : now_ms - host->newest_ms;
    memcpy(out->error, host->error, sizeof out->error);
    pthread_mutex_unlock(&host->lock);
}

const char *host_state_text(enum host_state_word word)
{
    static const char *const words[] = {
        [HOST_DISABLED] = N_("disabled"), [HOST_CONNECTING] = N_("connecting"),
        [HOST_ASKING] = N_("asking"),     [HOST_LIVE] = N_("live"),
        [HOST_STALE] = N_("stale"),       [HOST_RETRYING] = N_("retrying"),
        [HOST_DOWN] = N_("down"),
    };
    return words[word];
}

const struct snapshot *fleet_snapshot(struct fleet *fleet, size_t index, const struct probe *probe)
{
    struct host *host = fleet->hosts[index];
    pthread_mutex_lock(&host->lock);
    struct snapshot *snapshot = host->feeds[probe_index(probe)].current;
    if (snapshot != NULL)
        atomic_fetch_add(&snapshot->refs, 1);
    pthread_mutex_unlock(&host->lock);
    return snapshot;
}

void fleet_publish(struct fleet *fleet, size_t index, const struct probe *probe,
                   const struct table *table, const char *source)
{
    struct host *host = fleet->hosts[index];
    struct snapshot *fresh = snapshot_new();
    fresh->tables = mem_array(1, sizeof *fresh->tables);
    fresh->tables[0] = table;
    fresh->table_count = 1;
    fresh->read_mono_ms = clock_shown_mono_ms();
    fresh->read_wall_ms = clock_shown_wall_ms();
    fresh->period_ms = NEVER_OVERDUE_MS;
    snprintf(fresh->source, sizeof fresh->source, "%s", source);
    pthread_mutex_lock(&host->lock);
    host_publish_locked(host, &host->feeds[probe_index(probe)], fresh);
    pthread_mutex_unlock(&host->lock);
}

static void mark_looked(bool *looked, const struct probe *probe)
{
    looked[probe_index(probe)] = true;
    for (const char *const *name = probe->needs; name != NULL && *name != NULL; name++)
        if (probe_find(*name) != NULL)
            looked[probe_index(probe_find(*name))] = true;
}

static void host_look(struct host *host, const bool *looked)
{
    int64_t now_ms = clock_mono_ms();
    pthread_mutex_lock(&host->lock);
    for (size_t i = 0; i < probe_count(); i++) {
        struct feed *feed = &host->feeds[i];
        if (feed->looked == looked[i] || feed->plan == NULL)
            continue;
        feed->looked = looked[i];
        if (!feed->looked && !feed->running && feed->plan->idle_period_ms < 0)
            feed->due_ms = INT64_MAX;
        if (!feed->looked || !host->up)
            continue;
        // What was last read lately enough is not read again at once: a product's least interval
        // holds when somebody switches panes back and forth.
        int64_t due_ms =
            feed->current == NULL ? now_ms : feed->current->read_mono_ms + feed->plan->period_ms;
        if (due_ms < feed->due_ms && !feed->running)
            feed->due_ms = due_ms;
    }
    pthread_cond_broadcast(&host->changed);
    pthread_mutex_unlock(&host->lock);
}

void fleet_look(struct fleet *fleet, const struct probe *const *looked)
{
    bool *flags = mem_array(probe_count(), sizeof *flags);
    for (size_t i = 0; looked[i] != NULL; i++)
        mark_looked(flags, looked[i]);
    for (size_t i = 0; i < fleet->host_count; i++)
        host_look(fleet->hosts[i], flags);
    free(flags);
}

void fleet_set_idle_reading(struct fleet *fleet, bool on)
{
    for (size_t i = 0; i < fleet->host_count; i++)
        fleet->hosts[i]->idle_reading = on;
}

static void host_refresh(struct host *host, const struct probe *probe)
{
    pthread_mutex_lock(&host->lock);
    host->kicked = true;
    for (size_t i = 0; i < probe_count(); i++) {
        struct feed *feed = &host->feeds[i];
        bool wanted = probe == NULL ? feed->due_ms != INT64_MAX : feed->probe == probe;
        if (wanted && host->up && !feed->running)
            schedule_refresh_locked(host, feed);
    }
    pthread_cond_broadcast(&host->changed);
    pthread_mutex_unlock(&host->lock);
}

void fleet_refresh(struct fleet *fleet, long host, const struct probe *probe)
{
    for (size_t i = 0; i < fleet->host_count; i++)
        if (host < 0 || (size_t)host == i)
            host_refresh(fleet->hosts[i], probe);
}

void fleet_renew(struct fleet *fleet, size_t host)
{
    link_renew(fleet->hosts[host]->link);
}

void fleet_answer(struct fleet *fleet, size_t host, uint64_t question, const char *text)
{
    link_answer(fleet->hosts[host]->link, question, text);
}

void fleet_watch(struct fleet *fleet, size_t host, struct evidence *evidence)
{
    sip_capture_watch(fleet->hosts[host]->state, evidence);
    fleet_refresh(fleet, (long)host, &probe_flood);
}

int fleet_wake_fd(const struct fleet *fleet)
{
    return fleet->wake_fd;
}

void fleet_drain(struct fleet *fleet)
{
    wake_drain(fleet->wake_fd);
}

void fleet_changed(struct fleet *fleet)
{
    wake_signal(fleet->wake_fd);
}

void fleet_host_load(struct fleet *fleet, size_t host, struct fleet_load *out)
{
    struct link_load *load = link_load(fleet->hosts[host]->link);
    *out = (struct fleet_load){
        .commands = atomic_load(&load->commands),
        .statements = atomic_load(&load->statements),
        .requests = atomic_load(&load->requests),
        .connects = atomic_load(&load->connects),
    };
}
