// SPDX-License-Identifier: MIT

// The meter against a bare pcap_loop() that only counts, on the same generated file: ns a packet,
// and the ratio.
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

enum { RUNS = 3 };

static const char *const texts[] = {
    "OPTIONS sip:100@198.18.0.11 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK-1234567;rport\r\nContent-Length: 0\r\n"
    "From: \"sipvicious\"<sip:100@1.1.1.1>;tag=6364653830303066313363340132313038\r\n"
    "Accept: application/sdp\r\nUser-Agent: friendly-scanner\r\n"
    "To: \"sipvicious\"<sip:100@1.1.1.1>\r\nContact: sip:100@203.0.113.9:5060\r\n"
    "CSeq: 1 OPTIONS\r\nCall-ID: 612345678901234567890\r\nMax-Forwards: 70\r\n\r\n",
    "REGISTER sip:198.18.0.11 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK-7654321;rport\r\nMax-Forwards: 70\r\n"
    "From: <sip:1001@198.18.0.11>;tag=1\r\nTo: <sip:1001@198.18.0.11>\r\n"
    "Call-ID: abcdef@203.0.113.9\r\nCSeq: 7 REGISTER\r\nContact: <sip:1001@203.0.113.9>\r\n"
    "Expires: 3600\r\nUser-Agent: phone/1.0\r\nContent-Length: 0\r\n\r\n",
    "SIP/2.0 401 Unauthorized\r\n"
    "Via: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK-7654321;rport=5060\r\n"
    "From: <sip:1001@198.18.0.11>;tag=1\r\nTo: <sip:1001@198.18.0.11>;tag=2\r\n"
    "Call-ID: abcdef@203.0.113.9\r\nCSeq: 7 REGISTER\r\n"
    "WWW-Authenticate: Digest realm=\"x\", nonce=\"0123456789abcdef\"\r\n"
    "Content-Length: 0\r\n\r\n",
    "INVITE sip:00441632960000@198.18.0.11 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK-7654321;rport\r\nMax-Forwards: 70\r\n"
    "From: <sip:1001@198.18.0.11>;tag=1\r\nTo: <sip:00441632960000@198.18.0.11>\r\n"
    "Call-ID: abcdef@203.0.113.9\r\nCSeq: 1 INVITE\r\nContact: <sip:1001@203.0.113.9>\r\n"
    "User-Agent: phone/1.0\r\nContent-Length: 0\r\n\r\n",
};

static void fail(const char *what)
{
    fprintf(stderr, "meter_bench: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void generate(const char *path, long packets, uint32_t sources)
{
    pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 65535);
    pcap_dumper_t *dumper = pcap_dump_open(pcap, path);
    uint64_t random = 1;

    if (dumper == NULL)
        fail(path);
    for (long i = 0; i < packets; i++) {
        struct packet_spec spec = {.link = LINK_ETHERNET,
                                   .source = 0x0a000000 + random_next(&random) % sources,
                                   .destination = 0xc612000b,
                                   .source_port = 5060,
                                   .destination_port = 5060,
                                   .payload = texts[random_next(&random) % 4],
                                   .payload_len = -1};
        struct packet packet;
        packet_build(&packet, &spec);
        struct pcap_pkthdr header = {
            .ts = {.tv_sec = 1700000000 + i / 10000, .tv_usec = i % 10000 * 100},
            .caplen = (bpf_u_int32)packet.len,
            .len = (bpf_u_int32)packet.len};
        pcap_dump((u_char *)dumper, &header, packet.bytes);
    }
    pcap_dump_close(dumper);
    pcap_close(pcap);
}

static double cpu_s(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void count_only(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    (void)header;
    (void)bytes;
    ++*(long *)(void *)user;
}

static double floor_s(const char *path, long *packets)
{
    char reason[PCAP_ERRBUF_SIZE];
    double start = cpu_s();
    pcap_t *pcap = pcap_open_offline(path, reason);
    *packets = 0;
    if (pcap == NULL || pcap_loop(pcap, -1, count_only, (u_char *)packets) < 0)
        fail(path);
    pcap_close(pcap);
    return cpu_s() - start;
}

static double meter_s(const char *path)
{
    static const int ports[] = {5060};
    struct err err = {0};
    double start = cpu_s();
    struct meter *meter =
        meter_new(&(struct meter_options){.sip_ports = ports, .sip_port_count = 1});
    if (!capture_file(meter, path, &err)) {
        fprintf(stderr, "meter_bench: %s\n", err.text);
        exit(1);
    }
    meter_snapshot_free(meter_snapshot(meter, 100));
    double took = cpu_s() - start;
    meter_free(meter);
    return took;
}

static void compare(const char *path, long packets, uint32_t sources)
{
    double floor = 1e9, metered = 1e9;
    long counted = 0;

    generate(path, packets, sources);
    for (int run = 0; run < RUNS; run++) {
        double took = floor_s(path, &counted);
        floor = took < floor ? took : floor;
        took = meter_s(path);
        metered = took < metered ? took : metered;
    }
    printf("%ld packets, %u sources: floor %.0f ns, meter %.0f ns a packet, ratio %.2f\n", counted,
           sources, floor / (double)counted * 1e9, metered / (double)counted * 1e9,
           metered / floor);
}

int main(int argc, char **argv)
{
    long packets = argc > 1 ? atol(argv[1]) : 1000000;
    char path[] = "/tmp/meter-bench-XXXXXX";
    struct rusage usage;

    int fd = mkstemp(path);
    if (fd < 0)
        fail(path);
    close(fd);
    compare(path, packets, 2400);
    compare(path, packets, 1000000);
    unlink(path);
    getrusage(RUSAGE_SELF, &usage);
    printf("largest resident size %ld MiB\n", usage.ru_maxrss / 1024);
    return 0;
}
