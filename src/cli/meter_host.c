// SPDX-License-Identifier: MIT

// A meter's packets from a configured host: the stream that the flood pane reads, kept up by a link
// of its own.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/thread.h"
#include "cli/meter.h"
#include "probe/probe.h"
#include "probe/sip_capture.h"

enum {
    RETRY_MS = 1000, // after the first failure; doubled up to the host's longest pause
    READ_MS = 8000,
    STOP_MS = 800,
};

struct meter_source {
    const struct meter_plan *plan;
    struct host_config host; // the configured one, with --port
    struct link *link;
    struct host_state *state;
    pthread_t thread;
    bool runs;
    atomic_bool stop;
    struct attackers *attackers;
    bool watched; // the evidence was handed over
    bool asked;   // a question was refused
    bool ever;    // counts came

    pthread_mutex_t lock;
    pthread_cond_t woken;
    struct err lost; // why the link is down; none while it is up or was never tried

    char said[ERR_TEXT_MAX]; // the sentence that stands; "" : all is well
};

static void set_lost(struct meter_source *source, const struct err *err)
{
    pthread_mutex_lock(&source->lock);
    source->lost = *err;
    pthread_mutex_unlock(&source->lock);
}

// Until it is time to try again, or to end.
static void pause_for(struct meter_source *source, int64_t pause_ms)
{
    int64_t until_ms = clock_mono_ms() + pause_ms;
    pthread_mutex_lock(&source->lock);
    while (!atomic_load(&source->stop) &&
           thread_cond_wait_until(&source->woken, &source->lock, until_ms))
        ;
    pthread_mutex_unlock(&source->lock);
}

static void *link_main(void *user)
{
    struct meter_source *source = user;
    int64_t longest_ms = source->host.retry_ms > RETRY_MS ? source->host.retry_ms : RETRY_MS;
    int64_t pause_ms = RETRY_MS;
    while (!atomic_load(&source->stop)) {
        struct err err = {0};
        int64_t began_ms = clock_mono_ms();
        bool stopped = link_run(source->link, NULL, NULL, &err);
        host_state_link_lost(source->state);
        if (stopped)
            break;
        set_lost(source, &err);
        if (clock_mono_ms() - began_ms > longest_ms)
            pause_ms = RETRY_MS; // it lasted
        pause_for(source, pause_ms);
        pause_ms = pause_ms * 2 < longest_ms ? pause_ms * 2 : longest_ms;
    }
    return NULL;
}

static struct meter_source *host_open(const struct meter_plan *plan, struct attackers *attackers,
                                      struct err *err)
{
    struct meter_source *source = mem_alloc(sizeof *source);
    source->plan = plan;
    source->attackers = attackers;
    source->host = *plan->host;
    if (plan->invocation->port_count > 0) {
        source->host.sip_ports = plan->invocation->ports;
        source->host.sip_port_count = plan->invocation->port_count;
    }
    atomic_init(&source->stop, false);
    pthread_mutex_init(&source->lock, NULL);
    thread_cond_init(&source->woken);
    source->link = link_new(&source->host);
    source->state = host_state_new(&source->host);
    source->runs = thread_start(&source->thread, "link", link_main, source);
    if (source->runs)
        return source;
    err_set(err, "%s: this machine has no room for another thread", plan->name);
    meter_host_source.free(source);
    return NULL;
}

static int host_wake_fd(const struct meter_source *source)
{
    (void)source;
    return -1;
}

// Once per sentence; and once when all is well again.
static void say(struct meter_source *source, const char *sentence)
{
    if (strcmp(source->said, sentence) == 0)
        return;
    if (sentence[0] != '\0')
        cli_complain("%s", sentence);
    else
        cli_complain("%s: the capture goes on", source->plan->name);
    snprintf(source->said, sizeof source->said, "%s", sentence);
}

// Nobody is there to answer.
static void refuse_question(struct meter_source *source, const struct link_question *question)
{
    char text[ERR_TEXT_MAX];
    snprintf(text, sizeof text,
             _("%s: %.300s (answer it once in the console or with: nocdesk doctor --host %s)"),
             source->plan->name, question->text, source->plan->name);
    say(source, text);
    link_answer(source->link, question->id, NULL);
    source->asked = true;
}

static const struct meter_snapshot *read_counts(struct meter_source *source, struct err *err)
{
    const struct meter_snapshot *now = NULL;
    struct reading reading = {
        .host = &source->host,
        .profile = source->plan->profile,
        .probe = &probe_flood,
        .plan = profile_probe(source->plan->profile, probe_flood.schema->name),
        .link = source->link,
        .deadline_ms = clock_mono_ms() + READ_MS,
        .stop = &source->stop,
        .state = source->state,
    };
    struct sip_capture *capture = sip_capture_get(&reading);
    if (!source->watched && source->plan->evidence != NULL) {
        sip_capture_watch(source->state, evidence_ref(source->plan->evidence));
        source->watched = true;
    }
    bool ok = sip_capture_read(capture, &reading, &now, err);
    return ok ? now : sip_capture_newest(source->state);
}

static const struct meter_snapshot *host_look(struct meter_source *source, bool *ended,
                                              bool *failed)
{
    struct link_status status;
    struct err err = {0};
    const struct meter_snapshot *now = NULL;

    link_get_status(source->link, &status);
    if (status.question.kind != LINK_ASK_NONE)
        refuse_question(source, &status.question);
    if (status.up) {
        now = read_counts(source, &err);
        link_get_status(source->link, &status);
    } else {
        now = sip_capture_newest(source->state);
    }
    pthread_mutex_lock(&source->lock);
    if (status.up)
        source->lost = (struct err){0};
    else if (!source->asked)
        err = source->lost;
    pthread_mutex_unlock(&source->lock);
    source->ever = source->ever || now != NULL;
    if (err_is_set(&err) || status.up)
        say(source, err.text);
    *failed = !source->ever || err_is_set(&err) || !status.up;
    *ended = source->asked;
    return now;
}

static const char *host_problem(const struct meter_source *source)
{
    return source->said[0] != '\0' ? source->said : NULL;
}

static const struct meter_snapshot *host_stop(struct meter_source *source, bool *failed)
{
    bool ended;
    const struct meter_snapshot *last = host_look(source, &ended, failed);
    if (last == NULL && source->said[0] == '\0')
        cli_complain("%s: nothing was counted; the capture had not begun yet", source->plan->name);
    return last;
}

static void host_free(struct meter_source *source)
{
    bool joined = true;
    atomic_store(&source->stop, true);
    pthread_mutex_lock(&source->lock);
    pthread_cond_signal(&source->woken);
    pthread_mutex_unlock(&source->lock);
    link_stop(source->link);
    if (source->runs)
        joined = thread_join_until(source->thread, clock_mono_ms() + STOP_MS);
    if (!joined) // it still uses all this
        return;
    host_state_free(source->state);
    link_free(source->link);
    pthread_cond_destroy(&source->woken);
    pthread_mutex_destroy(&source->lock);
    free(source);
}

const struct meter_source_class meter_host_source = {.open = host_open,
                                                     .wake_fd = host_wake_fd,
                                                     .look = host_look,
                                                     .problem = host_problem,
                                                     .stop = host_stop,
                                                     .free = host_free};
