// SPDX-License-Identifier: MIT

// libpcap as a source: files read in one go, interfaces read by a thread of their own.
#include "meter/capture.h"

#include <errno.h>
#include <fcntl.h>
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
    CHUNK = 256 << 10, // of a file: it stays in the cache
    FORMAT_BYTES = 24, // that tell what format a file has
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

struct feeder {
    struct meter *meter;
    int linktype;
    int64_t fed;
};

static void feed_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct feeder *feeder = (struct feeder *)(void *)user;
    feeder->fed++;
    meter_feed(feeder->meter, feeder->linktype,
               (int64_t)header->ts.tv_sec * 1000000 + header->ts.tv_usec, bytes, header->caplen,
               header->len);
}

// A file of which the first bytes were read already.
struct reading {
    const char *path;
    int fd;
    uint8_t *bytes; // CHUNK of them
    size_t held;
};

static ssize_t read_again(int fd, void *bytes, size_t len)
{
    ssize_t got;
    do
        got = read(fd, bytes, len);
    while (got < 0 && errno == EINTR);
    return got;
}

// What was read first, then the rest of the file: a FILE for libpcap.
static ssize_t reading_give(void *cookie, char *out, size_t size)
{
    struct reading *reading = cookie;
    size_t given = reading->held < size ? reading->held : size;

    if (given == 0)
        return read_again(reading->fd, out, size);
    memcpy(out, reading->bytes, given);
    reading->held -= given;
    memmove(reading->bytes, reading->bytes + given, reading->held);
    return (ssize_t)given;
}

// pcapng, and what other formats libpcap knows.
static bool read_by_libpcap(struct meter *meter, struct reading *reading, struct err *err)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    FILE *file = fopencookie(reading, "r", (cookie_io_functions_t){.read = reading_give});
    pcap_t *pcap = file != NULL ? pcap_fopen_offline(file, reason) : NULL;

    if (pcap == NULL) {
        if (file != NULL)
            fclose(file);
        return err_set(err, "%s cannot be read as a capture: %s", reading->path,
                       file != NULL ? reason : strerror(errno));
    }
    struct feeder feeder = {.meter = meter, .linktype = pcap_datalink(pcap)};
    bool whole = pcap_loop(pcap, -1, feed_packet, (u_char *)&feeder) >= 0;
    if (!whole)
        err_set(err, "%s is damaged or cut off after %lld packets: %s", reading->path,
                (long long)feeder.fed, pcap_geterr(pcap));
    pcap_close(pcap);
    return whole;
}

static bool read_by_stream(struct meter *meter, const struct reading *reading, struct err *err)
{
    struct pcap_stream *stream = pcap_stream_new(meter);
    struct err why = {0};
    ssize_t got = (ssize_t)reading->held;
    bool whole = true;

    for (; whole && got > 0; got = read_again(reading->fd, reading->bytes, CHUNK))
        whole = pcap_stream_feed(stream, reading->bytes, (size_t)got, &why);
    if (whole && got < 0)
        whole = err_set(&why, "%s", strerror(errno));
    whole = whole && pcap_stream_end(stream, &why);
    if (!whole)
        err_set(err, "%s is damaged or cut off after %lld packets: %s", reading->path,
                (long long)pcap_stream_packets(stream), why.text);
    pcap_stream_free(stream);
    return whole;
}

static bool read_file(struct meter *meter, struct reading *reading, struct err *err)
{
    ssize_t got = 1;

    // A pipe may give a few bytes at a time.
    while (got > 0 && reading->held < FORMAT_BYTES) {
        got = read_again(reading->fd, reading->bytes + reading->held, CHUNK - reading->held);
        if (got < 0)
            return err_set(err, "%s cannot be read: %s", reading->path, strerror(errno));
        reading->held += (size_t)got;
    }
    return pcap_stream_reads(reading->bytes, reading->held) ? read_by_stream(meter, reading, err)
                                                            : read_by_libpcap(meter, reading, err);
}

bool capture_file(struct meter *meter, const char *path, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    struct reading reading = {.path = standard ? "standard input" : path};

    reading.fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (reading.fd < 0)
        return err_set(err, "%s cannot be opened: %s", path, strerror(errno));
    (void)posix_fadvise(reading.fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    reading.bytes = mem_map(CHUNK);
    bool whole = read_file(meter, &reading, err);
    mem_unmap(reading.bytes, CHUNK);
    if (!standard)
        close(reading.fd);
    return whole;
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

static bool explain_activation(pcap_t *pcap, const char *interface, int code, struct err *err)
{
    if (code == PCAP_ERROR_PERM_DENIED || code == PCAP_ERROR_PROMISC_PERM_DENIED)
        return err_set(err,
                       "no permission to capture on %s: run nocdesk as root, give it the right "
                       "(setcap cap_net_raw+ep), or set sudo = yes for this host",
                       interface);
    if (code == PCAP_ERROR_NO_SUCH_DEVICE)
        return err_set(err, "there is no interface %s to capture on: set capture = any", interface);
    return err_set(err, "cannot capture on %s: %s (%s)", interface, pcap_statustostr(code),
                   pcap_geterr(pcap));
}

static pcap_t *open_interface(const char *interface, const int *ports, size_t port_count,
                              int ring_mib, struct err *err)
{
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

static bool wait_for_packets(struct capture *capture, int64_t until_ms)
{
    struct pollfd fds[] = {
        {.fd = pcap_get_selectable_fd(capture->pcap), .events = POLLIN},
        {.fd = capture->wake, .events = POLLIN},
    };
    // The descriptor's errors are told by the next pcap_dispatch().
    poll(fds, 2, clock_left_ms(until_ms));
    return !atomic_load(&capture->stop);
}

static void *capture_main(void *user)
{
    struct capture *capture = user;
    int64_t next_ms = clock_mono_ms();
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
        if (got == 0 && !wait_for_packets(capture, next_ms))
            break;
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
    int ring_mib = handlers->ring_mib > 0 ? handlers->ring_mib : RING_MIB;
    pcap_t *pcap = open_interface(interface, ports, port_count, ring_mib, err);
    if (pcap == NULL)
        return NULL;
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
