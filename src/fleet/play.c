// SPDX-License-Identifier: MIT

// A fleet that reaches nothing: hosts and readings are what somebody puts there.
#include "base/clock.h"
#include "fleet/host.h"

void fleet_put_status(struct fleet *fleet, size_t index, const struct host_status *status)
{
    struct host *host = fleet_host_at(fleet, index);
    pthread_mutex_lock(&host->lock);
    host->put = *status;
    host->put_ms = clock_shown_mono_ms();
    pthread_mutex_unlock(&host->lock);
    fleet_changed(fleet);
}

void play_status(struct host *host, struct host_status *out)
{
    pthread_mutex_lock(&host->lock);
    *out = host->put;
    int64_t passed_ms = clock_shown_mono_ms() - host->put_ms;
    pthread_mutex_unlock(&host->lock);
    out->retry_in_ms = out->retry_in_ms > passed_ms ? out->retry_in_ms - passed_ms : 0;
    if (out->newest_age_ms >= 0)
        out->newest_age_ms += passed_ms;
}

void fleet_put_snapshot(struct fleet *fleet, size_t index, const struct probe *probe,
                        struct snapshot *snapshot)
{
    struct host *host = fleet_host_at(fleet, index);
    struct feed *feed = &host->feeds[probe_index(probe)];
    pthread_mutex_lock(&host->lock);
    if (snapshot != NULL) {
        host_publish_locked(host, feed, snapshot);
    } else {
        snapshot_unref(feed->current);
        feed->current = NULL;
        fleet_changed(fleet);
    }
    pthread_mutex_unlock(&host->lock);
}

void fleet_put_answer(struct fleet *fleet, size_t host, const char *text, size_t len)
{
    link_put_answer(fleet_host_at(fleet, host)->link, text, len);
}
