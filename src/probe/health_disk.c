// SPDX-License-Identifier: MIT

// Space, its growth, and use of a server's disks. Pure.
#include <math.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "probe/health_private.h"

// Growth over less time than this says nothing about days.
#define GROWTH_LEAST_S 3600.0
#define SAMPLE_EVERY_S 3600.0
#define DAY_S          86400.0
// A disk that lasts longer is not filling.
#define DAYS_MOST 999.0

// One line of df -P (with -k or -i).
struct df_line {
    struct slice device, mount;
    int64_t total, used, available;
};

static bool take_df_line(struct slice line, struct df_line *out)
{
    out->device = slice_take_word(&line);
    if (!health_take_count(&line, &out->total) || !health_take_count(&line, &out->used) ||
        !health_take_count(&line, &out->available))
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

static void measure_use(struct reading_parts *parts, const char *mark, const char *name,
                        const char *reason)
{
    struct slice text = {"", 0}, line;
    struct df_line df;
    bool any = false;
    health_part(parts, mark, &text);
    struct slice rest = text;
    while (slice_take_line(&rest, &line)) {
        if (!take_df_line(line, &df))
            continue;
        any = true;
        if (df.used + df.available > 0 && !df_seen(text, &df))
            health_add_known(parts, name, "%",
                             100.0 * (double)df.used / (double)(df.used + df.available))
                ->object = df.mount;
    }
    if (!any)
        health_add_unknown(parts, name, "%", reason);
}

// What the disk held in the hours before, and now. False: too little is known of it.
static bool follow_space(struct reading_parts *parts, const struct df_line *df, double *kb_per_day)
{
    struct health_space space = {0};
    double now_s = parts->now->time_s;
    if (!parts->now->has_time || df->mount.len >= sizeof space.name)
        return false;
    memcpy(space.name, df->mount.text, df->mount.len);
    for (size_t i = 0; i < parts->before->space_count; i++)
        if (strcmp(parts->before->spaces[i].name, space.name) == 0)
            space = parts->before->spaces[i];
    if (space.count > 0 && now_s < space.time_s[space.count - 1])
        space.count = 0; // the host was started since
    if (space.count == HEALTH_SPACE_SAMPLES) {
        space.count--;
        memmove(space.time_s, space.time_s + 1, space.count * sizeof *space.time_s);
        memmove(space.used_kb, space.used_kb + 1, space.count * sizeof *space.used_kb);
    }
    if (space.count == 0 || now_s - space.time_s[space.count - 1] >= SAMPLE_EVERY_S) {
        space.time_s[space.count] = now_s;
        space.used_kb[space.count++] = df->used;
    }
    struct health_counters *now = parts->now;
    struct health_space *kept =
        mem_push(&now->spaces, &now->space_count, &now->space_cap, sizeof *now->spaces);
    *kept = space;
    double seconds = now_s - space.time_s[0];
    *kb_per_day = (double)(df->used - space.used_kb[0]) / fmax(seconds, 1) * DAY_S;
    return seconds >= GROWTH_LEAST_S;
}

// A file system has no such figure before it was watched for an hour.
static void measure_growth(struct reading_parts *parts)
{
    struct slice text = {"", 0}, line;
    struct df_line df;
    double kb_per_day;
    health_part(parts, "df", &text);
    struct slice rest = text;
    while (slice_take_line(&rest, &line)) {
        if (!take_df_line(line, &df) || df.used + df.available <= 0 || df_seen(text, &df) ||
            !follow_space(parts, &df, &kb_per_day))
            continue;
        double days = kb_per_day > 0 ? (double)df.available / kb_per_day : DAYS_MOST;
        struct health_metric *metric =
            health_add_known(parts, "disk_full_days", "d", fmin(days, DAYS_MOST));
        metric->object = df.mount;
        metric->reason = days < DAYS_MOST
                             ? N_("at its growth since this console watches, a day at most")
                             : N_("it does not fill");
    }
}

// "  8  0 sda 1 2 3 …": ten figures behind the name, the tenth the milliseconds in which it had
// something to do.
static bool take_device(struct slice line, struct slice *name, int64_t *busy_ms)
{
    slice_take_word(&line);
    slice_take_word(&line);
    *name = slice_take_word(&line);
    for (int i = 0; i < 10; i++)
        if (!health_take_count(&line, busy_ms))
            return false;
    return name->len > 0 && name->len < HEALTH_NAME_MAX;
}

static void measure_device(struct reading_parts *parts, struct slice name, int64_t busy_ms)
{
    struct health_counters *now = parts->now;
    const struct health_device *before = NULL;
    for (size_t i = 0; i < parts->before->device_count; i++)
        if (slice_is(name, parts->before->devices[i].name))
            before = &parts->before->devices[i];
    struct health_device *device =
        mem_push(&now->devices, &now->device_count, &now->device_cap, sizeof *now->devices);
    *device = (struct health_device){.busy_ms = busy_ms};
    memcpy(device->name, name.text, name.len);
    double ms_per_s = before != NULL ? health_rate(parts, before->busy_ms, busy_ms) : -1;
    struct health_metric *metric =
        ms_per_s >= 0 ? health_add_known(parts, "disk_busy_pct", "%", fmin(ms_per_s / 10, 100))
                      : health_add_unknown(parts, "disk_busy_pct", "%", health_rate_reason(parts));
    metric->object = name;
}

static void measure_devices(struct reading_parts *parts)
{
    struct slice text = {"", 0}, line, name;
    int64_t busy_ms;
    health_part(parts, "diskstats", &text);
    while (slice_take_line(&text, &line))
        if (take_device(line, &name, &busy_ms) && busy_ms > 0)
            measure_device(parts, name, busy_ms);
    if (parts->now->device_count == 0)
        health_add_unknown(parts, "disk_busy_pct", "%",
                           N_("/proc/diskstats tells of no disk in use"));
}

void health_measure_disks(struct reading_parts *parts)
{
    measure_use(parts, "df", "disk_used_pct", N_("df shows no file system of this host"));
    measure_use(parts, "inodes", "inode_used_pct", N_("df -i shows no file system of this host"));
    measure_growth(parts);
    measure_devices(parts);
}
