// SPDX-License-Identifier: MIT

// The connection that an action needs: there, or made anew.
#include <unistd.h>

#include "action/run_private.h"
#include "base/clock.h"

#define REACH_MS   15000 // until a host that is being connected to must be there
#define GIVE_UP_MS 3000  // and one that could not be reached
#define LOOK_MS    10

static void set_connecting(struct runner *runner, size_t host, bool connecting)
{
    pthread_mutex_lock(&runner->lock);
    runner->workers[host].connecting = connecting;
    runner->workers[host].hurried = false;
    pthread_mutex_unlock(&runner->lock);
}

static bool is_hurried(struct runner *runner, size_t host)
{
    pthread_mutex_lock(&runner->lock);
    bool hurried = runner->workers[host].hurried;
    pthread_mutex_unlock(&runner->lock);
    return hurried;
}

// The command line starts with a fleet that has only begun to connect. The time counts from when it
// was asked for: what waited behind another action does not run long after.
static bool reach(struct runner *runner, const struct part *part, struct err *err)
{
    size_t host = part->host;
    int64_t asked_ms = part->submission->request.timeout_ms;
    int64_t reach_ms = asked_ms > 0 ? asked_ms : REACH_MS;
    int64_t began_ms = part->submission->phase_began_ms;
    if (began_ms == 0)
        began_ms = clock_mono_ms();
    for (;;) {
        struct link_status link;
        struct host_status status;
        link_get_status(fleet_link(runner->fleet, host), &link);
        if (link.up)
            return true;
        fleet_host_status(runner->fleet, host, &status);
        int64_t waited_ms = clock_mono_ms() - began_ms;
        const char *name = fleet_host(runner->fleet, host)->name;
        if (status.word == HOST_DISABLED)
            return err_set(err, "%s: this host is disabled in nocdesk.ini", name);
        if (is_hurried(runner, host))
            return err_set(err, "%s: it was not waited for any longer; nothing was done", name);
        bool failing = status.error[0] != '\0' && waited_ms > GIVE_UP_MS;
        if (failing || waited_ms > reach_ms || atomic_load(&runner->stop))
            return status.error[0] != '\0'
                       ? err_set(err, "%s; nothing was done", status.error)
                       : err_set(err, "%s: not connected; nothing was done", name);
        usleep(LOOK_MS * 1000);
    }
}

bool run_reach(struct runner *runner, const struct part *part, struct err *err)
{
    set_connecting(runner, part->host, true);
    bool there = reach(runner, part, err);
    set_connecting(runner, part->host, false);
    return there;
}

bool run_renew(struct runner *runner, const struct part *part, struct err *err)
{
    struct link *link = fleet_link(runner->fleet, part->host);
    if (part->out->config->link == LINK_LOCAL)
        return true;
    unsigned long long before = atomic_load(&link_load(link)->connects);
    int64_t deadline_ms = clock_mono_ms() + REACH_MS;
    fleet_renew(runner->fleet, part->host);
    while (atomic_load(&link_load(link)->connects) == before && !atomic_load(&runner->stop)) {
        if (clock_left_ms(deadline_ms) == 0)
            return err_set(err, "%s: no new connection could be made; nothing was done",
                           fleet_host(runner->fleet, part->host)->name);
        usleep(LOOK_MS * 1000);
    }
    return run_reach(runner, part, err);
}

void run_note_wait(struct runner *runner, size_t host, const struct part *part)
{
    bool waits = part != NULL && !part->submission->quiet;
    int64_t since_ms = waits ? part->submission->phase_began_ms : 0;
    pthread_mutex_lock(&runner->lock);
    runner->workers[host].busy_since_ms = since_ms;
    pthread_mutex_unlock(&runner->lock);
}

bool runner_waits(struct runner *runner, struct run_wait *out)
{
    int64_t now_ms = clock_mono_ms();
    bool waits = false;
    pthread_mutex_lock(&runner->lock);
    for (size_t i = 0; i + 1 < runner->worker_count; i++) {
        const struct worker *worker = &runner->workers[i];
        int64_t waited_ms = now_ms - worker->busy_since_ms;
        if (worker->busy_since_ms == 0 || (waits && waited_ms <= out->waited_ms))
            continue;
        *out = (struct run_wait){i, waited_ms, worker->connecting};
        waits = true;
    }
    pthread_mutex_unlock(&runner->lock);
    return waits;
}

void runner_stop_waiting(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    for (size_t i = 0; i + 1 < runner->worker_count; i++)
        runner->workers[i].hurried = runner->workers[i].connecting;
    pthread_mutex_unlock(&runner->lock);
}
