// SPDX-License-Identifier: MIT

// One host of a fleet: its threads, feeds and state. Private to the fleet folder.
#ifndef FLEET_HOST_H
#define FLEET_HOST_H

#include <pthread.h>
#include <stdatomic.h>

#include "fleet/fleet.h"

// One probe of one host. All members are guarded by the host's lock, but plan and probe never
// change.
struct feed {
    const struct probe *probe;
    const struct profile_probe *plan; // NULL: it is not read on this host
    bool looked;
    bool running;
    bool restart;                   // the link came up anew while it was running: read again
    bool asked;                     // by the operator or an action: read anew what is kept, too
    bool begun;                     // attempted since the link came up
    size_t source;                  // the one to try next; > 0: a fallback of this round
    int64_t due_ms;                 // monotonic; INT64_MAX: not at all
    int64_t answered_ms;            // when the newest reading that succeeded began; 0: none did
    int64_t first_failed_ms;        // when the first choice last failed; 0: it works
    char first_error[ERR_TEXT_MAX]; // why, for the note beside a fallback
    struct snapshot *current;       // with the feed's reference
    uint64_t serial;
};

struct host {
    struct fleet *fleet;
    size_t index;
    const struct host_config *config;
    const struct profile *profile;
    struct link *link;
    struct host_state *state;
    atomic_bool stop;

    pthread_mutex_t lock;
    pthread_cond_t changed; // work for a lane, or a reason for the session thread to wake
    struct feed *feeds;     // one per probe, in the order of probes[]
    bool idle_reading;
    bool up;
    // Of a host that nobody configured: nothing listens there. What has answered once is not absent
    // when it stops.
    atomic_bool absent[LANES], answered[LANES];
    bool kicked;           // try to connect now
    int attempts;          // connections that failed, or did not last, since the last good one
    int64_t retry_at_ms;   // 0: not waiting
    int64_t up_since_ms;   // of the newest connection
    int64_t down_since_ms; // 0: up
    int64_t newest_ms;     // last successful reading
    char error[ERR_TEXT_MAX];
    struct host_status put; // of a played host; its ages are as of put_ms
    int64_t put_ms;

    pthread_t session, lanes[LANES];
    bool session_runs, lane_runs[LANES];
};

struct host *host_new(struct fleet *fleet, size_t index, const struct host_config *config,
                      const struct profile *profile);
void host_free(struct host *host);
void host_start(struct host *host);
void host_stop(struct host *host);                      // only asks
bool host_join(struct host *host, int64_t deadline_ms); // false: a thread was left behind

// Whether there is nothing to read this probe from on the host; why may be NULL.
bool host_is_off(const struct host *host, const struct probe *probe, struct err *why);

// Replaces the feed's snapshot; the host's lock is held.
void host_publish_locked(struct host *host, struct feed *feed, struct snapshot *fresh);

struct host *fleet_host_at(struct fleet *fleet, size_t host);

// play.c: the status of a played host.
void play_status(struct host *host, struct host_status *out);

// Wakes whoever watches the fleet's descriptor.
void fleet_changed(struct fleet *fleet);

// lane.c: the body of a lane's thread, and the schedule; *_locked want the host's lock held.
struct lane_start {
    struct host *host;
    enum lane lane;
};
void *lane_main(void *lane_start); // frees its argument
void schedule_all_now_locked(struct host *host);
void schedule_refresh_locked(struct host *host, struct feed *feed);

#endif
