// SPDX-License-Identifier: MIT

// A host's life: its session thread keeps the link up, its lanes read while it is.
#include "fleet/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"

#define RETRY_FIRST_MS 500
#define STAGGER_MS     20
#define STEADY_MS      10000 // a connection that lived so long was a good one

struct host *host_new(struct fleet *fleet, size_t index, const struct host_config *config,
                      const struct profile *profile)
{
    struct host *host = mem_alloc(sizeof *host);
    host->fleet = fleet;
    host->index = index;
    host->config = config;
    host->profile = profile;
    host->link = link_new(config);
    host->state = host_state_new(config);
    host->idle_reading = true;
    atomic_init(&host->stop, false);
    for (int lane = 0; lane < LANES; lane++) {
        atomic_init(&host->absent[lane], false);
        atomic_init(&host->answered[lane], false);
    }
    pthread_mutex_init(&host->lock, NULL);
    thread_cond_init(&host->changed);
    host->feeds = mem_array(probe_count(), sizeof *host->feeds);
    for (size_t i = 0; i < probe_count(); i++) {
        host->feeds[i].probe = probes[i];
        const struct profile_probe *plan = profile_probe(profile, probes[i]->schema->name);
        bool off = plan != NULL && probe_is_off(plan, config, (struct absent_services){0}, NULL);
        host->feeds[i].plan = off ? NULL : plan;
        host->feeds[i].due_ms = INT64_MAX;
    }
    return host;
}

bool host_is_off(const struct host *host, const struct probe *probe, struct err *why)
{
    const struct profile_probe *plan = profile_probe(host->profile, probe->schema->name);
    struct absent_services absent = {.database = atomic_load(&host->absent[LANE_SQL]),
                                     .web = atomic_load(&host->absent[LANE_HTTP])};
    return !probe->local && plan != NULL && probe_is_off(plan, host->config, absent, why);
}

void host_publish_locked(struct host *host, struct feed *feed, struct snapshot *fresh)
{
    struct snapshot *old = feed->current;
    fresh->serial = ++feed->serial;
    feed->current = fresh;
    snapshot_unref(old);
    fleet_changed(host->fleet);
}

void host_free(struct host *host)
{
    for (size_t i = 0; i < probe_count(); i++)
        snapshot_unref(host->feeds[i].current);
    free(host->feeds);
    host_state_free(host->state);
    link_free(host->link);
    pthread_cond_destroy(&host->changed);
    pthread_mutex_destroy(&host->lock);
    free(host);
}

static void host_on_change(void *user)
{
    struct host *host = user;
    struct link_status status;
    link_get_status(host->link, &status);
    pthread_mutex_lock(&host->lock);
    bool connected = status.up && !host->up;
    if (connected) {
        host->up = true;
        host->up_since_ms = clock_mono_ms();
        host->down_since_ms = 0;
        host->error[0] = '\0';
        schedule_all_now_locked(host);
    }
    pthread_mutex_unlock(&host->lock);
    fleet_changed(host->fleet);
    if (connected)
        log_line(LOG_INFO, "%s: connected to %s", host->config->name, status.peer);
}

// Doubling pauses with a fifth of jitter, so that many consoles do not knock at once.
static int64_t retry_pause_ms(const struct host *host)
{
    int64_t pause_ms = RETRY_FIRST_MS;
    for (int i = 1; i < host->attempts && pause_ms < host->config->retry_ms; i++)
        pause_ms *= 2;
    if (pause_ms > host->config->retry_ms)
        pause_ms = host->config->retry_ms;
    uint64_t dice = hash_mix((uint64_t)clock_mono_ms() ^ (uint64_t)(uintptr_t)host);
    return pause_ms * 4 / 5 + (int64_t)(dice % (uint64_t)(pause_ms / 5 + 1));
}

static void host_lost_locked(struct host *host, const struct err *err)
{
    int64_t now_ms = clock_mono_ms();
    memcpy(host->error, err->text, sizeof host->error);
    // A host that lets in and throws out at once is not to be knocked at without pause.
    if (host->up && now_ms - host->up_since_ms >= STEADY_MS)
        host->attempts = 0;
    host->up = false;
    host->attempts++;
    if (host->down_since_ms == 0)
        host->down_since_ms = now_ms;
    host->kicked = false;
    host->retry_at_ms = now_ms + retry_pause_ms(host);
}

static void host_pause_locked(struct host *host)
{
    while (!atomic_load(&host->stop) && !host->kicked && clock_mono_ms() < host->retry_at_ms)
        thread_cond_wait_until(&host->changed, &host->lock, host->retry_at_ms);
    host->retry_at_ms = 0;
}

static void *session_main(void *argument)
{
    struct host *host = argument;
    struct err said = {0};
    pthread_mutex_lock(&host->lock);
    host->retry_at_ms = clock_mono_ms() + (int64_t)host->index * STAGGER_MS;
    host_pause_locked(host);
    while (!atomic_load(&host->stop)) {
        pthread_mutex_unlock(&host->lock);
        struct err err = {0};
        bool stopped = link_run(host->link, host_on_change, host, &err);
        host_state_link_lost(host->state);
        // Logged when it changes, not at every try.
        if (!stopped && strcmp(said.text, err.text) != 0)
            log_line(LOG_WARN, "%s", err.text);
        said = err;
        pthread_mutex_lock(&host->lock);
        if (stopped || atomic_load(&host->stop))
            break;
        host_lost_locked(host, &err);
        fleet_changed(host->fleet);
        host_pause_locked(host);
    }
    host->up = false;
    pthread_mutex_unlock(&host->lock);
    return NULL;
}

void host_start(struct host *host)
{
    static const char *const lane_names[] = {
        [LANE_COMMAND] = "command", [LANE_SQL] = "sql", [LANE_HTTP] = "http"};
    if (!host->config->enabled)
        return;
    char name[16];
    snprintf(name, sizeof name, "link %.10s", host->config->name);
    host->session_runs = thread_start(&host->session, name, session_main, host);
    for (int lane = 0; lane < LANES; lane++) {
        struct lane_start *start = mem_alloc(sizeof *start);
        *start = (struct lane_start){.host = host, .lane = (enum lane)lane};
        snprintf(name, sizeof name, "%.7s %.7s", lane_names[lane], host->config->name);
        host->lane_runs[lane] = thread_start(&host->lanes[lane], name, lane_main, start);
        if (!host->lane_runs[lane])
            free(start);
    }
    bool all = host->session_runs;
    for (int lane = 0; lane < LANES; lane++)
        all = all && host->lane_runs[lane];
    if (!all) {
        pthread_mutex_lock(&host->lock);
        snprintf(host->error, sizeof host->error,
                 "%s: this machine starts no more threads; watch fewer hosts or raise ulimit -u",
                 host->config->name);
        pthread_mutex_unlock(&host->lock);
        fleet_changed(host->fleet);
    }
}

void host_stop(struct host *host)
{
    pthread_mutex_lock(&host->lock);
    atomic_store(&host->stop, true);
    pthread_cond_broadcast(&host->changed);
    pthread_mutex_unlock(&host->lock);
    link_stop(host->link);
    host_state_link_lost(host->state);
}

bool host_join(struct host *host, int64_t deadline_ms)
{
    bool all = true;
    if (host->session_runs && thread_join_until(host->session, deadline_ms))
        host->session_runs = false;
    all = all && !host->session_runs;
    for (int lane = 0; lane < LANES; lane++) {
        if (host->lane_runs[lane] && thread_join_until(host->lanes[lane], deadline_ms))
            host->lane_runs[lane] = false;
        all = all && !host->lane_runs[lane];
    }
    return all;
}
