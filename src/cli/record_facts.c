// SPDX-License-Identifier: MIT

// Asks each live host in turn, once a minute; looks at the audit trail every two seconds.
#include "cli/record_facts.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "action/audit_table.h"
#include "action/facts.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

#define ASK_EVERY_MS  60000
#define ASK_AGAIN_MS  5000 // where there was no answer
#define ASK_MS        8000
#define LOOK_EVERY_MS 2000
#define STOP_MS       1500

struct asked_host {
    struct facts_cache cache; // the thread's
    int64_t due_ms;           // the thread's
    struct str text;          // under the lock
    bool fresh;               // under the lock
};

struct record_facts {
    struct fleet *fleet;
    char *trail_path;
    struct timespec trail_time; // as last read
    struct asked_host *hosts;
    size_t host_count;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stop;
};

static void ask_host(struct record_facts *facts, size_t index)
{
    struct asked_host *host = &facts->hosts[index];
    struct host_status status;
    fleet_host_status(facts->fleet, index, &status);
    if (clock_mono_ms() < host->due_ms || status.word != HOST_LIVE)
        return;
    struct host_facts *said = NULL;
    bool ok = facts_gather(facts->fleet, index, false, clock_mono_ms() + ASK_MS, &host->cache,
                           &said, NULL);
    host->due_ms = clock_mono_ms() + (ok ? ASK_EVERY_MS : ASK_AGAIN_MS);
    if (!ok)
        return;
    pthread_mutex_lock(&facts->lock);
    str_clear(&host->text);
    str_append_bytes(&host->text, str_text(&said->out), said->out.len);
    host->fresh = true;
    pthread_mutex_unlock(&facts->lock);
    facts_free(said);
}

static void read_trail(struct record_facts *facts)
{
    struct stat info;
    struct audit_trail trail = {0};
    if (stat(facts->trail_path, &info) != 0 || (info.st_mtim.tv_sec == facts->trail_time.tv_sec &&
                                                info.st_mtim.tv_nsec == facts->trail_time.tv_nsec))
        return;
    facts->trail_time = info.st_mtim;
    if (audit_load(facts->trail_path, &trail, NULL))
        for (size_t i = 0; i < facts->host_count; i++)
            fleet_publish(
                facts->fleet, i, &probe_audit,
                audit_table(&trail, fleet_host(facts->fleet, i)->name, AUDIT_PANE_ROWS_MAX),
                "the audit trail");
    audit_trail_dispose(&trail);
}

static void *facts_main(void *argument)
{
    struct record_facts *facts = argument;
    pthread_mutex_lock(&facts->lock);
    while (!facts->stop) {
        pthread_mutex_unlock(&facts->lock);
        read_trail(facts);
        for (size_t i = 0; i < facts->host_count; i++)
            ask_host(facts, i);
        pthread_mutex_lock(&facts->lock);
        if (!facts->stop)
            thread_cond_wait_until(&facts->changed, &facts->lock, clock_mono_ms() + LOOK_EVERY_MS);
    }
    pthread_mutex_unlock(&facts->lock);
    return NULL;
}

struct record_facts *record_facts_new(struct fleet *fleet, const struct config *config)
{
    struct record_facts *facts = mem_alloc(sizeof *facts);
    facts->fleet = fleet;
    facts->trail_path = audit_default_path(config->state_dir);
    facts->host_count = fleet_host_count(fleet);
    facts->hosts = mem_array(facts->host_count, sizeof *facts->hosts);
    pthread_mutex_init(&facts->lock, NULL);
    thread_cond_init(&facts->changed);
    facts->started = thread_start(&facts->thread, "facts", facts_main, facts);
    return facts;
}

void record_facts_take(struct record_facts *facts, struct recorder *recorder)
{
    pthread_mutex_lock(&facts->lock);
    for (size_t i = 0; i < facts->host_count; i++) {
        struct asked_host *host = &facts->hosts[i];
        if (host->fresh)
            recorder_take_facts(recorder, i, str_text(&host->text), host->text.len);
        host->fresh = false;
    }
    pthread_mutex_unlock(&facts->lock);
}

bool record_facts_stop(struct record_facts *facts)
{
    pthread_mutex_lock(&facts->lock);
    facts->stop = true;
    pthread_cond_broadcast(&facts->changed);
    pthread_mutex_unlock(&facts->lock);
    if (facts->started && thread_join_until(facts->thread, clock_mono_ms() + STOP_MS))
        facts->started = false;
    return !facts->started;
}

void record_facts_free(struct record_facts *facts)
{
    for (size_t i = 0; i < facts->host_count; i++) {
        facts_cache_dispose(&facts->hosts[i].cache);
        str_dispose(&facts->hosts[i].text);
    }
    free(facts->hosts);
    free(facts->trail_path);
    pthread_cond_destroy(&facts->changed);
    pthread_mutex_destroy(&facts->lock);
    free(facts);
}
