// SPDX-License-Identifier: MIT

// libpcap as a live source: interfaces, each read by a thread of its own.
#include "meter/capture.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/thread.h"
#include "meter/pcap_stream.h"

enum {
    SNAPLEN = 1024, // a REGISTER with its Authorization
    RING_MIB = 32,  // 100 ms of 550,000 packets a second
    READ_TIMEOUT_MS = 100,
    COLLECT = 32, // packets given to the meter at once
    BATCH = 4096, // packets between two looks at the clock
    STOP_MS = 500,
    BUSY = 256,   // packets between two waits, above which more are let come together,
    REST_MS = 10, // for so long: 6,000 packets of the fastest sender, 3 MiB of the ring
};

char *capture_filter(const int *ports, size_t count, bool vlan)
{
    struct str sip = {0}, filter = {0};

    for (size_t i = 0; i < count; i++)
        str_appendf(&sip, "udp port %d or tcp port %d or ", ports[i], ports[i]);
    // Fragments have no ports. Those of TCP are left out: the SSH stream that carries this could
    // have some.
    str_append(&sip, "(ip[6:2] & 0x1fff != 0 and ip[9] != 6) or (ip6[6] = 44 and ip6[40] = 17)");
    str_append(&filter, str_text(&sip));
    if (vlan) // each `vlan` shifts the offsets of all that follows: the second one is QinQ
        str_appendf(&filter, " or (vlan and (%s)) or (vlan and (%s))", str_text(&sip),
                    str_text(&sip));
    str_dispose(&sip);
    return str_take(&filter);
}

// Packets of a live capture, copied: the kernel takes back what libpcap has handed over.
struct collector {
    struct meter *meter;
    int linktype;
    size_t count;
    struct meter_packet packets[COLLECT];
    uint8_t bytes[COLLECT][SNAPLEN];
};

static void collector_flush(struct collector *collector)
{
    meter_feed_batch(collector->meter, collector->linktype, collector->packets, collector->count);
    collector->count = 0;
}

static void collect_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct collector *collector = (struct collector *)(void *)user;
    uint8_t *copy = collector->bytes[collector->count];
    uint32_t caplen = header->caplen < SNAPLEN ? header->caplen : SNAPLEN;

    memcpy(copy, bytes, caplen);
    collector->packets[collector->count++] = (struct meter_packet){
        .time_us = (int64_t)header->ts.tv_sec * 1000000 + header->ts.tv_usec,
        .bytes = copy,
        .caplen = caplen,
        .len = header->len,
    };
    if (collector->count == COLLECT)
        collector_flush(collector);
}

struct capture {
    pcap_t *pcap;
    char *interface;
    struct collector collector;
    struct capture_handlers handlers;
    pthread_t thread;
    int wake;
    atomic_bool stop;
};

static bool install_filter(pcap_t *pcap, const int *ports, size_t port_count, struct err *err)
{
    struct bpf_program program;
    char *filter = capture_filter(ports, port_count, pcap_datalink(pcap) == DLT_EN10MB);
    bool done = pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0;

    if (done) {
        done = pcap_setfilter(pcap, &program) == 0;
        pcap_freecode(&program);
    }
    if (!done)
        err_set(err, "the capture filter was refused: %s", pcap_geterr(pcap));
    free(filter);
    return done;
}

static bool is_denied(int code)
{
    return code == PCAP_ERROR_PERM_DENIED || code == PCAP_ERROR_PROMISC_PERM_DENIED;
}

static bool explain_activation(pcap_t *pcap, const char *interface, int code, struct err *err)
{
    if (is_denied(code))
        return err_set(err,
                       "no permission to capture on %s: run nocdesk as root, or give it the right "
                       "(setcap cap_net_raw+ep)",
                       interface);
    if (code == PCAP_ERROR_NO_SUCH_DEVICE)
        return err_set(err, "there is no interface %s to capture on; any stands for all of them",
                       interface);
    return err_set(err, "cannot capture on %s: %s (%s)", interface, pcap_statustostr(code),
                   pcap_geterr(pcap));
}

static pcap_t *open_interface(const char *interface, const int *ports, size_t port_count,
                              const struct capture_handlers *handlers, struct err *err)
{
    int ring_mib = handlers->ring_mib > 0 ? handlers->ring_mib : RING_MIB;
    char reason[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_create(interface, reason);
    if (pcap == NULL) {
        err_set(err, "cannot capture on %s: %s", interface, reason);
        return NULL;
    }
    pcap_set_snaplen(pcap, SNAPLEN);
    pcap_set_promisc(pcap, 0);
    // Blocks of packets, not a wake-up for each: they come a time-out late at most.
    pcap_set_immediate_mode(pcap, 0);
    pcap_set_buffer_size(pcap, ring_mib << 20);
    pcap_set_timeout(pcap, READ_TIMEOUT_MS);
    int code = pcap_activate(pcap);
    if (handlers->denied != NULL)
        *handlers->denied = is_denied(code);
    bool done = code >= 0 || explain_activation(pcap, interface, code, err);
    done = done && install_filter(pcap, ports, port_count, err);
    if (done && pcap_setnonblock(pcap, 1, reason) != 0)
        done = err_set(err, "cannot capture on %s: %s", interface, reason);
    if (!done) {
        pcap_close(pcap);
        return NULL;
    }
    return pcap;
}

static void tick(struct capture *capture)
{
    struct pcap_stat stat;

    if (pcap_stats(capture->pcap, &stat) == 0)
        meter_set_drops(capture->collector.meter, (int64_t)stat.ps_drop + stat.ps_ifdrop);
    meter_tick(capture->collector.meter, clock_wall_ms() * 1000);
    if (capture->handlers.tick != NULL)
        capture->handlers.tick(capture->handlers.user);
}

// A flood would wake it for every block of the ring, some thousand times a second.
static bool wait_for_packets(struct capture *capture, bool busy, int64_t until_ms)
{
    struct pollfd fds[] = {
        {.fd = capture->wake, .events = POLLIN},
        {.fd = pcap_get_selectable_fd(capture->pcap), .events = POLLIN},
    };
    // The descriptor's errors are told by the next pcap_dispatch().
    if (busy)
        poll(fds, 1, REST_MS);
    else
        poll(fds, 2, clock_left_ms(until_ms));
    return !atomic_load(&capture->stop);
}

static void *capture_main(void *user)
{
    struct capture *capture = user;
    int64_t next_ms = clock_mono_ms();
    int since_wait = 0;
    struct err err = {0};

    while (!atomic_load(&capture->stop)) {
        int got =
            pcap_dispatch(capture->pcap, BATCH, collect_packet, (u_char *)&capture->collector);
        collector_flush(&capture->collector);
        if (got < 0) {
            err_set(&err, "the capture on %s ended: %s", capture->interface,
                    pcap_geterr(capture->pcap));
            break;
        }
        if (clock_mono_ms() >= next_ms) {
            tick(capture);
            next_ms = clock_mono_ms() + capture->handlers.tick_ms;
        }
        since_wait += got;
        if (got > 0)
            continue;
        if (!wait_for_packets(capture, since_wait > BUSY, next_ms))
            break;
        since_wait = 0;
    }
    if (capture->handlers.end != NULL)
        capture->handlers.end(capture->handlers.user, err_is_set(&err) ? err.text : NULL);
    return NULL;
}

static void capture_free(struct capture *capture)
{
    pcap_close(capture->pcap);
    if (capture->wake >= 0)
        close(capture->wake);
    free(capture->interface);
    free(capture);
}

struct capture *capture_start(struct meter *meter, const char *interface, const int *ports,
                              size_t port_count, const struct capture_handlers *handlers,
                              struct err *err)
{
    pcap_t *pcap = open_interface(interface, ports, port_count, handlers, err);
    if (pcap == NULL)
        return NULL;
    if (handlers->opened != NULL && !handlers->opened(handlers->user, err)) {
        pcap_close(pcap);
        return NULL;
    }
    struct capture *capture = mem_alloc(sizeof *capture);
    capture->pcap = pcap;
    capture->interface = mem_strdup(interface);
    capture->collector.meter = meter;
    capture->collector.linktype = pcap_datalink(pcap);
    capture->handlers = *handlers;
    capture->wake = wake_new();
    if (capture->wake < 0 || !thread_start(&capture->thread, "capture", capture_main, capture)) {
        err_set(err, "cannot capture on %s: this machine has no room for another thread",
                interface);
        capture_free(capture);
        return NULL;
    }
    return capture;
}

bool capture_stop(struct capture *capture)
{
    if (capture == NULL)
        return true;
    atomic_store(&capture->stop, true);
    wake_signal(capture->wake);
    if (!thread_join_until(capture->thread, clock_mono_ms() + STOP_MS))
        return false; // it still uses all this: leave it
    capture_free(capture);
    return true;
}
