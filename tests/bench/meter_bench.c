// SPDX-License-Identifier: MIT

// The meter against a bare pcap_loop() that only counts, on the same generated files: processor
// time a packet, the ratio, and the memory of a process that does nothing else.
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/meter_packets.h"
#include "meter/capture.h"

enum { RUNS = 5, SWITCH = 0xc612000b, PACKET_LEN = 480, RATE = 20000 };

// What one process needed.
struct cost {
    double seconds;
    long kib;
    long packets;
    long checked; // of them counted to a method or as a response
};

struct work {
    const char *name;
    long packets;
    bool spread; // OPTIONS from a million sources; else the mixture of an attacked host
};

static void fail(const char *what)
{
    fprintf(stderr, "meter_bench: %s: %s\n", what, strerror(errno));
    exit(1);
}

// Headers that a real one has, up to the usual length.
static int message_text(char *out, size_t size, const char *start, uint32_t number, uint32_t user,
                        const char *cseq, const char *agent)
{
    int len =
        snprintf(out, size,
                 "%s\r\nVia: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK-%08x;rport\r\n"
                 "Max-Forwards: 70\r\nFrom: \"%u\" <sip:%u@198.18.0.11>;tag=%08x\r\n"
                 "To: \"%u\" <sip:%u@198.18.0.11>\r\nCall-ID: %08x%08x@203.0.113.9\r\nCSeq: %s\r\n"
                 "Contact: <sip:%u@203.0.113.9:5060>\r\n%s%s\r\nAccept: application/sdp\r\n"
                 "Content-Length: 0\r\n",
                 start, number, user, user, number, user, user, number, user, cseq, user,
                 agent[0] != '\0' ? "User-Agent: " : "", agent);
    while (len < PACKET_LEN - 42 - 4)
        len += snprintf(out + len, size - (size_t)len, "X-%d: padding-padding-padding\r\n", len);
    return len + snprintf(out + len, size - (size_t)len, "\r\n");
}

// 70 % OPTIONS from 50 scanners, 20 % REGISTER from 2,000, 5 % of 300 callers' calls, 5 % refusals.
static void mixed_packet(struct packet_spec *spec, char *text, size_t size, uint64_t *random,
                         uint32_t number)
{
    static const char *const calls[][2] = {
        {"INVITE sip:00441632960000@198.18.0.11 SIP/2.0", "INVITE"},
        {"ACK sip:00441632960000@198.18.0.11 SIP/2.0", "ACK"},
        {"BYE sip:00441632960000@198.18.0.11 SIP/2.0", "BYE"}};
    uint32_t share = random_next(random) % 100, which = random_next(random);
    char cseq[32];

    spec->source = 0xcb007100 + which % 50;
    spec->destination = SWITCH;
    if (share < 70) {
        spec->payload_len = message_text(text, size, "OPTIONS sip:100@198.18.0.11 SIP/2.0", number,
                                         100, "1 OPTIONS", "friendly-scanner");
    } else if (share < 90) {
        spec->source = 0x0a000000 + which % 2000;
        snprintf(cseq, sizeof cseq, "%u REGISTER", number % 1000);
        spec->payload_len = message_text(text, size, "REGISTER sip:198.18.0.11 SIP/2.0", number,
                                         1000 + which % 2000, cseq, "phone/1.0");
    } else if (share < 95) {
        const char *const *call = calls[which % 3];
        spec->source = 0xc6330000 + which % 349;
        snprintf(cseq, sizeof cseq, "1 %s", call[1]);
        spec->payload_len = message_text(text, size, call[0], number, 5000, cseq, "switch/2");
    } else {
        spec->source = SWITCH;
        spec->destination = 0x0a000000 + which % 2000;
        snprintf(cseq, sizeof cseq, "%u REGISTER", number % 1000);
        spec->payload_len = message_text(
            text, size, which % 2 ? "SIP/2.0 401 Unauthorized" : "SIP/2.0 404 Not Found", number,
            1000 + which % 2000, cseq, "");
    }
}

static void generate(const char *path, const struct work *work)
{
    pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 65535);
    pcap_dumper_t *dumper = pcap_dump_open(pcap, path);
    uint64_t random = 1;
    char text[1024];

    if (dumper == NULL)
        fail(path);
    for (long i = 0; i < work->packets; i++) {
        struct packet_spec spec = {
            .link = LINK_ETHERNET, .source_port = 5060, .destination_port = 5060, .payload = text};
        struct packet packet;
        mixed_packet(&spec, text, sizeof text, &random, (uint32_t)i);
        if (work->spread) {
            spec.source = 0x10000000 + random_next(&random) % 1000000 * 97;
            spec.destination = SWITCH;
            spec.payload_len =
                message_text(text, sizeof text, "OPTIONS sip:100@198.18.0.11 SIP/2.0", (uint32_t)i,
                             100, "1 OPTIONS", "friendly-scanner");
        }
        packet_build(&packet, &spec);
        struct pcap_pkthdr header = {
            .ts = {.tv_sec = 1700000000 + i / RATE, .tv_usec = i % RATE * (1000000 / RATE)},
            .caplen = (bpf_u_int32)packet.len,
            .len = (bpf_u_int32)packet.len};
        pcap_dump((u_char *)dumper, &header, packet.bytes);
    }
    pcap_dump_close(dumper);
    pcap_close(pcap);
}

static void count_only(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    (void)bytes;
    long *counts = (long *)(void *)user;
    counts[0]++;
    counts[1] += header->len;
}

static void run_floor(const char *path, struct cost *cost)
{
    char reason[PCAP_ERRBUF_SIZE];
    long counts[2] = {0};
    pcap_t *pcap = pcap_open_offline(path, reason);

    if (pcap == NULL || pcap_loop(pcap, -1, count_only, (u_char *)counts) < 0)
        fail(path);
    pcap_close(pcap);
    cost->packets = cost->checked = counts[0];
}

static void run_meter(const char *path, struct cost *cost)
{
    static const int ports[] = {5060};
    struct err err = {0};
    struct meter *meter =
        meter_new(&(struct meter_options){.sip_ports = ports, .sip_port_count = 1});

    if (!capture_file(meter, path, &err)) {
        fprintf(stderr, "meter_bench: %s\n", err.text);
        exit(1);
    }
    struct meter_snapshot *snapshot = meter_snapshot(meter, 100);
    cost->packets = snapshot->packets;
    for (int i = 0; i < METER_METHODS; i++)
        cost->checked += snapshot->totals[i];
    for (int i = 0; i < METER_CLASSES; i++)
        cost->checked += snapshot->responses[i];
    meter_snapshot_free(snapshot);
    meter_free(meter);
}

// In a process of its own, so that its memory and its page faults are its own.
static struct cost measure(void (*run)(const char *path, struct cost *cost), const char *path)
{
    struct cost cost = {0};
    struct rusage usage;
    int ends[2], status;

    if (pipe(ends) != 0)
        fail("pipe");
    pid_t child = fork();
    if (child == 0) {
        run(path, &cost);
        _exit(write(ends[1], &cost, sizeof cost) == sizeof cost ? 0 : 1);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0 ||
        read(ends[0], &cost, sizeof cost) != sizeof cost)
        fail("a measured process");
    close(ends[0]);
    close(ends[1]);
    cost.seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    cost.kib = usage.ru_maxrss;
    return cost;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void compare(const char *path, const struct work *work)
{
    double ratios[RUNS], floor_s = 1e9, meter_s = 1e9;
    struct cost meter = {0};

    generate(path, work);
    for (int run = 0; run < RUNS; run++) {
        struct cost floor = measure(run_floor, path);
        meter = measure(run_meter, path);
        if (meter.packets != floor.packets || meter.checked != floor.packets) {
            fprintf(stderr, "meter_bench: %ld of %ld packets were counted\n", meter.checked,
                    floor.packets);
            exit(1);
        }
        ratios[run] = meter.seconds / floor.seconds;
        floor_s = floor.seconds < floor_s ? floor.seconds : floor_s;
        meter_s = meter.seconds < meter_s ? meter.seconds : meter_s;
    }
    qsort(ratios, RUNS, sizeof *ratios, compare_doubles);
    printf("%s, %ld packets: floor %.0f ns, meter %.0f ns a packet, ratio %.2f (median; %.2f to "
           "%.2f), %ld MiB\n",
           work->name, work->packets, floor_s / (double)work->packets * 1e9,
           meter_s / (double)work->packets * 1e9, ratios[RUNS / 2], ratios[0], ratios[RUNS - 1],
           meter.kib / 1024);
    fflush(stdout);
}

struct live {
    struct meter *meter;
    int64_t packets, drops;
    size_t sources;
};

static void live_tick(void *user)
{
    struct live *live = user;
    struct meter_snapshot *snapshot = meter_snapshot(live->meter, 1000);
    live->packets = snapshot->packets;
    live->drops = snapshot->kernel_drops;
    live->sources = snapshot->sources;
    meter_snapshot_free(snapshot);
}

// Captures for so long, with a snapshot twice a second, and says what that cost.
static int capture_live(const char *interface, double seconds)
{
    static const int ports[] = {5060};
    struct live live = {
        .meter = meter_new(&(struct meter_options){.sip_ports = ports, .sip_port_count = 1})};
    struct capture_handlers handlers = {.tick = live_tick, .tick_ms = 500, .user = &live};
    struct err err = {0};
    struct rusage usage;
    struct capture *capture = capture_start(live.meter, interface, ports, 1, &handlers, &err);

    if (capture == NULL) {
        fprintf(stderr, "meter_bench: %s\n", err.text);
        return 1;
    }
    nanosleep(&(struct timespec){.tv_sec = (time_t)seconds}, NULL);
    if (!capture_stop(capture))
        return 1;
    getrusage(RUSAGE_SELF, &usage);
    double cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    printf("{\"packets\":%lld,\"drops\":%lld,\"sources\":%zu,\"cpu_pct\":%.2f,\"mib\":%ld}\n",
           (long long)live.packets, (long long)live.drops, live.sources, cpu_s / seconds * 100,
           usage.ru_maxrss / 1024);
    meter_free(live.meter);
    return 0;
}

// meter_bench [PART] compares; meter_bench live INTERFACE SECONDS captures; meter_bench
// flood|spread FILE PACKETS writes the work for others.
int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "live") == 0)
        return capture_live(argv[2], atof(argv[3]));
    if (argc == 4) {
        generate(argv[2], &(struct work){.packets = atol(argv[3]),
                                         .spread = strcmp(argv[1], "spread") == 0});
        return 0;
    }
    long part = argc > 1 ? atol(argv[1]) : 1; // 1/part of the work
    const struct work flood = {.name = "flood", .packets = 5000000 / part};
    const struct work spread = {.name = "spread", .packets = 2000000 / part, .spread = true};
    char path[] = "/var/tmp/meter-bench-XXXXXX";

    int fd = mkstemp(path);
    if (fd < 0)
        fail(path);
    close(fd);
    compare(path, &flood);
    compare(path, &spread);
    unlink(path);
    return 0;
}
