// SPDX-License-Identifier: MIT

// The texts of /proc, df and date as figures of a server's health. Pure.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/health_parse.h"

#define WAIT_REASON  "needs a second reading"
#define RESET_REASON "the counters were set back"

// What one reading works on.
struct reading_parts {
    struct slice output;
    const struct health_counters *before;
    struct health_counters *now;
    struct health_metrics *metrics;
};

void health_counters_dispose(struct health_counters *counters)
{
    free(counters->interfaces);
    *counters = (struct health_counters){0};
}

void health_metrics_dispose(struct health_metrics *metrics)
{
    free(metrics->items);
    *metrics = (struct health_metrics){0};
}

static struct health_metric *add(struct reading_parts *parts, const char *name, const char *unit)
{
    struct health_metrics *metrics = parts->metrics;
    struct health_metric *metric =
        mem_push(&metrics->items, &metrics->count, &metrics->cap, sizeof *metrics->items);
    *metric = (struct health_metric){.name = name, .unit = unit, .object = {"", 0}};
    return metric;
}

static struct health_metric *add_known(struct reading_parts *parts, const char *name,
                                       const char *unit, double value)
{
    struct health_metric *metric = add(parts, name, unit);
    metric->known = true;
    metric->value = value;
    return metric;
}

static struct health_metric *add_unknown(struct reading_parts *parts, const char *name,
                                         const char *unit, const char *reason)
{
    struct health_metric *metric = add(parts, name, unit);
    metric->reason = reason;
    return metric;
}

// A marked part of the output; false when it is missing or empty.
static bool part(const struct reading_parts *parts, const char *name, struct slice *out)
{
    return slice_marked_part(parts->output, name, out) && out->len > 0;
}

static bool take_number(struct slice *line, double *out)
{
    return slice_real(slice_take_word(line), out);
}

static bool take_count(struct slice *line, int64_t *out)
{
    struct slice word = slice_take_word(line);
    return slice_take_uint(&word, out) && word.len == 0;
}

// The seconds between the two readings; false when there is no reading before, or the host has been
// started since.
static bool passed_s(const struct reading_parts *parts, double *seconds)
{
    *seconds = parts->now->time_s - parts->before->time_s;
    return parts->now->has_time && parts->before->has_time && *seconds > 0;
}

static const char *rate_reason(const struct reading_parts *parts)
{
    if (!parts->now->has_time)
        return "/proc/uptime cannot be read, so rates are not known";
    return parts->before->has_time && parts->now->time_s < parts->before->time_s ? RESET_REASON
                                                                                 : WAIT_REASON;
}

// Counters a second; -1: not known.
static double rate(const struct reading_parts *parts, int64_t before, int64_t now)
{
    double seconds;
    return passed_s(parts, &seconds) && now >= before ? (double)(now - before) / seconds : -1;
}

static void measure_time(struct reading_parts *parts)
{
    struct slice text;
    parts->now->has_time = part(parts, "uptime", &text) && take_number(&text, &parts->now->time_s);
}

// "cpu  user nice system idle iowait irq softirq steal guest guest_nice": old kernels have fewer,
// guest time is in user time already.
static bool take_cpu(struct reading_parts *parts, struct slice line)
{
    int64_t total = 0, idle = 0, value;
    int fields = 0;
    for (; fields < 8 && take_count(&line, &value); fields++) {
        total += value;
        if (fields == 3 || fields == 4)
            idle += value;
    }
    parts->now->cpu_total = total;
    parts->now->cpu_idle = idle;
    return fields >= 4;
}

static void measure_cpu(struct reading_parts *parts)
{
    struct slice text, line;
    struct health_counters *now = parts->now;
    const struct health_counters *before = parts->before;
    if (part(parts, "stat", &text)) {
        while (slice_take_line(&text, &line)) {
            struct slice name = slice_take_word(&line);
            if (slice_is(name, "cpu"))
                now->has_cpu = take_cpu(parts, line);
            else if (name.len > 3 && memcmp(name.text, "cpu", 3) == 0)
                parts->metrics->processors++;
        }
    }
    int64_t total = now->cpu_total - before->cpu_total, idle = now->cpu_idle - before->cpu_idle;
    if (!now->has_cpu)
        add_unknown(parts, "cpu_pct", "%", "/proc/stat cannot be read");
    else if (!before->has_cpu)
        add_unknown(parts, "cpu_pct", "%", WAIT_REASON);
    else if (total <= 0 || now->cpu_idle < 0)
        add_unknown(parts, "cpu_pct", "%", total < 0 ? RESET_REASON : WAIT_REASON);
    else // the idle counter of some kernels goes a little back
        add_known(parts, "cpu_pct", "%",
                  idle <= 0       ? 100.0
                  : idle >= total ? 0.0
                                  : 100.0 * (double)(total - idle) / (double)total);
}

static void measure_load(struct reading_parts *parts)
{
    struct slice text;
    double load;
    if (part(parts, "loadavg", &text) && take_number(&text, &load))
        add_known(parts, "load_1m", "", load);
    else
        add_unknown(parts, "load_1m", "", "/proc/loadavg cannot be read");
}

// The value of "NAME: 123 kB", or -1.
static int64_t meminfo_value(struct slice text, const char *name)
{
    struct slice line;
    int64_t value;
    while (slice_take_line(&text, &line)) {
        if (slice_is(slice_take_word(&line), name))
            return take_count(&line, &value) ? value : -1;
    }
    return -1;
}

// What programs could still get. Kernels before 3.14 do not tell it.
static int64_t memory_available(struct slice meminfo)
{
    int64_t available = meminfo_value(meminfo, "MemAvailable:");
    if (available >= 0)
        return available;
    int64_t free_kb = meminfo_value(meminfo, "MemFree:");
    int64_t buffers = meminfo_value(meminfo, "Buffers:");
    int64_t cached = meminfo_value(meminfo, "Cached:");
    if (free_kb < 0 || buffers < 0 || cached < 0)
        return -1;
    int64_t shared = meminfo_value(meminfo, "Shmem:"); // counted as cached, but cannot be freed
    cached -= shared > 0 && shared < cached ? shared : 0;
    return free_kb + buffers + cached;
}

static void measure_memory(struct reading_parts *parts)
{
    struct slice text = {"", 0};
    part(parts, "meminfo", &text);
    int64_t total = meminfo_value(text, "MemTotal:"), available = memory_available(text);
    if (total > 0 && available >= 0)
        add_known(parts, "memory_used_pct", "%",
                  100.0 * (double)(total > available ? total - available : 0) / (double)total);
    else
        add_unknown(parts, "memory_used_pct", "%", "/proc/meminfo does not tell it");

    int64_t swap = meminfo_value(text, "SwapTotal:"), swap_free = meminfo_value(text, "SwapFree:");
    if (swap > 0 && swap_free >= 0 && swap_free <= swap)
        add_known(parts, "swap_used_pct", "%", 100.0 * (double)(swap - swap_free) / (double)swap);
    else if (swap != 0) // a host without swap space has no such metric
        add_unknown(parts, "swap_used_pct", "%", "/proc/meminfo does not tell it");
}

// One line of df -P (with -k or -i).
struct df_line {
    struct slice device, mount;
    int64_t total, used, available;
};

static bool take_df_line(struct slice line, struct df_line *out)
{
    out->device = slice_take_word(&line);
    if (!take_count(&line, &out->total) || !take_count(&line, &out->used) ||
        !take_count(&line, &out->available))
        return false;
    slice_take_word(&line); // the percentage
    while (line.len > 0 && line.text[0] == ' ') {
        line.text++;
        line.len--;
    }
    out->mount = line;
    return line.len > 0;
}

// Whether an earlier line shows the same file system (mounted twice, or shared by containers).
static bool df_seen(struct slice text, const struct df_line *line)
{
    struct slice rest = text, earlier_text;
    struct df_line earlier;
    while (slice_take_line(&rest, &earlier_text) && earlier_text.text < line->device.text) {
        if (take_df_line(earlier_text, &earlier) && slice_equal(earlier.device, line->device) &&
            earlier.total == line->total && earlier.used == line->used)
            return true;
    }
    return false;
}

static void measure_disks(struct reading_parts *parts, const char *mark, const char *name,
                          const char *reason)
{
    struct slice text = {"", 0}, line;
    struct df_line df;
    bool any = false;
    part(parts, mark, &text);
    struct slice rest = text;
    while (slice_take_line(&rest, &line)) {
        if (!take_df_line(line, &df))
            continue;
        any = true;
        if (df.used + df.available > 0 && !df_seen(text, &df))
            add_known(parts, name, "%", 100.0 * (double)df.used / (double)(df.used + df.available))
                ->object = df.mount;
    }
    if (!any)
        add_unknown(parts, name, "%", reason);
}

static void measure_conntrack(struct reading_parts *parts)
{
    struct slice text = {"", 0}, count_line, max_line;
    int64_t count, most;
    part(parts, "conntrack", &text);
    if (slice_take_line(&text, &count_line) && slice_take_line(&text, &max_line) &&
        take_count(&count_line, &count) && take_count(&max_line, &most) && most > 0)
        add_known(parts, "conntrack_used_pct", "%", 100.0 * (double)count / (double)most);
    else
        add_unknown(parts, "conntrack_used_pct", "%", "connection tracking is not loaded");
}

// "SECONDS.NANOSECONDS" of date; *whole when it has no fraction. Epoch ms.
static bool clock_part(const struct reading_parts *parts, const char *mark, double *ms, bool *whole)
{
    struct slice text, line;
    int64_t seconds;
    if (!part(parts, mark, &text) || !slice_take_line(&text, &line) ||
        !slice_take_uint(&line, &seconds))
        return false;
    double fraction;
    *whole = line.len < 2 || line.text[0] != '.' || !slice_real(line, &fraction);
    *ms = (double)seconds * 1000.0 + (*whole ? 500.0 : fraction * 1000.0);
    return true;
}

// The host told its time when the command began and when it ended, we noted ours around both: the
// mean of the two differences is the offset, whatever the command took, with half the way
// subtracted.
static void measure_clock(struct reading_parts *parts, struct health_clock clock)
{
    double begin_ms, end_ms;
    bool whole, whole_end;
    if (!clock_part(parts, "clock", &begin_ms, &whole) ||
        !clock_part(parts, "clock-end", &end_ms, &whole_end)) {
        add_unknown(parts, "clock_offset_ms", "ms", "date did not tell the host's time");
        return;
    }
    double offset_ms =
        ((begin_ms - (double)clock.before_ms) + (end_ms - (double)clock.after_ms)) / 2;
    struct health_metric *metric = add_known(parts, "clock_offset_ms", "ms", offset_ms);
    if (whole || whole_end)
        metric->reason = "to half a second: the host's date tells whole seconds only";
}

static void measure_uptime(struct reading_parts *parts)
{
    if (parts->now->has_time)
        add_known(parts, "uptime_s", "s", parts->now->time_s);
    else
        add_unknown(parts, "uptime_s", "s", "/proc/uptime cannot be read");
}

// "  eth0: 123 …" or, on old kernels, "  eth0:123 …": 8 figures received, 8 sent.
static bool take_interface(struct slice line, struct slice *name, int64_t *rx, int64_t *tx)
{
    const char *colon = memchr(line.text, ':', line.len);
    if (colon == NULL)
        return false;
    struct slice head = {line.text, (size_t)(colon - line.text)};
    struct slice rest = {colon + 1, line.len - head.len - 1};
    *name = slice_take_word(&head);
    if (name->len == 0 || name->len >= HEALTH_NAME_MAX || !take_count(&rest, rx))
        return false;
    for (int i = 1; i < 8; i++)
        slice_take_word(&rest);
    return take_count(&rest, tx);
}

static const struct health_interface *find_interface(const struct health_counters *counters,
                                                     struct slice name)
{
    for (size_t i = 0; i < counters->interface_count; i++) {
        if (slice_is(name, counters->interfaces[i].name))
            return &counters->interfaces[i];
    }
    return NULL;
}

static void add_traffic(struct reading_parts *parts, const char *name, struct slice object,
                        bool has_before, int64_t before, int64_t now)
{
    double per_s = has_before ? rate(parts, before, now) : -1;
    struct health_metric *metric;
    if (per_s >= 0)
        metric = add_known(parts, name, "Mbit/s", per_s * 8 / 1e6);
    else
        metric = add_unknown(parts, name, "Mbit/s",
                             has_before && now < before ? RESET_REASON : rate_reason(parts));
    metric->object = object;
}

static void measure_network(struct reading_parts *parts)
{
    struct slice text = {"", 0}, line, name;
    int64_t rx, tx;
    part(parts, "netdev", &text);
    struct health_counters *now = parts->now;
    while (slice_take_line(&text, &line)) {
        // An interface without a byte is not in use.
        if (!take_interface(line, &name, &rx, &tx) || slice_is(name, "lo") || rx + tx == 0)
            continue;
        struct health_interface *interface = mem_push(&now->interfaces, &now->interface_count,
                                                      &now->interface_cap, sizeof *interface);
        memcpy(interface->name, name.text, name.len);
        interface->rx_bytes = rx;
        interface->tx_bytes = tx;
        const struct health_interface *before = find_interface(parts->before, name);
        bool has = before != NULL;
        add_traffic(parts, "net_rx_mbps", name, has, has ? before->rx_bytes : 0, rx);
        add_traffic(parts, "net_tx_mbps", name, has, has ? before->tx_bytes : 0, tx);
    }
    if (now->interface_count == 0) {
        add_unknown(parts, "net_rx_mbps", "Mbit/s", "/proc/net/dev tells of no interface in use");
        add_unknown(parts, "net_tx_mbps", "Mbit/s", "/proc/net/dev tells of no interface in use");
    }
}

// The figure under the heading NAME of the two lines "Udp: HEADINGS" and "Udp: FIGURES".
static bool snmp_value(struct slice text, const char *protocol, const char *name, int64_t *out)
{
    struct slice line, headings = {"", 0};
    while (slice_take_line(&text, &line)) {
        if (!slice_is(slice_take_word(&line), protocol))
            continue;
        if (headings.len == 0) {
            headings = line;
            continue;
        }
        while (headings.len > 0) {
            struct slice heading = slice_take_word(&headings), figure = slice_take_word(&line);
            if (slice_is(heading, name))
                return slice_take_uint(&figure, out);
        }
    }
    return false;
}

// Datagrams that arrived and were lost: full socket buffers are among InErrors on all kernels.
static void measure_udp(struct reading_parts *parts)
{
    struct slice text = {"", 0};
    part(parts, "snmp", &text);
    parts->now->has_udp = snmp_value(text, "Udp:", "InErrors", &parts->now->udp_errors);
    double per_s = parts->before->has_udp
                       ? rate(parts, parts->before->udp_errors, parts->now->udp_errors)
                       : -1;
    if (!parts->now->has_udp)
        add_unknown(parts, "udp_errors_pps", "1/s", "/proc/net/snmp does not tell it");
    else if (per_s >= 0)
        add_known(parts, "udp_errors_pps", "1/s", per_s);
    else
        add_unknown(parts, "udp_errors_pps", "1/s",
                    parts->before->has_udp && parts->now->udp_errors < parts->before->udp_errors
                        ? RESET_REASON
                        : rate_reason(parts));
}

void health_measure(struct slice output, struct health_clock clock,
                    const struct health_counters *before, struct health_counters *now,
                    struct health_metrics *metrics)
{
    struct reading_parts parts = {output, before, now, metrics};
    measure_time(&parts);
    measure_cpu(&parts);
    measure_load(&parts);
    measure_memory(&parts);
    measure_disks(&parts, "df", "disk_used_pct", "df shows no file system of this host");
    measure_disks(&parts, "inodes", "inode_used_pct", "df -i shows no file system of this host");
    measure_conntrack(&parts);
    measure_clock(&parts, clock);
    measure_uptime(&parts);
    measure_network(&parts);
    measure_udp(&parts);
}
