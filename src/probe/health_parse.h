// SPDX-License-Identifier: MIT

// The texts of /proc, df and date as figures of a server's health. Pure.
#ifndef PROBE_HEALTH_PARSE_H
#define PROBE_HEALTH_PARSE_H

#include "probe/slice.h"

#define HEALTH_NAME_MAX 64

struct health_interface {
    char name[HEALTH_NAME_MAX];
    int64_t rx_bytes, tx_bytes;
    int64_t errors; // received or sent with an error, or lost for want of room in the card
};

// A disk by its device.
struct health_device {
    char name[HEALTH_NAME_MAX];
    int64_t busy_ms;
};

// What a file system held, an hour or more apart, for a day.
#define HEALTH_SPACE_SAMPLES 25
struct health_space {
    char name[HEALTH_NAME_MAX];
    double time_s[HEALTH_SPACE_SAMPLES];
    int64_t used_kb[HEALTH_SPACE_SAMPLES];
    size_t count;
};

// Counters from which the next reading makes rates.
struct health_counters {
    bool has_time, has_cpu, has_udp;
    double time_s; // the host's uptime
    int64_t cpu_total, cpu_idle;
    int64_t udp_errors;
    struct health_interface *interfaces; // owned
    size_t interface_count, interface_cap;
    struct health_device *devices; // owned
    size_t device_count, device_cap;
    struct health_space *spaces; // owned
    size_t space_count, space_cap;
};
void health_counters_dispose(struct health_counters *counters);

// One figure. The name is the metric's, the object what it is of ("/var", "eth0"; may be empty).
struct health_metric {
    const char *name;
    const char *unit;
    struct slice object; // in the output that was read
    bool known;
    double value;
    const char *reason; // why it is unknown, or what to know beside it; NULL: nothing
    struct slice text;  // said by the host, in the output that was read; in place of a reason
};

struct health_metrics {
    struct health_metric *items; // owned
    size_t count, cap;
    int processors; // 0: unknown
};
void health_metrics_dispose(struct health_metrics *metrics);

// The clocks around a reading, epoch ms: this machine's before and after the command.
struct health_clock {
    int64_t before_ms, after_ms;
};

// Reads the output of the profile's script (parts @@clock, @@stat, @@loadavg, @@meminfo, @@netdev,
// @@snmp, @@uptime, @@conntrack, @@df, @@inodes, @@diskstats, @@messages-file or @@messages-dmesg,
// @@clock-end). What is not there becomes an unknown
// metric with its reason. before: the counters of the reading before (zeroed: none); *now is
// filled.
void health_measure(struct slice output, struct health_clock clock,
                    const struct health_counters *before, struct health_counters *now,
                    struct health_metrics *metrics);

#endif
