// SPDX-License-Identifier: MIT

// The reader of the audit trail.
#include "tui/act_trail.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "action/audit_table.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

#define LOOK_MS 1000 // other consoles write into it too

struct act_trail {
    struct fleet *fleet;
    char *path;
    pthread_t thread;
    int wake_fd;
    atomic_bool stop;
};

// When the table says something else though the trail is the same, wall clock; 0: never.
static int64_t publish(struct act_trail *trail)
{
    struct audit_trail read = {0};
    struct err err = {0};
    if (!audit_load(trail->path, &read, &err))
        return 0; // the runner says so when it matters
    for (size_t i = 0; i < fleet_host_count(trail->fleet); i++)
        fleet_publish(trail->fleet, i, &probe_audit,
                      audit_table(&read, fleet_host(trail->fleet, i)->name, AUDIT_PANE_ROWS_MAX),
                      "audit.jsonl");
    int64_t next_ms = audit_next_end(&read);
    audit_trail_dispose(&read);
    return next_ms;
}

static bool has_changed(const struct act_trail *trail, struct stat *known)
{
    struct stat now = {0};
    if (stat(trail->path, &now) != 0)
        return false;
    bool changed = now.st_size != known->st_size || now.st_ino != known->st_ino ||
                   now.st_mtim.tv_sec != known->st_mtim.tv_sec ||
                   now.st_mtim.tv_nsec != known->st_mtim.tv_nsec;
    *known = now;
    return changed;
}

static void *follow(void *argument)
{
    struct act_trail *trail = argument;
    struct stat known = {0};
    int64_t next_ms = 0;
    struct pollfd woken = {.fd = trail->wake_fd, .events = POLLIN};
    while (!atomic_load(&trail->stop)) {
        wake_drain(trail->wake_fd);
        bool ended = next_ms != 0 && clock_wall_ms() >= next_ms;
        if (has_changed(trail, &known) || ended)
            next_ms = publish(trail);
        poll(&woken, 1, LOOK_MS);
    }
    return NULL;
}

struct act_trail *act_trail_new(struct fleet *fleet, const char *path)
{
    struct act_trail *trail = mem_alloc(sizeof *trail);
    trail->fleet = fleet;
    trail->path = mem_strdup(path);
    trail->wake_fd = wake_new();
    atomic_init(&trail->stop, false);
    if (trail->wake_fd >= 0 && thread_start(&trail->thread, "trail", follow, trail))
        return trail;
    act_trail_free(trail);
    return NULL;
}

void act_trail_read(struct act_trail *trail)
{
    wake_signal(trail->wake_fd);
}

bool act_trail_stop(struct act_trail *trail, int64_t within_ms)
{
    if (trail == NULL)
        return true;
    atomic_store(&trail->stop, true);
    wake_signal(trail->wake_fd);
    return thread_join_until(trail->thread, clock_mono_ms() + within_ms);
}

void act_trail_free(struct act_trail *trail)
{
    if (trail == NULL)
        return;
    if (trail->wake_fd >= 0)
        close(trail->wake_fd);
    free(trail->path);
    free(trail);
}
