// SPDX-License-Identifier: MIT

// The figures of a server's health from texts that real kernels, old and new, have printed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/quote.h"
#include "base/str.h"
#include "conf/profile.h"
#include "probe/health_parse.h"

// Debian 12, kernel 6.1.
static const char new_kernel[] =
    "@@clock\n1795161600.250000000\n"
    "@@uptime\n2991.65 5104.26\n"
    "@@stat\ncpu  54508 0 28072 510426 2094 0 203 19 500 0\n"
    "cpu0 14975 0 8497 273581 346 0 62 6 0 0\ncpu1 39532 0 19574 236844 1747 0 140 13 0 0\n"
    "@@loadavg\n0.13 0.53 0.48 1/139 23203\n"
    "@@meminfo\nMemTotal:       24684092 kB\nMemFree:        14037660 kB\n"
    "MemAvailable:   18513069 kB\nBuffers:            1148 kB\nCached:           302312 kB\n"
    "SwapTotal:       1000000 kB\nSwapFree:         750000 kB\nShmem:             11640 kB\n"
    "@@netdev\n"
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo colls carrier compressed\n"
    "    lo: 1000000     100    0    0    0     0          0         0  1000000     100    0    0  "
    "  "
    "0     0       0          0\n"
    "  eth0: 500000000  100    0    0    0     0          0         0 800000000     100    0    0  "
    "  "
    "0     0       0          0\n"
    "  eth1:       0       0    0    0    0     0          0         0        0       0    0    0  "
    "  "
    "0     0       0          0\n"
    "@@snmp\nUdp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors "
    "IgnoredMulti MemErrors\nUdp: 1000 5 40 900 38 0 2 0 0\n"
    "@@conntrack\n65536\n262144\n"
    "@@df\nFilesystem     1024-blocks     Used Available Capacity Mounted on\n"
    "/dev/vda1        263112772 17000000 83000000      17% /\n"
    "/dev/vdb1             1000      900      100      90% /var/my data\n"
    "/dev/vda1        263112772 17000000 83000000      17% /mnt/bind\n"
    "/dev/sr9                 0        0        0        - /empty\n"
    "@@inodes\nFilesystem       Inodes  IUsed    IFree IUse% Mounted on\n"
    "/dev/vda1      16777216 167772 16609444    1% /\n"
    "/dev/vdb1             0      0        0     - /var/my data\n"
    "@@clock-end\n1795161600.350000000\n";

// CentOS 5, kernel 2.6.18: no MemAvailable, no RcvbufErrors, no space behind "eth0:", eight fields
// of processor time, conntrack under its old name (the script's business), whole seconds.
static const char old_kernel[] =
    "@@clock\n1795161600\n"
    "@@uptime\n350735.47 234388.90\n"
    "@@stat\ncpu  100 0 100 700 100 0 0 0\ncpu0 100 0 100 700 100 0 0 0\n"
    "@@loadavg\n2.50 1.00 0.50 2/100 4711\n"
    "@@meminfo\n        total:    used:    free:\nMemTotal:      1000000 kB\nMemFree:        "
    "100000 "
    "kB\nBuffers:         50000 kB\nCached:         350000 kB\nSwapTotal:             0 "
    "kB\nSwapFree:              0 kB\n"
    "@@netdev\nInter-|   Receive  |  Transmit\n face |bytes\n    lo:1000 1 0 0 0 0 0 0 1000 1 0 0 "
    "0 "
    "0 0 0\n  eth0:4000000000 1 0 0 0 0 0 0 3000000000 1 0 0 0 0 0 0\n"
    "@@snmp\nUdp: InDatagrams NoPorts InErrors OutDatagrams\nUdp: 1000 5 7 900\n"
    "@@conntrack\n900\n1000\n"
    "@@df\nFilesystem         1024-blocks      Used Available Capacity Mounted on\n"
    "/dev/mapper/VolGroup00-LogVol00  73575592  60000000  10000000      86% /\n"
    "@@inodes\nFilesystem            Inodes   IUsed   IFree IUse% Mounted on\n"
    "/dev/mapper/VolGroup00-LogVol00 100 50 50 50% /\n"
    "@@clock-end\n1795161600\n";

struct measured {
    struct health_counters counters;
    struct health_metrics metrics;
};

static struct measured measure(const char *text, const struct health_counters *before)
{
    struct measured measured = {0};
    const struct health_counters none = {0};
    // Our clock is one second behind the host's, the command took 200 ms.
    struct health_clock clock = {.before_ms = 1795161599200, .after_ms = 1795161599400};
    health_measure(slice_of(text), clock, before == NULL ? &none : before, &measured.counters,
                   &measured.metrics);
    return measured;
}

static void dispose(struct measured *measured)
{
    health_counters_dispose(&measured->counters);
    health_metrics_dispose(&measured->metrics);
}

static const struct health_metric *find(const struct measured *measured, const char *name,
                                        const char *object)
{
    for (size_t i = 0; i < measured->metrics.count; i++) {
        const struct health_metric *metric = &measured->metrics.items[i];
        if (strcmp(metric->name, name) == 0 && slice_is(metric->object, object))
            return metric;
    }
    return NULL;
}

static void expect_figure(const struct measured *measured, const char *name, const char *object,
                          double value)
{
    const struct health_metric *metric = find(measured, name, object);
    if (metric == NULL || !metric->known || fabs(metric->value - value) > 0.005)
        fail_msg("%s %s is %f instead of %f", name, object,
                 metric == NULL ? (double)NAN : metric->value, value);
}

static void expect_reason(const struct measured *measured, const char *name, const char *reason)
{
    const struct health_metric *metric = find(measured, name, "");
    assert_non_null(metric);
    assert_false(metric->known);
    assert_non_null(strstr(metric->reason, reason));
}

static void figures_of_a_new_kernel(void **state)
{
    (void)state;
    struct measured measured = measure(new_kernel, NULL);
    assert_int_equal(measured.metrics.processors, 2);
    expect_figure(&measured, "load_1m", "", 0.13);
    expect_figure(&measured, "memory_used_pct", "", 25.0);
    expect_figure(&measured, "swap_used_pct", "", 25.0);
    expect_figure(&measured, "disk_used_pct", "/", 17.0);
    expect_figure(&measured, "disk_used_pct", "/var/my data", 90.0);
    expect_figure(&measured, "inode_used_pct", "/", 1.0);
    expect_figure(&measured, "conntrack_used_pct", "", 25.0);
    expect_figure(&measured, "clock_offset_ms", "", 1000.0);
    expect_figure(&measured, "uptime_s", "", 2991.65);
    // One file system mounted twice is one; one without blocks or inodes has no share.
    assert_null(find(&measured, "disk_used_pct", "/mnt/bind"));
    assert_null(find(&measured, "disk_used_pct", "/empty"));
    assert_null(find(&measured, "inode_used_pct", "/var/my data"));
    dispose(&measured);
}

static void figures_of_an_old_kernel(void **state)
{
    (void)state;
    struct measured measured = measure(old_kernel, NULL);
    assert_int_equal(measured.metrics.processors, 1);
    expect_figure(&measured, "memory_used_pct", "", 50.0);
    expect_figure(&measured, "disk_used_pct", "/", 100.0 * 6 / 7);
    expect_figure(&measured, "conntrack_used_pct", "", 90.0);
    expect_figure(&measured, "clock_offset_ms", "", 1200.0);
    assert_non_null(strstr(find(&measured, "clock_offset_ms", "")->reason, "whole seconds"));
    assert_null(find(&measured, "swap_used_pct", "")); // there is none to be used
    assert_int_equal(measured.counters.udp_errors, 7);
    assert_int_equal(measured.counters.interfaces[0].rx_bytes, 4000000000);
    assert_int_equal(measured.counters.interfaces[0].tx_bytes, 3000000000);
    dispose(&measured);
}

// The text with what begins at `from` replaced; heap.
static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    struct str out = {0};
    str_append_bytes(&out, text, (size_t)(at - text));
    str_append(&out, to);
    str_append(&out, at + strlen(from));
    return str_take(&out);
}

static void rates_need_two_readings(void **state)
{
    (void)state;
    struct measured first = measure(new_kernel, NULL);
    expect_reason(&first, "cpu_pct", "second reading");
    expect_reason(&first, "udp_errors_pps", "second reading");
    assert_false(find(&first, "net_rx_mbps", "eth0")->known);

    // Ten seconds later: 400 of 1000 ticks idle, 25 MB received, 50 datagrams lost.
    char *a = replaced(new_kernel, "2991.65", "3001.65");
    char *b = replaced(a, "cpu  54508 0 28072 510426 2094", "cpu  55008 0 28172 510726 2194");
    char *c = replaced(b, "eth0: 500000000", "eth0: 525000000");
    char *d = replaced(c, "1000 5 40 900", "1000 5 90 900");
    struct measured second = measure(d, &first.counters);
    expect_figure(&second, "cpu_pct", "", 60.0);
    expect_figure(&second, "net_rx_mbps", "eth0", 20.0);
    expect_figure(&second, "net_tx_mbps", "eth0", 0.0);
    expect_figure(&second, "udp_errors_pps", "", 5.0);
    assert_null(find(&second, "net_rx_mbps", "lo"));
    assert_null(find(&second, "net_rx_mbps", "eth1"));

    // The host was started again: everything counts from zero.
    char *e = replaced(new_kernel, "2991.65", "12.00");
    struct measured third = measure(e, &second.counters);
    assert_false(find(&third, "net_rx_mbps", "eth0")->known);
    expect_reason(&third, "cpu_pct", "set back");
    expect_reason(&third, "udp_errors_pps", "set back");
    dispose(&first);
    dispose(&second);
    dispose(&third);
    free(a);
    free(b);
    free(c);
    free(d);
    free(e);
}

static void what_is_missing_is_unknown_with_a_reason(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "@@stat\n@@df\n@@meminfo\n", "garbage\n\0",
                                        "@@clock\nnow\n@@stat\ncpu x y\n@@loadavg\nnan\n"};
    static const char *const names[] = {
        "cpu_pct",         "load_1m",        "memory_used_pct", "swap_used_pct",
        "disk_used_pct",   "uptime_s",       "inode_used_pct",  "conntrack_used_pct",
        "clock_offset_ms", "net_rx_mbps",    "net_tx_mbps",     "udp_errors_pps",
        "disk_busy_pct",   "net_errors_pps", "kernel_messages"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct measured measured = measure(texts[i], NULL);
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            expect_reason(&measured, names[k], "");
        assert_int_equal(measured.metrics.count, sizeof names / sizeof names[0]);
        dispose(&measured);
    }
}

// A disk that holds 10 GB more every hour, then nothing more; and a start of the host.
static void days_until_full_follow_the_growth_of_hours(void **state)
{
    (void)state;
    struct measured before = {0};
    for (int hour = 0; hour <= 30; hour++) {
        char text[400];
        int64_t used = 10000000 + 10000000 * (int64_t)(hour < 4 ? hour : 4);
        snprintf(text, sizeof text,
                 "@@uptime\n%d.5 1\n@@df\nFilesystem 1024-blocks Used Available Capacity Mounted "
                 "on\n/dev/vda1 1000000000 %lld %lld 1%% /var\n",
                 5000 + hour * 3600, (long long)used, (long long)(960000000 - used));
        struct measured now = measure(text, &before.counters);
        if (hour == 0)
            assert_null(find(&now, "disk_full_days", "/var"));
        if (hour == 1) // 10 GB an hour, 940 GB left
            expect_figure(&now, "disk_full_days", "/var", 94.0 / 24);
        if (hour == 4)
            expect_figure(&now, "disk_full_days", "/var", 91.0 / 24);
        if (hour == 30) { // the growth is more than a day ago
            expect_figure(&now, "disk_full_days", "/var", 999);
            assert_string_equal(find(&now, "disk_full_days", "/var")->reason, "it does not fill");
        }
        dispose(&before);
        before = now;
    }
    char *started = replaced(new_kernel, "2991.65", "60.00");
    struct measured after = measure(started, &before.counters);
    assert_null(find(&after, "disk_full_days", "/"));
    dispose(&before);
    dispose(&after);
    free(started);
}

static void busy_disks_and_network_errors_are_rates(void **state)
{
    (void)state;
    static const char first_text[] =
        "@@uptime\n100.00 1\n@@diskstats\n   8       0 sda 10 0 80 5 20 0 160 9 0 1000 14\n"
        " 252 0 vda 1 2 3 4 5 6 7 8 9 0 11\n@@netdev\n  eth0: 1000 1 5 9 1 0 0 0 1000 1 4 0 0 0 0 "
        "0\n";
    static const char second_text[] =
        "@@uptime\n110.00 1\n@@diskstats\n   8       0 sda 10 0 80 5 20 0 160 9 0 8500 14\n"
        "@@netdev\n  eth0: 1000 1 15 99 6 0 0 0 1000 1 9 0 0 0 0 0\n";
    struct measured first = measure(first_text, NULL);
    assert_false(find(&first, "disk_busy_pct", "sda")->known);
    assert_null(find(&first, "disk_busy_pct", "vda")); // never had anything to do
    struct measured second = measure(second_text, &first.counters);
    expect_figure(&second, "disk_busy_pct", "sda", 75);
    expect_figure(&second, "net_errors_pps", "eth0", 2); // drops are none
    dispose(&first);
    dispose(&second);
}

static void assert_messages(const char *text, double count, const char *newest)
{
    struct measured measured = measure(text, NULL);
    expect_figure(&measured, "kernel_messages", "", count);
    assert_true(slice_is(find(&measured, "kernel_messages", "")->text, newest));
    dispose(&measured);
}

static void messages_of_the_last_day_count_and_the_newest_is_told(void **state)
{
    (void)state;
    assert_messages("@@messages-file\nNov 20 09:00:01 sw1 kernel: [ 12.5] Out of memory: killed 7\n"
                    "Nov 21 01:00:01 sw1 kernel: eth0: Link is Down\n@@clock-end\n1\n",
                    2, "eth0: Link is Down");
    assert_messages("@@uptime\n100000.0 1\n@@messages-dmesg\n[    5.1] eth0: Link is Down\n"
                    "[99000.100000] sda: I/O error\n",
                    1, "sda: I/O error");
    assert_messages("@@messages-dmesg\nold kernels tell no time: segfault\n", 1,
                    "old kernels tell no time: segfault");
    assert_messages("@@messages-file\n", 0, "");
}

// Every prefix of a real output is read without reaching beyond it.
static void cut_output_does_no_harm(void **state)
{
    (void)state;
    size_t len = strlen(new_kernel);
    for (size_t cut = 0; cut < len; cut++) {
        char *text = malloc(cut + 1); // the sanitizers watch its end
        memcpy(text, new_kernel, cut);
        text[cut] = '\0';
        struct measured measured = measure(text, NULL);
        assert_true(measured.metrics.count >= 12);
        dispose(&measured);
        free(text);
    }
}

static void parts_are_found_by_their_whole_name(void **state)
{
    (void)state;
    struct slice text = slice_of("before\n@@ab\nx @@a\n@@a\none\ntwo\n@@b"), part;
    assert_true(slice_marked_part(text, "a", &part));
    assert_true(slice_is(part, "one\ntwo\n"));
    assert_true(slice_marked_part(text, "ab", &part));
    assert_true(slice_is(part, "x @@a\n"));
    assert_true(slice_marked_part(text, "b", &part));
    assert_int_equal(part.len, 0);
    assert_false(slice_marked_part(text, "c", &part));
}

static char *run_script(const char *script)
{
    struct str command = {0}, out = {0};
    quote_argv(&command, (const char *const[]){"sh", "-c", script, NULL});
    FILE *pipe = popen(str_text(&command), "r");
    assert_non_null(pipe);
    char chunk[4096];
    size_t len;
    while ((len = fread(chunk, 1, sizeof chunk, pipe)) > 0)
        str_append_bytes(&out, chunk, len);
    assert_int_equal(pclose(pipe), 0);
    str_dispose(&command);
    return str_take(&out);
}

// The profile's own script, run here, gives what the parser wants.
static void the_profiles_script_feeds_the_parser(void **state)
{
    (void)state;
    struct err_list errors = {0};
    struct profile *profile;
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    profile_load("vos3000", NULL, &profile, &errors);
    assert_int_equal(errors.count, 0);
    const char *script = profile_value(profile, "health", "script", NULL);
    assert_non_null(script);
    struct health_clock clock = {.before_ms = clock_wall_ms()};
    char *output = run_script(script);
    clock.after_ms = clock_wall_ms();
    struct health_counters none = {0};
    struct measured measured = {0};
    health_measure(slice_of(output), clock, &none, &measured.counters, &measured.metrics);
    assert_true(measured.counters.has_cpu && measured.counters.has_time &&
                measured.counters.has_udp);
    assert_true(find(&measured, "load_1m", "")->known);
    assert_true(find(&measured, "memory_used_pct", "")->known);
    assert_true(measured.metrics.processors > 0);
    // The same machine has the same clock, whatever the script took.
    assert_true(find(&measured, "clock_offset_ms", "")->known);
    assert_true(fabs(find(&measured, "clock_offset_ms", "")->value) < 500);
    dispose(&measured);
    free(output);
    profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_of_a_new_kernel),
        cmocka_unit_test(figures_of_an_old_kernel),
        cmocka_unit_test(rates_need_two_readings),
        cmocka_unit_test(what_is_missing_is_unknown_with_a_reason),
        cmocka_unit_test(days_until_full_follow_the_growth_of_hours),
        cmocka_unit_test(busy_disks_and_network_errors_are_rates),
        cmocka_unit_test(messages_of_the_last_day_count_and_the_newest_is_told),
        cmocka_unit_test(cut_output_does_no_harm),
        cmocka_unit_test(the_profiles_script_feeds_the_parser),
        cmocka_unit_test(parts_are_found_by_their_whole_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
