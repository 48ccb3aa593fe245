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
        cmocka_unit_test(a_live_capture_counts_what_is_sent),
        cmocka_unit_test(a_missing_file_and_a_missing_interface_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
