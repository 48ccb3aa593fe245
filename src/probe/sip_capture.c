// SPDX-License-Identifier: MIT

// A remote tcpdump streamed over the link, or libpcap on this machine, feeds a meter on a thread of
// its own; every tick that thread leaves a snapshot in a mailbox, which the command lane empties.
#include "probe/sip_capture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "meter/capture.h"
#include "meter/pcap_stream.h"
#include "probe/capture_command.h"
#include "probe/suspension.h"

enum {
    TICK_MS = 500,
    SETTLE_MS = 3000,
    START_PAUSE_MS = 500, // after a start that failed at once
    PORTS_FILE_MAX = 1 << 20,
};

// One attempt at capturing, from its start to its end. Its address is what the callbacks know.
struct run {
    struct meter *meter; // the feeding thread's, while it runs
    size_t talkers_max;
    struct pcap_stream *parser;
    int64_t heard_mono_ms, heard_us; // this clock and the host's at the last packets
    char host[64];
    bool sudo;

    struct link_stream *stream; // one of these two
    struct capture *local;
    int64_t started_ms;
    uint64_t link_losses;

    pthread_mutex_t lock;         // of what follows; held for moments only
    struct meter_snapshot *fresh; // newer than what the lane has
    int suspend_failures;
    int64_t suspend_ms;
    bool begun, ended;
    char complaint[256];
    struct err why;
};

struct sip_capture {
    bool known; // settings were read
    struct capture_settings settings;
    struct capture_ports ports;
    bool ports_guessed;
    struct capture_limits limits;
    struct meter *meter;
    struct run *run;
    struct meter_snapshot *current;
    int64_t retry_ms;                  // monotonic: not started again before
    struct err error;                  // until a capture has begun again
    _Atomic(struct evidence *) wanted; // left by any thread for the lane
};

// Callbacks of the feeding thread.

static void run_publish(struct run *run)
{
    pthread_mutex_lock(&run->lock);
    int failures = run->suspend_failures;
    int64_t suspend_ms = run->suspend_ms;
    pthread_mutex_unlock(&run->lock);
    meter_set_suspension(run->meter, failures, suspend_ms);
    struct meter_snapshot *snapshot = meter_snapshot(run->meter, run->talkers_max);

    pthread_mutex_lock(&run->lock);
    struct meter_snapshot *old = run->fresh;
    run->fresh = snapshot;
    run->begun = run->begun || run->parser == NULL || pcap_stream_begun(run->parser);
    pthread_mutex_unlock(&run->lock);
    meter_snapshot_free(old);
}

static void run_end(struct run *run, const struct err *why, const char *complaint)
{
    pthread_mutex_lock(&run->lock);
    if (!run->ended) {
        run->ended = true;
        run->why = *why;
        snprintf(run->complaint, sizeof run->complaint, "%s", complaint);
    }
    pthread_mutex_unlock(&run->lock);
}

static void stream_data(void *user, const void *bytes, size_t len)
{
    struct run *run = user;
    struct err err = {0};

    if (!pcap_stream_feed(run->parser, bytes, len, &err)) {
        err_prefix(&err, "%s", run->host);
        run_end(run, &err, "");
        return;
    }
    run->heard_mono_ms = clock_mono_ms();
    run->heard_us = meter_now_us(run->meter);
}

// The host's clock stamps the packets; between them its time is reckoned from when the last ones
// came.
static void stream_tick(void *user)
{
    struct run *run = user;

    if (run->heard_us > 0)
        meter_tick(run->meter, run->heard_us + (clock_mono_ms() - run->heard_mono_ms) * 1000);
    run_publish(run);
}

static void stream_end(void *user, int exit_status, const char *errors, const char *why)
{
    struct run *run = user;
    char complaint[256];
    struct err err = {0};

    capture_complaint(errors != NULL ? errors : "", complaint, sizeof complaint);
    capture_explain(&err, run->host, run->sudo, complaint, exit_status, why);
    run_end(run, &err, complaint);
}

static void local_tick(void *user)
{
    run_publish(user);
}

static void local_end(void *user, const char *why)
{
    struct run *run = user;
    struct err err = {0};

    err_set(&err, "%s: %s", run->host, why != NULL ? why : "the capture was stopped");
    run_end(run, &err, "");
}

// What follows runs on the command lane.

static void run_free(struct run *run)
{
    pcap_stream_free(run->parser);
    meter_snapshot_free(run->fresh);
    pthread_mutex_destroy(&run->lock);
    free(run);
}

static void sip_capture_stop(struct sip_capture *capture)
{
    struct run *run = capture->run;

    if (run == NULL)
        return;
    capture->run = NULL;
    link_stream_close(run->stream);
    if (capture_stop(run->local))
        run_free(run);
    else
        capture->meter = NULL; // its thread is stuck and still uses both
}

static void sip_capture_dispose(void *slot)
{
    struct sip_capture *capture = slot;

    sip_capture_stop(capture);
    meter_free(capture->meter);
    meter_snapshot_free(capture->current);
    evidence_unref(atomic_load(&capture->wanted));
}

static struct sip_capture *slot_of(struct host_state *state)
{
    return host_state_slot(state, &reader_capture, sizeof(struct sip_capture), sip_capture_dispose);
}

const struct meter_snapshot *sip_capture_newest(struct host_state *state)
{
    return slot_of(state)->current;
}

void sip_capture_watch(struct host_state *state, struct evidence *evidence)
{
    evidence_unref(atomic_exchange(&slot_of(state)->wanted, evidence));
}

static void take_wanted(struct sip_capture *capture)
{
    struct evidence *wanted = atomic_exchange(&capture->wanted, NULL);
    if (wanted == NULL || meter_watch(capture->meter, wanted))
        return;
    evidence_stop(wanted, _("the host's capture writes another one already"));
    evidence_unref(wanted);
}

struct sip_capture *sip_capture_get(struct reading *reading)
{
    struct sip_capture *capture = slot_of(reading->state);
    if (!capture->known) {
        capture_settings_read(reading->profile, &capture->settings, NULL);
        capture->known = true;
    }
    return capture;
}

const struct capture_settings *sip_capture_settings(const struct sip_capture *capture)
{
    return &capture->settings;
}

// The SIP ports: configured, else those of the softswitch's own file, else the profile's.
static bool find_ports(struct sip_capture *capture, struct reading *reading,
                       struct capture_ports *ports, struct err *err)
{
    const struct host_config *host = reading->host;
    const struct capture_settings *settings = &capture->settings;
    struct link_result result;

    *ports = (struct capture_ports){0};
    for (size_t i = 0; i < host->sip_port_count && i < CAPTURE_PORTS_MAX; i++)
        ports->ports[ports->count++] = host->sip_ports[i];
    if (ports->count == 0 && settings->ports_file[0] != '\0') {
        const char *const argv[] = {"cat", settings->ports_file, NULL};
        struct link_command command = {.argv = argv,
                                       .sudo = true,
                                       .deadline_ms = reading->deadline_ms,
                                       .output_max = PORTS_FILE_MAX};
        if (!link_exec(reading->link, &command, &result, err))
            return false;
        capture_ports_from_file(ports, str_text(&result.out), result.out.len, settings->ports_keys);
        link_result_dispose(&result);
    }
    capture->ports_guessed = ports->count == 0;
    if (ports->count == 0)
        capture_ports_add(ports, settings->ports, strlen(settings->ports));
    return true;
}

static void use_ports(struct sip_capture *capture, const struct capture_ports *ports)
{
    const struct capture_settings *settings = &capture->settings;
    size_t bytes = ports->count * sizeof ports->ports[0];

    if (capture->meter != NULL && ports->count == capture->ports.count &&
        memcmp(ports->ports, capture->ports.ports, bytes) == 0) {
        meter_break(capture->meter);
        return;
    }
    capture->ports = *ports;
    meter_free(capture->meter);
    capture->meter = meter_new(&(struct meter_options){
        .sip_ports = ports->ports,
        .sip_port_count = ports->count,
        .memory_max = (size_t)settings->memory_mib << 20,
    });
}

static bool start_local(struct sip_capture *capture, struct run *run, struct reading *reading,
                        struct err *err)
{
    bool denied = false;
    struct capture_handlers handlers = {.tick = local_tick,
                                        .end = local_end,
                                        .denied = &denied,
                                        .tick_ms = TICK_MS,
                                        .ring_mib = (int)capture->settings.ring_mib,
                                        .user = run};

    run->local = capture_start(capture->meter, reading->host->capture, capture->ports.ports,
                               capture->ports.count, &handlers, err);
    if (run->local == NULL && denied) {
        size_t len = strlen(err->text);
        snprintf(err->text + len, sizeof err->text - len, "%s",
                 _("; or set sudo = yes for this host"));
    }
    return run->local != NULL || err_prefix(err, "%s", run->host);
}

static bool start_stream(struct sip_capture *capture, struct run *run, struct reading *reading,
                         struct err *err)
{
    const char *interface = reading->host->capture;
    bool cooked = strcmp(interface, "any") == 0;
    struct link_status status;
    struct address peer;
    int ssh_port = 0;
    link_get_status(reading->link, &status);
    if (!address_parse_endpoint(status.peer, &peer, &ssh_port) || ssh_port < 0)
        ssh_port = 0;
    char *filter =
        capture_stream_filter(&capture->ports, !cooked && !capture->limits.no_vlan, ssh_port);
    char snaplen[16];
    snprintf(snaplen, sizeof snaplen, "%lld", (long long)capture->settings.snaplen);
    const char *argv[] = {"tcpdump", "-i", interface, "-n",   "-p", "-s", snaplen,
                          "-U",      "-w", "-",       filter, NULL, NULL};
    if (!capture->limits.no_immediate_mode) {
        argv[10] = "--immediate-mode";
        argv[11] = filter;
    }
    struct link_command command = {.argv = argv, .sudo = true};
    struct link_stream_handlers handlers = {.data = stream_data,
                                            .tick = stream_tick,
                                            .end = stream_end,
                                            .tick_ms = TICK_MS,
                                            .user = run};

    run->parser = pcap_stream_new(capture->meter);
    run->stream = link_stream_open(reading->link, &command, &handlers, err);
    free(filter);
    return run->stream != NULL;
}

static bool sip_capture_start(struct sip_capture *capture, struct reading *reading, struct err *err)
{
    const struct host_config *host = reading->host;
    struct capture_ports ports;

    if (!find_ports(capture, reading, &ports, err))
        return false;
    use_ports(capture, &ports);
    struct run *run = mem_alloc(sizeof *run);
    *run = (struct run){.meter = capture->meter,
                        .talkers_max = (size_t)capture->settings.talkers,
                        .sudo = host->sudo,
                        .suspend_failures = (int)capture->settings.suspend_failures,
                        .suspend_ms = capture->settings.suspend_ms,
                        .started_ms = clock_mono_ms(),
                        .link_losses = host_state_link_losses(reading->state)};
    snprintf(run->host, sizeof run->host, "%s", host->name);
    pthread_mutex_init(&run->lock, NULL);
    bool local = host->link == LINK_LOCAL && !host->sudo;
    if (!(local ? start_local : start_stream)(capture, run, reading, err)) {
        run_free(run);
        return false;
    }
    capture->run = run;
    return true;
}

// Takes leave of a capture that has ended, or whose link is gone.
static void sip_capture_bury(struct sip_capture *capture, struct reading *reading)
{
    struct run *run = capture->run;

    if (run == NULL)
        return;
    pthread_mutex_lock(&run->lock);
    bool ended = run->ended;
    struct err why = run->why;
    char complaint[sizeof run->complaint];
    memcpy(complaint, run->complaint, sizeof complaint);
    pthread_mutex_unlock(&run->lock);

    bool lost = run->stream != NULL && run->link_losses != host_state_link_losses(reading->state);
    if (!ended && !lost)
        return;
    sip_capture_stop(capture);
    if (lost) // the link's own error says it better, and what is new begins at once
        return;
    capture->error = why;
    if (!capture_learn(&capture->limits, complaint))
        capture->retry_ms = clock_mono_ms() + capture->settings.retry_ms;
}

// The host's own limits, as soon as they are known, go to the feeding thread.
static void tell_suspension(struct sip_capture *capture, struct reading *reading)
{
    struct suspension suspension;

    suspension_read(reading, &capture->settings, &suspension);
    pthread_mutex_lock(&capture->run->lock);
    capture->run->suspend_failures = suspension.failures;
    capture->run->suspend_ms = suspension.ms;
    pthread_mutex_unlock(&capture->run->lock);
}

static void take_fresh(struct sip_capture *capture, bool *begun)
{
    pthread_mutex_lock(&capture->run->lock);
    struct meter_snapshot *fresh = capture->run->fresh;
    capture->run->fresh = NULL;
    *begun = capture->run->begun;
    pthread_mutex_unlock(&capture->run->lock);
    if (fresh == NULL)
        return;
    meter_snapshot_free(capture->current);
    capture->current = fresh;
}

static void say_how(const struct sip_capture *capture, struct reading *reading)
{
    reading_label(reading, "capture on %s", reading->host->capture);
    if (capture->ports_guessed)
        reading_note(reading,
                     "no SIP ports found in %s: those of the profile are used; set sip_ports",
                     capture->settings.ports_file);
    const struct meter_snapshot *now = capture->current;
    if (now != NULL && now->kernel_drops > 0)
        reading_note(reading, "%lld packets lost by the kernel: counts are lower bounds",
                     (long long)now->kernel_drops);
    if (now != NULL && !now->sources_exact)
        reading_note(reading,
                     "more sources than the meter's memory holds: light ones are left out");
}

bool sip_capture_read(struct sip_capture *capture, struct reading *reading,
                      const struct meter_snapshot **out, struct err *err)
{
    static const struct meter_snapshot nothing_yet = {.kernel_drops = -1, .sources_exact = true};
    bool begun;

    if (strcmp(reading->host->capture, "off") == 0)
        return err_set(err, "%s: the flood meter is off here (capture = off)", reading->host->name);
    sip_capture_bury(capture, reading);
    if (capture->run == NULL && clock_mono_ms() < capture->retry_ms)
        return err_set(err, "%s", capture->error.text);
    if (capture->run == NULL && !sip_capture_start(capture, reading, &capture->error)) {
        capture->retry_ms = clock_mono_ms() + START_PAUSE_MS;
        return err_set(err, "%s", capture->error.text);
    }
    take_wanted(capture);
    tell_suspension(capture, reading);
    take_fresh(capture, &begun);
    reading->settling = clock_mono_ms() - capture->run->started_ms < SETTLE_MS;
    if (reading->settling)
        reading->again_ms = TICK_MS;
    // An old tcpdump shows that it works by its first packet only: then by not having ended.
    if (begun || !reading->settling)
        capture->error = (struct err){0};
    if (err_is_set(&capture->error))
        return err_set(err, "%s", capture->error.text);
    say_how(capture, reading);
    *out = capture->current != NULL ? capture->current : &nothing_yet;
    return true;
}
