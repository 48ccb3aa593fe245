// SPDX-License-Identifier: MIT

// A meter's packets from a file or standard input, and from an interface of this machine.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/privilege.h"
#include "base/thread.h"
#include "cli/meter.h"
#include "meter/capture.h"

enum {
    TICK_MS = 500,
    STOP_MS = 2000,
    JUDGE_US = 30 * 1000000, // of a file's own time between two looks for attackers
};

void mailbox_init(struct meter_mailbox *mailbox)
{
    pthread_mutex_init(&mailbox->lock, NULL);
    mailbox->wake = wake_new();
}

void mailbox_dispose(struct meter_mailbox *mailbox)
{
    meter_snapshot_free(mailbox->fresh);
    pthread_mutex_destroy(&mailbox->lock);
    if (mailbox->wake >= 0)
        close(mailbox->wake);
}

void mailbox_put(struct meter_mailbox *mailbox, struct meter_snapshot *snapshot)
{
    pthread_mutex_lock(&mailbox->lock);
    struct meter_snapshot *old = mailbox->fresh;
    mailbox->fresh = snapshot;
    pthread_mutex_unlock(&mailbox->lock);
    meter_snapshot_free(old);
    wake_signal(mailbox->wake);
}

void mailbox_end(struct meter_mailbox *mailbox, const struct err *why)
{
    pthread_mutex_lock(&mailbox->lock);
    mailbox->ended = true;
    mailbox->failed = why != NULL;
    if (why != NULL)
        mailbox->why = *why;
    pthread_mutex_unlock(&mailbox->lock);
    wake_signal(mailbox->wake);
}

struct meter *meter_plan_meter(const struct meter_plan *plan)
{
    struct meter *meter = meter_new(&(struct meter_options){
        .sip_ports = plan->ports.ports,
        .sip_port_count = plan->ports.count,
        .memory_max = (size_t)plan->settings.memory_mib << 20,
        .suspend_failures = (int)plan->settings.suspend_failures,
        .suspend_ms = plan->settings.suspend_ms,
    });
    if (plan->evidence != NULL)
        meter_watch(meter, evidence_ref(plan->evidence));
    return meter;
}

// Both kinds of source: a thread that feeds a meter, and a mailbox.
struct meter_source {
    const struct meter_plan *plan;
    struct attackers *attackers;
    struct meter *meter;
    struct meter_mailbox mailbox;
    struct meter_snapshot *current;
    struct capture *capture; // of an interface
    pthread_t thread;        // of a file
    struct err problem;
    bool joined;
    int stop_fd;
};

static void publish(void *user)
{
    struct meter_source *source = user;
    size_t talkers = (size_t)source->plan->settings.talkers;
    mailbox_put(&source->mailbox, meter_snapshot(source->meter, talkers));
}

static struct meter_source *source_new(const struct meter_plan *plan, struct attackers *attackers)
{
    struct meter_source *source = mem_alloc(sizeof *source);
    source->plan = plan;
    source->attackers = attackers;
    source->meter = meter_plan_meter(plan);
    source->stop_fd = -1;
    mailbox_init(&source->mailbox);
    return source;
}

static void source_free(struct meter_source *source)
{
    meter_snapshot_free(source->current);
    mailbox_dispose(&source->mailbox);
    meter_free(source->meter);
    if (source->stop_fd >= 0)
        close(source->stop_fd);
    free(source);
}

static int source_wake_fd(const struct meter_source *source)
{
    return source->mailbox.wake;
}

static const struct meter_snapshot *source_look(struct meter_source *source, bool *ended,
                                                bool *failed)
{
    struct meter_mailbox *mailbox = &source->mailbox;
    struct err why = {0};

    wake_drain(mailbox->wake);
    pthread_mutex_lock(&mailbox->lock);
    struct meter_snapshot *fresh = mailbox->fresh;
    mailbox->fresh = NULL;
    bool news = mailbox->failed && err_is_set(&mailbox->why);
    if (news) {
        why = mailbox->why;
        mailbox->why = (struct err){0};
    }
    *ended = mailbox->ended;
    *failed = mailbox->failed;
    pthread_mutex_unlock(&mailbox->lock);
    if (news) {
        cli_complain("%s", why.text);
        source->problem = why;
    }
    if (fresh != NULL) {
        meter_snapshot_free(source->current);
        source->current = fresh;
    }
    return source->current;
}

static const char *source_problem(const struct meter_source *source)
{
    return err_is_set(&source->problem) ? source->problem.text : NULL;
}

// A file.

static void judge(void *user)
{
    struct meter_source *source = user;
    struct meter_snapshot *now =
        meter_snapshot(source->meter, (size_t)source->plan->settings.talkers);
    attackers_judge(source->attackers, now);
    meter_snapshot_free(now);
}

static void *file_main(void *user)
{
    struct meter_source *source = user;
    struct err err = {0};
    // A file is over before anybody looks; what attacked within it is judged by its own time.
    bool waits = strcmp(source->plan->name, "-") == 0;
    struct capture_file_handlers handlers = {.tick = waits ? publish : NULL,
                                             .at = judge,
                                             .tick_ms = TICK_MS,
                                             .at_us = JUDGE_US,
                                             .for_us = source->plan->invocation->for_ms * 1000,
                                             .wake_fd = source->stop_fd,
                                             .user = source};
    bool whole = capture_file_watched(source->meter, source->plan->name, &handlers, &err);
    if (whole || meter_now_us(source->meter) != 0)
        publish(source);
    mailbox_end(&source->mailbox, whole ? NULL : &err);
    return NULL;
}

static struct meter_source *file_open(const struct meter_plan *plan, struct attackers *attackers,
                                      struct err *err)
{
    struct meter_source *source = source_new(plan, attackers);
    source->stop_fd = wake_new();
    if (!thread_start(&source->thread, "file", file_main, source)) {
        err_set(err, "%s: this machine has no room for another thread", plan->name);
        source_free(source);
        return NULL;
    }
    return source;
}

static const struct meter_snapshot *file_stop(struct meter_source *source, bool *failed)
{
    bool ended;
    wake_signal(source->stop_fd);
    source->joined = source->joined || thread_join_until(source->thread, clock_mono_ms() + STOP_MS);
    if (source->joined) { // what is printed is in the snapshot
        meter_free(source->meter);
        source->meter = NULL;
    }
    return source_look(source, &ended, failed);
}

static void file_free(struct meter_source *source)
{
    if (source->joined) // a thread that hangs in a read still uses it all
        source_free(source);
}

const struct meter_source_class meter_file_source = {.open = file_open,
                                                     .wake_fd = source_wake_fd,
                                                     .look = source_look,
                                                     .problem = source_problem,
                                                     .stop = file_stop,
                                                     .free = file_free};

// An interface.

static bool interface_opened(void *user, struct err *err)
{
    (void)user;
    return privilege_drop(err);
}

static void interface_end(void *user, const char *why)
{
    struct meter_source *source = user;
    struct err err = {0};
    publish(source);
    if (why != NULL)
        err_set(&err, "%s", why);
    mailbox_end(&source->mailbox, why != NULL ? &err : NULL);
}

static struct meter_source *interface_open(const struct meter_plan *plan,
                                           struct attackers *attackers, struct err *err)
{
    struct meter_source *source = source_new(plan, attackers);
    struct capture_handlers handlers = {.opened = interface_opened,
                                        .tick = publish,
                                        .end = interface_end,
                                        .tick_ms = TICK_MS,
                                        .user = source};
    source->capture = capture_start(source->meter, plan->name, plan->ports.ports, plan->ports.count,
                                    &handlers, err);
    if (source->capture == NULL) {
        source_free(source);
        return NULL;
    }
    return source;
}

static const struct meter_snapshot *interface_stop(struct meter_source *source, bool *failed)
{
    bool ended;
    source->joined = source->joined || capture_stop(source->capture);
    return source_look(source, &ended, failed);
}

const struct meter_source_class meter_interface_source = {.open = interface_open,
                                                          .wake_fd = source_wake_fd,
                                                          .look = source_look,
                                                          .problem = source_problem,
                                                          .stop = interface_stop,
                                                          .free = file_free};
