// SPDX-License-Identifier: MIT

// The texts of /proc and date as figures of a server's health. Pure.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "probe/health_private.h"

#define WAIT_REASON  N_("needs a second reading")
#define RESET_REASON N_("the counters were set back")

void health_counters_dispose(struct health_counters *counters)
{
    free(counters->interfaces);
    free(counters->devices);
    free(counters->spaces);
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

struct health_metric *health_add_known(struct reading_parts *parts, const char *name,
                                       const char *unit, double value)
{
    struct health_metric *metric = add(parts, name, unit);
    metric->known = true;
    metric->value = value;
    return metric;
}

struct health_metric *health_add_unknown(struct reading_parts *parts, const char *name,
                                         const char *unit, const char *reason)
{
    struct health_metric *metric = add(parts, name, unit);
    metric->reason = reason;
    return metric;
}

bool health_part(const struct reading_parts *parts, const char *name, struct slice *out)
{
    return slice_marked_part(parts->output, name, out) && out->len > 0;
}

static bool take_number(struct slice *line, double *out)
{
    return slice_real(slice_take_word(line), out);
}

bool health_take_count(struct slice *line, int64_t *out)
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

const char *health_rate_reason(const struct reading_parts *parts)
{
    if (!parts->now->has_time)
        return N_("/proc/uptime cannot be read, so rates are not known");
    return parts->before->has_time && parts->now->time_s < parts->before->time_s ? RESET_REASON
                                                                                 : WAIT_REASON;
}

double health_rate(const struct reading_parts *parts, int64_t before, int64_t now)
{
    double seconds;
    return passed_s(parts, &seconds) && now >= before ? (double)(now - before) / seconds : -1;
}

static void measure_time(struct reading_parts *parts)
{
    struct slice text;
    parts->now->has_time =
        health_part(parts, "uptime", &text) && take_number(&text, &parts->now->time_s);
}

// "cpu  user nice system idle iowait irq softirq steal guest guest_nice": old kernels have fewer,
// guest time is in user time already.
static bool take_cpu(struct reading_parts *parts, struct slice line)
{
    int64_t total = 0, idle = 0, value;
    int fields = 0;
    for (; fields < 8 && health_take_count(&line, &value); fields++) {
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
    if (health_part(parts, "stat", &text)) {
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
        health_add_unknown(parts, "cpu_pct", "%", N_("/proc/stat cannot be read"));
    else if (!before->has_cpu)
        health_add_unknown(parts, "cpu_pct", "%", WAIT_REASON);
    else if (total <= 0 || now->cpu_idle < 0)
        health_add_unknown(parts, "cpu_pct", "%", total < 0 ? RESET_REASON : WAIT_REASON);
    else // the idle counter of some kernels goes a little back
        health_add_known(parts, "cpu_pct", "%",
                         idle <= 0       ? 100.0
                         : idle >= total ? 0.0
                                         : 100.0 * (double)(total - idle) / (double)total);
}

static void measure_load(struct reading_parts *parts)
{
    struct slice text;
    double load;
    if (health_part(parts, "loadavg", &text) && take_number(&text, &load))
        health_add_known(parts, "load_1m", "", load);
    else
        health_add_unknown(parts, "load_1m", "", N_("/proc/loadavg cannot be read"));
}

// The value of "NAME: 123 kB", or -1.
static int64_t meminfo_value(struct slice text, const char *name)
{
    struct slice line;
    int64_t value;
    while (slice_take_line(&text, &line)) {
        if (slice_is(slice_take_word(&line), name))
            return health_take_count(&line, &value) ? value : -1;
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
    health_part(parts, "meminfo", &text);
    int64_t total = meminfo_value(text, "MemTotal:"), available = memory_available(text);
    if (total > 0 && available >= 0)
        health_add_known(parts, "memory_used_pct", "%",
                         100.0 * (double)(total > available ? total - available : 0) /
                             (double)total);
    else
        health_add_unknown(parts, "memory_used_pct", "%", N_("/proc/meminfo does not tell it"));

    int64_t swap = meminfo_value(text, "SwapTotal:"), swap_free = meminfo_value(text, "SwapFree:");
    if (swap > 0 && swap_free >= 0 && swap_free <= swap)
        health_add_known(parts, "swap_used_pct", "%",
                         100.0 * (double)(swap - swap_free) / (double)swap);
    else if (swap != 0) // a host without swap space has no such metric
        health_add_unknown(parts, "swap_used_pct", "%", N_("/proc/meminfo does not tell it"));
}

static void measure_conntrack(struct reading_parts *parts)
{
    struct slice text = {"", 0}, count_line, max_line;
    int64_t count, most;
    health_part(parts, "conntrack", &text);
    if (slice_take_line(&text, &count_line) && slice_take_line(&text, &max_line) &&
        health_take_count(&count_line, &count) && health_take_count(&max_line, &most) && most > 0)
        health_add_known(parts, "conntrack_used_pct", "%", 100.0 * (double)count / (double)most);
    else
        health_add_unknown(parts, "conntrack_used_pct", "%",
                           N_("connection tracking is not loaded"));
}

// "SECONDS.NANOSECONDS" of date; *whole when it has no fraction. Epoch ms.
static bool clock_part(const struct reading_parts *parts, const char *mark, double *ms, bool *whole)
{
    struct slice text, line;
    int64_t seconds;
    if (!health_part(parts, mark, &text) || !slice_take_line(&text, &line) ||
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
        health_add_unknown(parts, "clock_offset_ms", "ms", N_("date did not tell the host's time"));
        return;
    }
    double offset_ms =
        ((begin_ms - (double)clock.before_ms) + (end_ms - (double)clock.after_ms)) / 2;
    struct health_metric *metric = health_add_known(parts, "clock_offset_ms", "ms", offset_ms);
    if (whole || whole_end)
        metric->reason = N_("to half a second: the host's date tells whole seconds only");
}

static void measure_uptime(struct reading_parts *parts)
{
    if (parts->now->has_time)
        health_add_known(parts, "uptime_s", "s", parts->now->time_s);
    else
        health_add_unknown(parts, "uptime_s", "s", N_("/proc/uptime cannot be read"));
}

// "  eth0: 123 …" or, on old kernels, "  eth0:123 …": 8 figures received (bytes packets errs drop
// fifo …), 8 sent. Drops are not errors: a switch's own frames are dropped all day.
static bool take_interface(struct slice line, struct health_interface *out)
{
    int64_t figures[11];
    const char *colon = memchr(line.text, ':', line.len);
    if (colon == NULL)
        return false;
    struct slice head = {line.text, (size_t)(colon - line.text)};
    struct slice rest = {colon + 1, line.len - head.len - 1};
    struct slice name = slice_take_word(&head);
    if (name.len == 0 || name.len >= HEALTH_NAME_MAX)
        return false;
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (!health_take_count(&rest, &figures[i]))
            return false;
    *out = (struct health_interface){.rx_bytes = figures[0],
                                     .tx_bytes = figures[8],
                                     .errors = figures[2] + figures[4] + figures[10]};
    memcpy(out->name, name.text, name.len);
    return true;
}

static const struct health_interface *find_interface(const struct health_counters *counters,
                                                     const char *name)
{
    for (size_t i = 0; i < counters->interface_count; i++) {
        if (strcmp(name, counters->interfaces[i].name) == 0)
            return &counters->interfaces[i];
    }
    return NULL;
}

static void add_rate(struct reading_parts *parts, const char *name, const char *unit, double factor,
                     struct slice object, const int64_t *before, int64_t now)
{
    double per_s = before != NULL ? health_rate(parts, *before, now) : -1;
    struct health_metric *metric;
    if (per_s >= 0)
        metric = health_add_known(parts, name, unit, per_s * factor);
    else
        metric = health_add_unknown(parts, name, unit,
                                    before != NULL && now < *before ? RESET_REASON
                                                                    : health_rate_reason(parts));
    metric->object = object;
}

#define MBIT_PER_BYTE (8 / 1e6)

static void measure_network(struct reading_parts *parts)
{
    static const char *const none = N_("/proc/net/dev tells of no interface in use");
    struct slice text = {"", 0}, line;
    struct health_interface found;
    health_part(parts, "netdev", &text);
    struct health_counters *now = parts->now;
    while (slice_take_line(&text, &line)) {
        // An interface without a byte is not in use.
        if (!take_interface(line, &found) || strcmp(found.name, "lo") == 0 ||
            found.rx_bytes + found.tx_bytes == 0)
            continue;
        struct health_interface *interface = mem_push(&now->interfaces, &now->interface_count,
                                                      &now->interface_cap, sizeof *interface);
        *interface = found;
        const struct health_interface *before = find_interface(parts->before, found.name);
        struct slice name = {line.text, line.len};
        name = slice_take_word(&name);
        name.len = strlen(found.name);
        bool has = before != NULL;
        add_rate(parts, "net_rx_mbps", "Mbit/s", MBIT_PER_BYTE, name,
                 has ? &before->rx_bytes : NULL, found.rx_bytes);
        add_rate(parts, "net_tx_mbps", "Mbit/s", MBIT_PER_BYTE, name,
                 has ? &before->tx_bytes : NULL, found.tx_bytes);
        add_rate(parts, "net_errors_pps", "1/s", 1, name, has ? &before->errors : NULL,
                 found.errors);
    }
    if (now->interface_count > 0)
        return;
    health_add_unknown(parts, "net_rx_mbps", "Mbit/s", none);
    health_add_unknown(parts, "net_tx_mbps", "Mbit/s", none);
    health_add_unknown(parts, "net_errors_pps", "1/s", none);
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
    health_part(parts, "snmp", &text);
    parts->now->has_udp = snmp_value(text, "Udp:", "InErrors", &parts->now->udp_errors);
    double per_s = parts->before->has_udp
                       ? health_rate(parts, parts->before->udp_errors, parts->now->udp_errors)
                       : -1;
    if (!parts->now->has_udp)
        health_add_unknown(parts, "udp_errors_pps", "1/s", N_("/proc/net/snmp does not tell it"));
    else if (per_s >= 0)
        health_add_known(parts, "udp_errors_pps", "1/s", per_s);
    else
        health_add_unknown(parts, "udp_errors_pps", "1/s",
                           parts->before->has_udp &&
                                   parts->now->udp_errors < parts->before->udp_errors
                               ? RESET_REASON
                               : health_rate_reason(parts));
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
    health_measure_disks(&parts);
    measure_conntrack(&parts);
    measure_clock(&parts, clock);
    measure_uptime(&parts);
    measure_network(&parts);
    measure_udp(&parts);
    health_measure_messages(&parts);
}
