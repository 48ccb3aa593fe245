// SPDX-License-Identifier: MIT

// A lane reads the due probes of one host one after the other, with fallbacks, and publishes what
// it got.
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "fleet/host.h"
#include "link/service.h"

// After a failure the next try comes this soon, so that a mended cause shows within seconds.
#define RETRY_MS 2000
// A source that has stopped answering is asked again with less patience than the profile's
// time-out, so that its return shows within seconds too; but never with less than twice what its
// last good answer took.
#define RETRY_PATIENCE_MS 2500
// How long the first choice rests after a failure before it is tried again.
#define FIRST_CHOICE_REST_MS 4000
// A probe that joins another waits this long at most for the other's first reading.
#define NEEDS_WAIT_MS 4000

static int64_t feed_period_ms(const struct host *host, const struct feed *feed)
{
    if (feed->plan == NULL)
        return -1;
    if (!feed->looked)
        return host->idle_reading ? feed->plan->idle_period_ms : -1;
    // An operator may slow a host's panes down, but not past what the product allows.
    return feed->plan->period_ms > host->config->period_ms ? feed->plan->period_ms
                                                           : host->config->period_ms;
}

// The period that a snapshot is judged by, also while nobody looks.
static int64_t shown_period_ms(const struct host *host, const struct feed *feed)
{
    int64_t period_ms = feed_period_ms(host, feed);
    return period_ms < 0 ? feed->plan->period_ms : period_ms;
}

// Neither an operator's key nor a connection made anew may ask more often than the product allows.
static int64_t allowed_ms(const struct feed *feed, int64_t wanted_ms)
{
    int64_t earliest_ms =
        feed->answered_ms == 0 ? wanted_ms : feed->answered_ms + feed->plan->least_period_ms;
    return wanted_ms > earliest_ms ? wanted_ms : earliest_ms;
}

void schedule_refresh_locked(struct host *host, struct feed *feed)
{
    if (feed->plan == NULL)
        return;
    feed->asked = true;
    feed->source = 0;
    feed->due_ms = allowed_ms(feed, clock_mono_ms());
    pthread_cond_broadcast(&host->changed);
}

void schedule_all_now_locked(struct host *host)
{
    int64_t now_ms = clock_mono_ms();
    for (size_t i = 0; i < probe_count(); i++) {
        struct feed *feed = &host->feeds[i];
        feed->restart = feed->running;
        if (feed->running)
            continue; // its source and its beginning are needed when it ends
        feed->source = 0;
        feed->due_ms = feed_period_ms(host, feed) < 0 ? INT64_MAX : allowed_ms(feed, now_ms);
        // Whoever joins what the product does not allow to be read yet takes what there is.
        feed->begun = feed->due_ms != INT64_MAX && feed->due_ms > now_ms;
    }
    pthread_cond_broadcast(&host->changed);
}

static const struct reader *feed_reader(const struct feed *feed)
{
    return reader_find(feed->plan->sources[feed->source].reader);
}

// Whether one of these has yet to be read for the first time.
static bool awaits_one_of(const struct host *host, const char *const *names)
{
    for (; names != NULL && *names != NULL; names++) {
        const struct probe *needed = probe_find(*names);
        const struct feed *other = needed == NULL ? NULL : &host->feeds[probe_index(needed)];
        if (other != NULL && other->plan != NULL && other->due_ms != INT64_MAX &&
            (!other->begun || other->running))
            return true;
    }
    return false;
}

static bool feed_waits_for_needs(const struct host *host, const struct feed *feed, int64_t now_ms)
{
    if (feed->begun || now_ms - feed->due_ms > NEEDS_WAIT_MS)
        return false;
    return awaits_one_of(host, feed->probe->needs) || awaits_one_of(host, feed->probe->needs_idle);
}

// The feed of this lane that is due first. *wait_ms is when to look again where none is due.
static struct feed *pick_locked(struct host *host, enum lane lane, int64_t *wake_ms)
{
    int64_t now_ms = clock_mono_ms();
    struct feed *first = NULL;
    *wake_ms = now_ms + 60000;
    for (size_t i = 0; i < probe_count() && host->up; i++) {
        struct feed *feed = &host->feeds[i];
        if (feed->plan == NULL || feed->running || feed->due_ms == INT64_MAX)
            continue;
        const struct reader *reader = feed_reader(feed);
        if (reader == NULL || reader->lane != lane)
            continue;
        int64_t at_ms = feed->due_ms;
        if (at_ms <= now_ms && feed_waits_for_needs(host, feed, now_ms))
            at_ms = now_ms + 50;
        if (at_ms < *wake_ms)
            *wake_ms = at_ms;
        if (at_ms <= now_ms && (first == NULL || feed->due_ms < first->due_ms))
            first = feed;
    }
    return first;
}

static const struct table *reading_latest(struct reading *reading, const char *probe_name,
                                          size_t variant, int64_t *age_ms)
{
    struct host *host = reading->fleet;
    const struct probe *probe = probe_find(probe_name);
    if (probe == NULL)
        return NULL;
    pthread_mutex_lock(&host->lock);
    const struct snapshot *snapshot = host->feeds[probe_index(probe)].current;
    const struct table *table = snapshot_table(snapshot, variant);
    if (table != NULL) {
        table_ref(table);
        if (age_ms != NULL)
            *age_ms = clock_mono_ms() - snapshot->read_mono_ms;
    }
    pthread_mutex_unlock(&host->lock);
    return table;
}

static void reading_progress(struct reading *reading, int pct, const char *text)
{
    struct host *host = reading->fleet;
    pthread_mutex_lock(&host->lock);
    struct feed *feed = &host->feeds[probe_index(reading->probe)];
    struct snapshot *fresh = snapshot_copy(feed->current);
    fresh->loading = true;
    fresh->progress_pct = pct;
    snprintf(fresh->progress, sizeof fresh->progress, "%s", text);
    host_publish_locked(host, feed, fresh);
    pthread_mutex_unlock(&host->lock);
}

static void snapshot_take_tables(struct snapshot *snapshot, struct reading *reading)
{
    size_t variants = 1;
    const struct schema *schema = reading->probe->schema;
    while (schema->variants != NULL && schema->variants[variants] != NULL)
        variants++;
    snapshot->tables = reading->tables;
    snapshot->table_count = variants;
    reading->tables = NULL;
}

static void publish_success_locked(struct host *host, struct feed *feed, struct reading *reading,
                                   int64_t took_us, int64_t period_ms)
{
    struct snapshot *fresh = snapshot_new();
    snapshot_take_tables(fresh, reading);
    fresh->read_mono_ms = clock_mono_ms();
    fresh->read_wall_ms = clock_wall_ms();
    fresh->took_us = took_us;
    memcpy(fresh->source, reading->label, sizeof fresh->source);
    memcpy(fresh->note, reading->note, sizeof fresh->note);
    fresh->fallback = feed->source > 0;
    if (fresh->fallback && fresh->note[0] == '\0')
        snprintf(fresh->note, sizeof fresh->note, _("fallback: %.220s"), feed->first_error);
    memcpy(fresh->blind, reading->blind, sizeof fresh->blind);
    fresh->settling = reading->settling;
    fresh->period_ms = period_ms;
    fresh->attempts = feed->current == NULL ? 1 : feed->current->attempts + 1;
    host->newest_ms = fresh->read_mono_ms;
    if (feed->source == 0)
        feed->first_failed_ms = 0;
    host_publish_locked(host, feed, fresh);
}

// Whether the error is a new one.
static bool publish_failure_locked(struct host *host, struct feed *feed, const struct err *err,
                                   int64_t period_ms)
{
    struct snapshot *fresh = snapshot_copy(feed->current);
    bool is_new = strcmp(fresh->error, err->text) != 0;
    memcpy(fresh->error, err->text, sizeof fresh->error);
    fresh->loading = false;
    fresh->period_ms = period_ms;
    fresh->attempts++;
    host_publish_locked(host, feed, fresh);
    return is_new;
}

// Where the next round begins: at the first choice again, unless it has just failed.
static size_t next_source(const struct feed *feed, int64_t due_ms)
{
    bool resting = feed->first_failed_ms != 0 &&
                   due_ms - feed->first_failed_ms < FIRST_CHOICE_REST_MS &&
                   feed->plan->source_count > 1;
    return resting ? 1 : 0;
}

static void reschedule_locked(struct host *host, struct feed *feed, int64_t delay_ms)
{
    if (feed_period_ms(host, feed) < 0) {
        feed->due_ms = INT64_MAX;
        feed->source = 0;
        return;
    }
    feed->due_ms = allowed_ms(feed, clock_mono_ms() + delay_ms);
    feed->source = next_source(feed, feed->due_ms);
}

// What began over the old link says nothing of the new one: once more, from the first choice.
static void restart_locked(struct host *host, struct feed *feed)
{
    feed->restart = false;
    reschedule_locked(host, feed, 0);
    feed->source = 0;
    feed->begun = feed->due_ms > clock_mono_ms();
}

static void finish_success_locked(struct host *host, struct feed *feed, struct reading *reading,
                                  int64_t took_us)
{
    int64_t shown_ms = shown_period_ms(host, feed);
    int64_t began_ms = feed->due_ms;
    feed->answered_ms = began_ms;
    publish_success_locked(host, feed, reading, took_us, shown_ms);
    // The period counts from the start of this reading, so that it does not drift.
    int64_t delay_ms =
        reading->again_ms > 0 ? reading->again_ms : began_ms + shown_ms - clock_mono_ms();
    reschedule_locked(host, feed, delay_ms < 100 ? 100 : delay_ms);
    if (reading->again_ms > 0 && reading->again_asks_nothing && feed->due_ms != INT64_MAX)
        feed->due_ms = clock_mono_ms() + reading->again_ms;
}

// Whether the failure is to be logged: when it changes, not at every try.
static bool finish_failure_locked(struct host *host, struct feed *feed, const struct err *err)
{
    if (feed->restart)
        return false;
    if (feed->source == 0) {
        feed->first_failed_ms = clock_mono_ms();
        memcpy(feed->first_error, err->text, sizeof feed->first_error);
    }
    if (feed->source + 1 < feed->plan->source_count) {
        feed->source++;
        feed->due_ms = clock_mono_ms();
        return false;
    }
    int64_t shown_ms = shown_period_ms(host, feed);
    bool none = feed->current == NULL || feed->current->table_count == 0;
    bool off = none && host_is_off(host, feed->probe, NULL);
    const struct err no_fault = {0};
    bool is_new = publish_failure_locked(host, feed, off ? &no_fault : err, shown_ms) && !off;
    reschedule_locked(host, feed, shown_ms < RETRY_MS ? shown_ms : RETRY_MS);
    return is_new;
}

// Of a machine that nobody configured: what has never answered, and where nothing listens, is not
// there.
static void look_for_service(struct host *host, enum lane lane)
{
    bool absent = lane == LANE_SQL    ? service_sql_is_absent(host->config)
                  : lane == LANE_HTTP ? service_http_is_absent(host->config)
                                      : false;
    atomic_store(&host->absent[lane], absent);
}

static int64_t patience_ms(const struct feed *feed)
{
    const struct snapshot *last = feed->current;
    bool answered_once = last != NULL && last->table_count > 0;
    bool failing = answered_once &&
                   (last->error[0] != '\0' || (feed->source == 0 && feed->first_failed_ms != 0));
    if (!failing)
        return feed->plan->timeout_ms;
    int64_t patience = 2 * last->took_us / 1000;
    if (patience < RETRY_PATIENCE_MS)
        patience = RETRY_PATIENCE_MS;
    return patience < feed->plan->timeout_ms ? patience : feed->plan->timeout_ms;
}

static void read_feed(struct host *host, struct feed *feed, const struct profile_source *source,
                      bool asked)
{
    struct reading reading = {
        .host = host->config,
        .profile = host->profile,
        .probe = feed->probe,
        .plan = feed->plan,
        .source = source,
        .link = host->link,
        .deadline_ms = clock_mono_ms() + patience_ms(feed),
        .stop = &host->stop,
        .asked = asked,
        .state = host->state,
        .fleet = host,
        .latest = reading_latest,
        .progress = reading_progress,
    };
    struct err err = {0};
    const struct reader *reader = reader_find(source->reader);
    if (host->config->assumed && !atomic_load(&host->answered[reader->lane]))
        look_for_service(host, reader->lane);
    int64_t began_us = clock_mono_us();
    bool ok = true;
    if (!probe_is_for(feed->probe, host->config))
        reading_nothing(&reading);
    else if ((ok = reader->read(&reading, &err) && reading.tables != NULL))
        atomic_store(&host->answered[reader->lane], true);
    int64_t took_us = clock_mono_us() - began_us;
    if (!ok && !err_is_set(&err))
        err_set(&err, "%s: %s: the reading failed without a reason; this is a fault of nocdesk",
                host->config->name, source->reader);

    pthread_mutex_lock(&host->lock);
    bool say = false;
    feed->running = false;
    feed->begun = true;
    if (ok)
        finish_success_locked(host, feed, &reading, took_us);
    else
        say = finish_failure_locked(host, feed, &err);
    if (feed->asked) // meanwhile: what was read may be from before
        schedule_refresh_locked(host, feed);
    if (feed->restart)
        restart_locked(host, feed);
    pthread_cond_broadcast(&host->changed);
    pthread_mutex_unlock(&host->lock);
    if (say)
        log_line(LOG_WARN, "%s: %s", feed->probe->schema->name, err.text);
    reading_dispose(&reading);
}

void *lane_main(void *argument)
{
    struct lane_start start = *(struct lane_start *)argument;
    struct host *host = start.host;
    free(argument);
    pthread_mutex_lock(&host->lock);
    while (!atomic_load(&host->stop)) {
        int64_t wake_ms;
        struct feed *feed = pick_locked(host, start.lane, &wake_ms);
        if (feed == NULL) {
            thread_cond_wait_until(&host->changed, &host->lock, wake_ms);
            continue;
        }
        feed->running = true;
        // A period counts from now when the reading comes late.
        feed->due_ms = clock_mono_ms();
        const struct profile_source *source = &feed->plan->sources[feed->source];
        bool asked = feed->asked;
        feed->asked = false;
        pthread_mutex_unlock(&host->lock);
        read_feed(host, feed, source, asked);
        pthread_mutex_lock(&host->lock);
    }
    pthread_mutex_unlock(&host->lock);
    return NULL;
}
