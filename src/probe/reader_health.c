// SPDX-License-Identifier: MIT

// Reads a server's own figures with one command a period and judges them by the profile's
// thresholds.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "probe/health_columns.h"
#include "probe/health_parse.h"
#include "probe/profile_script.h"

enum direction {
    DIRECTION_ABOVE,  // worse the higher
    DIRECTION_BELOW,  // worse the lower
    DIRECTION_BEYOND, // worse the farther from zero, on either side
    DIRECTIONS,
};
static const char *const direction_words[DIRECTIONS] = {
    [DIRECTION_ABOVE] = "above", [DIRECTION_BELOW] = "below", [DIRECTION_BEYOND] = "beyond"};

static const char *const threshold_keys[] = {"warn", "crit", "when", "per_processor"};

// [health METRIC]; NaN: no such threshold.
struct limits {
    double warn, crit;
    enum direction direction;
};

static void memory_dispose(void *slot)
{
    health_counters_dispose(slot);
}

static bool parse_real(const char *text, double *out)
{
    return slice_real(slice_of(text), out);
}

// DIRECTIONS for a word that is none.
static enum direction direction_find(const char *word)
{
    enum direction direction = DIRECTION_ABOVE;
    while (direction < DIRECTIONS && strcmp(word, direction_words[direction]) != 0)
        direction++;
    return direction;
}

static const struct ini_section *limits_section(const struct reading *reading,
                                                const struct health_metric *metric)
{
    char *whole =
        mem_printf("health %s %.*s", metric->name, (int)metric->object.len, metric->object.text);
    char *general = mem_printf("health %s", metric->name);
    const struct ini_section *section = ini_section(&reading->profile->ini, whole);
    if (section == NULL)
        section = ini_section(&reading->profile->ini, general);
    free(whole);
    free(general);
    return section;
}

static double limit_value(const struct ini_section *section, const char *key, double factor)
{
    const struct ini_entry *entry = section == NULL ? NULL : ini_get(section, key);
    double value;
    return entry != NULL && parse_real(entry->value, &value) ? value * factor : NAN;
}

static struct limits limits_find(const struct reading *reading, const struct health_metric *metric,
                                 int processors)
{
    const struct ini_section *section = limits_section(reading, metric);
    const struct ini_entry *when = section == NULL ? NULL : ini_get(section, "when");
    const struct ini_entry *each = section == NULL ? NULL : ini_get(section, "per_processor");
    double factor = 1;
    if (each != NULL && strcmp(each->value, "yes") == 0)
        factor = processors > 0 ? (double)processors : (double)NAN;
    struct limits limits = {.warn = limit_value(section, "warn", factor),
                            .crit = limit_value(section, "crit", factor)};
    if (when != NULL)
        limits.direction = direction_find(when->value);
    return limits;
}

static bool is_reached(const struct limits *limits, double value, double limit)
{
    if (isnan(limit))
        return false;
    if (limits->direction == DIRECTION_BELOW)
        return value <= limit;
    return (limits->direction == DIRECTION_BEYOND ? fabs(value) : value) >= limit;
}

static const char *state_word(const struct health_metric *metric, const struct limits *limits)
{
    if (!metric->known)
        return N_("unknown");
    if (is_reached(limits, metric->value, limits->crit))
        return N_("critical");
    return is_reached(limits, metric->value, limits->warn) ? N_("warning") : N_("ok");
}

static const char *words_of(const char *metric)
{
    static const struct {
        const char *metric, *words;
    } names[] = {
        {"cpu_pct", N_("processor use")},
        {"load_1m", N_("load over 1 min")},
        {"memory_used_pct", N_("memory used")},
        {"swap_used_pct", N_("swap used")},
        {"disk_used_pct", N_("disk used")},
        {"inode_used_pct", N_("inodes used")},
        {"conntrack_used_pct", N_("connection tracking used")},
        {"clock_offset_ms", N_("clock offset")},
        {"uptime_s", N_("time since start")},
        {"net_rx_mbps", N_("network in")},
        {"net_tx_mbps", N_("network out")},
        {"udp_errors_pps", N_("UDP datagrams lost")},
        {"net_errors_pps", N_("network errors")},
        {"disk_full_days", N_("days until disk is full")},
        {"disk_busy_pct", N_("disk busy")},
        {"kernel_messages", N_("kernel messages of a day")},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].metric, metric) == 0)
            return names[i].words;
    return metric;
}

static void fill_row(struct table *table, const struct reading *reading,
                     const struct health_metric *metric, int processors)
{
    struct limits limits = limits_find(reading, metric, processors);
    size_t row = table_add_row(table);
    table_set_text(table, row, HEALTH_HOST, reading->host->name);
    table_set_static(table, row, HEALTH_METRIC, metric->name);
    table_set_static(table, row, HEALTH_WHAT, words_of(metric->name));
    if (metric->object.len > 0)
        table_set_bytes(table, row, HEALTH_OBJECT, metric->object.text, metric->object.len);
    if (metric->known)
        table_set_real(table, row, HEALTH_VALUE, metric->value);
    table_set_static(table, row, HEALTH_UNIT, metric->unit);
    table_set_real(table, row, HEALTH_WARN, limits.warn);
    table_set_real(table, row, HEALTH_CRIT, limits.crit);
    table_set_static(table, row, HEALTH_STATE, state_word(metric, &limits));
    if (metric->text.len > 0) {
        table_set_bytes(table, row, HEALTH_REASON, metric->text.text, metric->text.len);
        return;
    }
    // Its limits are read the other way round, which the figure alone does not say.
    bool from_below = limits.direction == DIRECTION_BELOW &&
                      (metric->reason == NULL || metric->reason[0] == '\0');
    table_set_static(table, row, HEALTH_REASON,
                     from_below ? N_("the limits are lower ones: less than that is the warning")
                                : metric->reason);
}

static void health_fill(struct reading *reading, struct slice output, struct health_clock clock)
{
    struct health_counters *before =
        host_state_slot(reading->state, &reader_health, sizeof *before, memory_dispose);
    struct health_counters now = {0};
    struct health_metrics metrics = {0};
    health_measure(output, clock, before, &now, &metrics);
    if (!before->has_time) {
        reading->settling = true;
        reading->again_ms = 1000;
    }
    struct table *table = reading_table(reading);
    for (size_t i = 0; i < metrics.count; i++)
        fill_row(table, reading, &metrics.items[i], metrics.processors);
    health_metrics_dispose(&metrics);
    health_counters_dispose(before);
    *before = now;
    reading_done(reading, 0, table);
}

static bool health_read(struct reading *reading, struct err *err)
{
    struct profile_script script;
    struct health_clock clock = {.before_ms = clock_wall_ms()};
    reading_label(reading, "/proc, df, date");
    bool ok = profile_script_run(reading, NULL, &script, err);
    clock.after_ms = clock_wall_ms();
    if (ok)
        health_fill(reading, script.out, clock);
    profile_script_dispose(&script);
    return ok;
}

static void check_entry(const struct ini_section *section, const struct ini_entry *entry,
                        struct err_list *errors)
{
    const char *path = entry->place.path;
    int line = entry->place.line;
    double number;
    if (strcmp(entry->key, "warn") == 0 || strcmp(entry->key, "crit") == 0) {
        if (!parse_real(entry->value, &number))
            err_list_add(errors, "%s:%d: %s = %s is no number", path, line, entry->key,
                         entry->value);
    } else if (strcmp(entry->key, "when") == 0) {
        if (direction_find(entry->value) == DIRECTIONS)
            err_list_add(errors, "%s:%d: when = %s is none of above, below and beyond", path, line,
                         entry->value);
    } else if (strcmp(entry->key, "per_processor") == 0) {
        if (strcmp(entry->value, "yes") != 0 && strcmp(entry->value, "no") != 0)
            err_list_add(errors, "%s:%d: per_processor = %s is neither yes nor no", path, line,
                         entry->value);
    } else {
        const char *nearest = ini_nearest(entry->key, threshold_keys,
                                          sizeof threshold_keys / sizeof threshold_keys[0]);
        err_list_add(errors, "%s:%d: [%s] has no key '%s'%s%s%s", path, line, section->name,
                     entry->key, nearest != NULL ? "; did you mean '" : "",
                     nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
    }
}

static void health_check(const struct profile *profile, const struct profile_source *source,
                         const struct probe *probe, struct err_list *errors)
{
    (void)probe;
    profile_script_check(source, errors);
    for (size_t i = 0; i < profile->ini.count; i++) {
        const struct ini_section *section = &profile->ini.sections[i];
        if (strncmp(section->name, "health ", 7) != 0)
            continue;
        for (size_t k = 0; k < section->count; k++)
            check_entry(section, &section->entries[k], errors);
    }
}

const struct reader reader_health = {
    .name = "health", .lane = LANE_COMMAND, .read = health_read, .check = health_check};
