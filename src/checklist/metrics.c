// SPDX-License-Identifier: MIT

// Metrics from the profile's sections and the fleet's snapshots.
#include "checklist/metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "checklist/load.h"

#define METRIC_PREFIX "metric "

static const char *const keys[] = {"title",   "unit", "pane",  "window",
                                   "measure", "per",  "times", NULL};

static char *text_of(const struct ini_section *section, const char *key, const char *fallback)
{
    const struct ini_entry *entry = ini_get(section, key);
    return entry != NULL ? ini_unquote(entry->value) : mem_strdup(fallback);
}

// A measure alone is a condition that is not asked for its truth.
static struct condition *read_measure(const struct ini_section *section, const char *key,
                                      const struct schema *schema, struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, key);
    if (entry == NULL)
        return NULL;
    struct condition *condition = NULL;
    struct err err = {0};
    size_t position = 0;
    char *measure = ini_unquote(entry->value), *text = mem_printf("%s >= 0", measure);
    if (!condition_parse(text, schema, &condition, &position, &err))
        ini_fault(errors, &entry->place, "[%s] %s = %s: %s", section->name, key, measure, err.text);
    free(text);
    free(measure);
    return condition;
}

static void read_pane(struct metric *metric, const struct ini_section *section,
                      struct err_list *errors)
{
    char *pane = text_of(section, "pane", ""), *window = text_of(section, "window", "");
    metric->probe = probe_find(pane);
    if (metric->probe == NULL)
        ini_fault(errors, &section->place, "[%s] pane = %s: there is no such pane", section->name,
                  pane);
    int variant = window[0] != '\0' && metric->probe != NULL
                      ? schema_variant(metric->probe->schema, window)
                      : 0;
    if (variant < 0)
        ini_fault(errors, &section->place, "[%s] window = %s: the pane has no such window",
                  section->name, window);
    metric->variant = variant > 0 ? (size_t)variant : 0;
    free(window);
    free(pane);
}

static void read_metric(struct metric_list *list, const struct ini_section *section,
                        struct err_list *errors)
{
    list->metrics = mem_resize(list->metrics, list->count + 1, sizeof *list->metrics);
    struct metric *metric = &list->metrics[list->count++];
    *metric = (struct metric){.name = mem_strdup(section->name + strlen(METRIC_PREFIX))};
    ini_check_keys(section, keys, errors);
    metric->title = text_of(section, "title", metric->name);
    metric->unit = text_of(section, "unit", "");
    char *times = text_of(section, "times", "1");
    metric->times = strtod(times, NULL);
    if (!isfinite(metric->times) || metric->times <= 0)
        ini_fault(errors, &section->place, "[%s] times = %s: write a number above 0", section->name,
                  times);
    free(times);
    read_pane(metric, section, errors);
    if (metric->probe == NULL)
        return;
    metric->measure = read_measure(section, "measure", metric->probe->schema, errors);
    metric->per = read_measure(section, "per", metric->probe->schema, errors);
    if (ini_get(section, "measure") == NULL)
        ini_fault(errors, &section->place, "[%s] has no measure", section->name);
}

bool metrics_load(const struct profile *profile, struct metric_list *out, struct err_list *errors)
{
    size_t faults = errors->count;
    *out = (struct metric_list){0};
    for (size_t i = 0; i < profile->ini.count; i++)
        if (strncmp(profile->ini.sections[i].name, METRIC_PREFIX, strlen(METRIC_PREFIX)) == 0)
            read_metric(out, &profile->ini.sections[i], errors);
    if (errors->count == faults)
        return true;
    metrics_dispose(out);
    return false;
}

void metrics_dispose(struct metric_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct metric *metric = &list->metrics[i];
        free(metric->name);
        free(metric->title);
        free(metric->unit);
        condition_free(metric->measure);
        condition_free(metric->per);
    }
    free(list->metrics);
    *list = (struct metric_list){0};
}

const struct metric *metrics_find(const struct metric_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->metrics[i].name, name) == 0)
            return &list->metrics[i];
    return NULL;
}

static bool measure_rows(const struct condition *condition, const struct row_list *rows,
                         double *out)
{
    struct measure measure;
    bool known = condition_measure(condition, rows, 0, &measure) && measure.known;
    *out = known ? measure.value : 0;
    return known && isfinite(measure.value);
}

bool metric_value(const struct metric *metric, const struct table *table, double *out)
{
    size_t count = table_rows(table);
    size_t *indices = mem_array(count + 1, sizeof *indices);
    for (size_t i = 0; i < count; i++)
        indices[i] = i;
    struct row_list rows = {.table = table, .rows = indices, .count = count};
    double value = 0, per = 1;
    bool known = measure_rows(metric->measure, &rows, &value) &&
                 (metric->per == NULL || (measure_rows(metric->per, &rows, &per) && per > 0));
    free(indices);
    *out = known ? value / per * metric->times : 0;
    return known;
}

static void sample_metric(const struct metric *metric, struct fleet *fleet, size_t host,
                          int64_t at_ms, struct sample_list *out)
{
    double value;
    const struct snapshot *snapshot = fleet_snapshot(fleet, host, metric->probe);
    bool fresh = snapshot_word(snapshot, clock_mono_ms()) == FEED_LIVE && !snapshot->settling &&
                 snapshot->blind[0] == '\0';
    const struct table *table = fresh ? snapshot_table(snapshot, metric->variant) : NULL;
    if (table != NULL && metric_value(metric, table, &value)) {
        struct sample *sample =
            mem_push(&out->samples, &out->count, &out->cap, sizeof *out->samples);
        sample->host = mem_strdup(fleet_host(fleet, host)->name);
        sample->metric = mem_strdup(metric->name);
        sample->at_ms = at_ms;
        sample->value = value;
    }
    snapshot_unref(snapshot);
}

void metrics_sample(const struct metric_list *list, struct fleet *fleet, size_t host, int64_t at_ms,
                    struct sample_list *out)
{
    for (size_t i = 0; i < list->count; i++)
        sample_metric(&list->metrics[i], fleet, host, at_ms, out);
}

void samples_dispose(struct sample_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->samples[i].host);
        free(list->samples[i].metric);
    }
    free(list->samples);
    *list = (struct sample_list){0};
}
