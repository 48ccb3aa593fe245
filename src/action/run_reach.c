// SPDX-License-Identifier: MIT

// The connection that an action needs: there, or made anew.
#include <unistd.h>

#include "action/run_private.h"
#include "base/clock.h"

#define REACH_MS   15000 // until a host that is being connected to must be there
#define GIVE_UP_MS 3000  // and one that could not be reached
#define LOOK_MS    10

// The command line starts with a fleet that has only begun to connect. The time counts from when it
// was asked for: what waited behind another action does not run long after.
bool run_reach(struct runner *runner, const struct part *part, struct err *err)
{
    size_t host = part->host;
    if (fleet_is_played(runner->fleet))
        return true; // what there is is there
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
        bool failing = status.error[0] != '\0' && waited_ms > GIVE_UP_MS;
        if (failing || waited_ms > reach_ms || atomic_load(&runner->stop))
            return status.error[0] != '\0'
                       ? err_set(err, "%s; nothing was done", status.error)
                       : err_set(err, "%s: not connected; nothing was done", name);
        usleep(LOOK_MS * 1000);
    }
}

bool run_renew(struct runner *runner, const struct part *part, struct err *err)
{
    struct link *link = fleet_link(runner->fleet, part->host);
    if (part->out->config->link == LINK_LOCAL || fleet_is_played(runner->fleet))
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
