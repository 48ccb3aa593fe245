// SPDX-License-Identifier: MIT

// The capture filter lets through what it should, and files are read to their end or refused in
// words.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "meter/capture.h"
#include "meter_packets.h"

static const int ports[] = {5060, 6060};

static const struct packet_spec sip = {
    .link = LINK_ETHERNET,
    .source = 0xcb007109,
    .destination = 0xc612000b,
    .source_port = 40000,
    .destination_port = 6060,
    .payload = "OPTIONS sip:x SIP/2.0\r\n\r\n",
    .payload_len = -1,
};

static bool passes(const struct packet_spec *spec)
{
    int dlt = spec->link == LINK_RAW ? DLT_RAW : spec->link;
    pcap_t *pcap = pcap_open_dead(dlt, 65535);
    char *filter = capture_filter(ports, 2, spec->link == LINK_ETHERNET);
    struct bpf_program program;
    struct packet packet;

    packet_build(&packet, spec);
    if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
        fail_msg("%s: %s", filter, pcap_geterr(pcap));
    struct pcap_pkthdr header = {.caplen = (bpf_u_int32)packet.len, .len = (bpf_u_int32)packet.len};
    bool passed = pcap_offline_filter(&program, &header, packet.bytes) != 0;
    pcap_freecode(&program);
    pcap_close(pcap);
    free(filter);
    return passed;
}

static void the_filter_passes_sip_in_every_form(void **state)
{
    static const int links[] = {LINK_ETHERNET, LINK_COOKED, LINK_COOKED2, LINK_RAW};
    (void)state;
    for (size_t link = 0; link < 4; link++) {
        for (int bits = 0; bits < 12; bits++) {
            struct packet_spec spec = sip;
            spec.link = links[link];
            spec.v6 = bits & 1;
            spec.tcp = bits & 2;
            spec.vlan_tags = spec.link == LINK_ETHERNET ? bits / 4 : 0;
            assert_true(passes(&spec));
            spec.destination_port = 22;
            assert_false(passes(&spec));
            spec.source_port = 5060;
            assert_true(passes(&spec));
        }
    }
}

static void the_filter_passes_later_fragments_of_datagrams_only(void **state)
{
    (void)state;
    for (int bits = 0; bits < 4; bits++) {
        struct packet_spec spec = sip;
        spec.v6 = bits & 1;
        spec.tcp = bits & 2;
        spec.fragment_offset = 100;
        assert_int_equal(passes(&spec), !spec.tcp);
    }
}

static struct meter *fresh(void)
{
    return meter_new(
        &(struct meter_options){.sip_ports = ports, .sip_port_count = 2, .memory_max = 8 << 20});
}

static void write_file(const char *path, int packets)
{
    pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 65535);
    pcap_dumper_t *dumper = pcap_dump_open(pcap, path);
    struct packet packet;

    assert_non_null(dumper);
    packet_build(&packet, &sip);
    for (int i = 0; i < packets; i++) {
        struct pcap_pkthdr header = {.ts = {.tv_sec = 1700000000 + i},
                                     .caplen = (bpf_u_int32)packet.len,
                                     .len = (bpf_u_int32)packet.len};
        pcap_dump((u_char *)dumper, &header, packet.bytes);
    }
    pcap_dump_close(dumper);
    pcap_close(pcap);
}

static void a_file_is_read_to_its_end_and_a_cut_one_says_so(void **state)
{
    char path[] = "/tmp/nocdesk-capture-XXXXXX";
    struct err err = {0};
    (void)state;

    int fd = mkstemp(path);
    assert_true(fd >= 0);
    write_file(path, 25);
    struct meter *meter = fresh();
    assert_true(capture_file(meter, path, &err));
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    assert_int_equal(snapshot->totals[METER_OPTIONS], 25);
    meter_snapshot_free(snapshot);
    meter_free(meter);

    assert_int_equal(ftruncate(fd, lseek(fd, 0, SEEK_END) - 5), 0);
    meter = fresh();
    assert_false(capture_file(meter, path, &err));
    assert_non_null(strstr(err.text, "after 24 packets"));
    snapshot = meter_snapshot(meter, 0);
    assert_int_equal(snapshot->totals[METER_OPTIONS], 24);
    meter_snapshot_free(snapshot);
    meter_free(meter);
    close(fd);
    unlink(path);
}

// A pcapng file, block by block, in this machine's byte order.

static void put_native32(struct packet *out, uint32_t value)
{
    put(out, &value, sizeof value);
}

static void put_block(FILE *file, uint32_t type, const struct packet *body)
{
    static const uint8_t zeros[4];
    uint32_t padding = (4 - (uint32_t)body->len % 4) % 4;
    uint32_t total = 12 + (uint32_t)body->len + padding;

    fwrite(&type, 4, 1, file);
    fwrite(&total, 4, 1, file);
    fwrite(body->bytes, 1, body->len, file);
    fwrite(zeros, 1, padding, file);
    fwrite(&total, 4, 1, file);
}

static void put_section(FILE *file)
{
    struct packet body = {.len = 0};
    const uint16_t version[2] = {1, 0};

    put_native32(&body, 0x1a2b3c4d);
    put(&body, version, sizeof version);
    put_native32(&body, UINT32_MAX); // its length is not said
    put_native32(&body, UINT32_MAX);
    put_block(file, 0x0a0d0d0a, &body);
}

// resolution: of its time stamps, a power of ten; 0: the default, microseconds.
static void put_interface(FILE *file, uint16_t link, uint8_t resolution)
{
    struct packet body = {.len = 0};
    const uint16_t start[2] = {link, 0}, option[2] = {9, 1}, end[2] = {0, 0};

    put(&body, start, sizeof start);
    put_native32(&body, 65535);
    if (resolution != 0) {
        put(&body, option, sizeof option);
        put(&body, (const uint8_t[4]){resolution}, 4);
        put(&body, end, sizeof end);
    }
    put_block(file, 1, &body);
}

static void put_captured(FILE *file, uint32_t interface, uint64_t time, const struct packet *frame)
{
    struct packet body = {.len = 0};

    put_native32(&body, interface);
    put_native32(&body, (uint32_t)(time >> 32));
    put_native32(&body, (uint32_t)time);
    put_native32(&body, (uint32_t)frame->len);
    put_native32(&body, (uint32_t)frame->len);
    put(&body, frame->bytes, frame->len);
    put_block(file, 6, &body);
}

static void a_pcapng_file_in_nanoseconds_is_counted_by_its_own_time(void **state)
{
    static const int links[] = {LINK_ETHERNET, LINK_COOKED, LINK_COOKED2};
    const uint64_t first_s = 1700000000, billion = 1000000000;
    (void)state;

    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        char path[] = "/tmp/nocdesk-capture-XXXXXX";
        struct packet_spec spec = sip;
        struct packet frame;
        struct err err = {0};
        int fd = mkstemp(path);
        FILE *file = fdopen(fd, "w");
        assert_non_null(file);
        spec.link = links[i];
        packet_build(&frame, &spec);
        put_section(file);
        put_interface(file, (uint16_t)links[i], 9);
        put_interface(file, (uint16_t)links[i], 0);
        put_captured(file, 0, first_s * billion + 123456789, &frame);
        put_captured(file, 0, (first_s + 1) * billion + 999999999, &frame);
        put_captured(file, 1, (first_s + 2) * 1000000 + 7, &frame); // microseconds
        fclose(file);
        struct meter *meter = fresh();
        if (!capture_file(meter, path, &err))
            fail_msg("%s", err.text);
        struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
        assert_int_equal(snapshot->packets, 3);
        assert_int_equal(snapshot->totals[METER_OPTIONS], 3);
        assert_int_equal(snapshot->began_us, (int64_t)first_s * 1000000 + 123456);
        assert_int_equal(snapshot->now_us, (int64_t)(first_s + 2) * 1000000 + 7);
        assert_int_equal(snapshot->per_second[METER_SECONDS - 2], 1);
        meter_snapshot_free(snapshot);
        meter_free(meter);
        unlink(path);
    }
}

// libpcap reads one link type a file: what it cannot read is said, and what came before counts.
static void interfaces_of_different_kinds_in_one_file_are_said(void **state)
{
    char path[] = "/tmp/nocdesk-capture-XXXXXX";
    struct packet_spec spec = sip;
    struct packet frame;
    struct err err = {0};
    FILE *file = fdopen(mkstemp(path), "w");
    (void)state;

    assert_non_null(file);
    packet_build(&frame, &spec);
    put_section(file);
    put_interface(file, LINK_ETHERNET, 9);
    put_captured(file, 0, UINT64_C(1700000000123456789), &frame);
    put_interface(file, LINK_RAW, 9);
    spec.link = LINK_RAW;
    packet_build(&frame, &spec);
    put_captured(file, 1, UINT64_C(1700000001123456789), &frame);
    fclose(file);
    struct meter *meter = fresh();
    assert_false(capture_file(meter, path, &err));
    assert_non_null(strstr(err.text, "after 1 packets"));
    struct meter_snapshot *snapshot = meter_snapshot(meter, 0);
    assert_int_equal(snapshot->totals[METER_OPTIONS], 1);
    meter_snapshot_free(snapshot);
    meter_free(meter);
    unlink(path);
}

static void a_missing_file_and_a_missing_interface_are_said(void **state)
{
    struct meter *meter = fresh();
    struct capture_handlers handlers = {.tick_ms = 500};
    struct err err = {0};
    (void)state;
    assert_false(capture_file(meter, "/nonexistent/flood.pcap", &err));
    assert_non_null(strstr(err.text, "/nonexistent/flood.pcap"));
    assert_null(capture_start(meter, "no-such-if0", ports, 2, &handlers, &err));
    assert_non_null(strstr(err.text, "no-such-if0"));
    meter_free(meter);
}

// What a live capture's thread tells.
struct live {
    struct meter *meter;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t options, drops; // as of the newest tick
    bool ended;
};

static void live_tick(void *user)
{
    struct live *live = user;
    struct meter_snapshot *snapshot = meter_snapshot(live->meter, 0);
    pthread_mutex_lock(&live->lock);
    live->options = snapshot->totals[METER_OPTIONS];
    live->drops = snapshot->kernel_drops;
    pthread_cond_signal(&live->changed);
    pthread_mutex_unlock(&live->lock);
    meter_snapshot_free(snapshot);
}

static void live_end(void *user, const char *why)
{
    struct live *live = user;
    assert_null(why);
    live->ended = true;
}

// A UDP socket on the loopback interface and its port.
static int loopback_socket(struct sockaddr_in *self)
{
    socklen_t len = sizeof *self;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    *self = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    assert_int_equal(bind(fd, (struct sockaddr *)self, sizeof *self), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)self, &len), 0);
    return fd;
}

static void a_live_capture_counts_what_is_sent(void **state)
{
    enum { SENT = 500 };
    struct live live = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct capture_handlers handlers = {
        .tick = live_tick, .end = live_end, .tick_ms = 20, .user = &live};
    struct sockaddr_in self;
    struct err err = {0};
    (void)state;

    int fd = loopback_socket(&self), port = ntohs(self.sin_port);
    live.meter = meter_new(
        &(struct meter_options){.sip_ports = &port, .sip_port_count = 1, .memory_max = 8 << 20});
    thread_cond_init(&live.changed);
    struct capture *capture = capture_start(live.meter, "lo", &port, 1, &handlers, &err);
    if (capture == NULL) {
        print_message("not allowed here: %s\n", err.text);
        meter_free(live.meter);
        close(fd);
        skip();
    }
    for (int i = 0; i < SENT; i++)
        assert_int_equal(
            sendto(fd, sip.payload, strlen(sip.payload), 0, (struct sockaddr *)&self, sizeof self),
            strlen(sip.payload));
    int64_t deadline_ms = clock_mono_ms() + 5000;
    pthread_mutex_lock(&live.lock);
    while (live.options < SENT && thread_cond_wait_until(&live.changed, &live.lock, deadline_ms))
        ;
    assert_int_equal(live.options, SENT);
    assert_int_equal(live.drops, 0);
    pthread_mutex_unlock(&live.lock);
    assert_true(capture_stop(capture));
    assert_true(live.ended);
    meter_free(live.meter);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_filter_passes_sip_in_every_form),
        cmocka_unit_test(the_filter_passes_later_fragments_of_datagrams_only),
        cmocka_unit_test(a_file_is_read_to_its_end_and_a_cut_one_says_so),
        cmocka_unit_test(a_pcapng_file_in_nanoseconds_is_counted_by_its_own_time),
        cmocka_unit_test(interfaces_of_different_kinds_in_one_file_are_said),
        cmocka_unit_test(a_live_capture_counts_what_is_sent),
        cmocka_unit_test(a_missing_file_and_a_missing_interface_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
