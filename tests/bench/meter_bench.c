// SPDX-License-Identifier: MIT

// The work that the meter is measured with, and the meter alone at it.
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "../unit/meter_packets.h"
#include "meter/capture.h"

enum { SWITCH = 0xc612000b, PACKET_LEN = 480, RATE = 20000 };

enum { HEADERS_LEN = 42, LINE_USUAL = 36, LINE_LEAST = 9 };

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
    for (int left; (left = PACKET_LEN - HEADERS_LEN - 2 - len) >= LINE_LEAST;) {
        int line = left < LINE_USUAL + LINE_LEAST ? left : LINE_USUAL;
        len += snprintf(out + len, size - (size_t)len, "X-%02d: %.*s\r\n", len % 100, line - 8,
                        "padding-padding-padding-padding-padding-padding");
    }
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

// spread: OPTIONS from a million sources; else the mixture of an attacked host.
static void generate(const char *path, long packets, bool spread)
{
    pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 65535);
    pcap_dumper_t *dumper = pcap_dump_open(pcap, path);
    uint64_t random = 1;
    char text[1024];

    if (dumper == NULL)
        fail(path);
    for (long i = 0; i < packets; i++) {
        struct packet_spec spec = {
            .link = LINK_ETHERNET, .source_port = 5060, .destination_port = 5060, .payload = text};
        struct packet packet;
        mixed_packet(&spec, text, sizeof text, &random, (uint32_t)i);
        if (spread) {
            spec.source = 0x10000000 + (uint32_t)(i * 611953 % 1000000) * 97; // each as often
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

static long checked(const struct meter_snapshot *snapshot)
{
    long sum = 0;
    for (int i = 0; i < METER_METHODS; i++)
        sum += snapshot->totals[i];
    for (int i = 0; i < METER_CLASSES; i++)
        sum += snapshot->responses[i];
    return sum;
}

// The meter without the program around it; every packet must be counted to a method or a class.
static int count_file(const char *path)
{
    static const int ports[] = {5060};
    struct err err = {0};
    struct meter *meter =
        meter_new(&(struct meter_options){.sip_ports = ports, .sip_port_count = 1});

    if (!capture_file(meter, path, &err)) {
        fprintf(stderr, "meter_bench: %s\n", err.text);
        return 1;
    }
    struct meter_snapshot *snapshot = meter_snapshot(meter, 100);
    printf("{\"packets\":%lld,\"counted\":%ld}\n", (long long)snapshot->packets, checked(snapshot));
    meter_snapshot_free(snapshot);
    meter_free(meter);
    return 0;
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

static double cpu_seconds(struct rusage *usage)
{
    getrusage(RUSAGE_SELF, usage);
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

// Captures for so long, with a snapshot twice a second, and says what that cost; the start, where
// the kernel makes the ring, apart.
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
    double start_s = cpu_seconds(&usage);
    nanosleep(&(struct timespec){.tv_sec = (time_t)seconds}, NULL);
    if (!capture_stop(capture))
        return 1;
    double cpu_s = cpu_seconds(&usage) - start_s;
    printf("{\"packets\":%lld,\"drops\":%lld,\"sources\":%zu,\"cpu_s\":%.4f,\"start_s\":%.4f,"
           "\"mib\":%ld}\n",
           (long long)live.packets, (long long)live.drops, live.sources, cpu_s, start_s,
           usage.ru_maxrss / 1024);
    meter_free(live.meter);
    return 0;
}

// meter_bench flood|spread FILE PACKETS writes that work; count FILE counts it; live INTERFACE
// SECONDS captures.
int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "count") == 0)
        return count_file(argv[2]);
    if (argc == 4 && strcmp(argv[1], "live") == 0)
        return capture_live(argv[2], atof(argv[3]));
    bool spread = argc == 4 && strcmp(argv[1], "spread") == 0;
    if (!spread && (argc != 4 || strcmp(argv[1], "flood") != 0)) {
        fputs(
            "usage: meter_bench flood|spread FILE PACKETS | count FILE | live INTERFACE SECONDS\n",
            stderr);
        return 2;
    }
    generate(argv[2], atol(argv[3]), spread);
    return 0;
}
