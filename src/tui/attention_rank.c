// SPDX-License-Identifier: MIT

// Ranks from column names and thresholds, so that a new pane takes part by naming its columns like
// the others.
#include "tui/attention_rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/filter.h"

#define EXCESS_MAX      4.0 // times the bound
#define EXCESS_WEIGHT   3.0 // as much as eight times the calls
#define SEVERITY_WEIGHT 15.0
#define FRESH_S         3600 // a younger one goes before an older one of the same weight
#define YES             1

// What hangs on a row: calls or packets, the greatest of these.
static const char *const carried[SCALE_CARRIED] = {"attempts", "calls", "pps", "packets_60s"};
// Somebody works on it already, or has: what a banned source sends is dropped.
static const char *const handled[SCALE_HANDLED] = {"acknowledged", "is_acknowledged", "banned"};

static void add_bound(struct attention_bound *bound, const char *condition,
                      const struct schema *schema, size_t col, double *out)
{
    struct filter *filter = NULL;
    size_t position;
    if (condition != NULL && filter_parse(condition, schema, &filter, &position, NULL) &&
        filter_bound(filter, col, out, &bound->above))
        bound->known = true;
    filter_free(filter);
}

static void find_columns(struct attention_scale *scale, const struct schema *schema)
{
    *scale = (struct attention_scale){
        .value = schema_find(schema, "value"),
        .lower = schema_find(schema, "lower"),
        .upper = schema_find(schema, "upper"),
        .warn = schema_find(schema, "warn"),
        .crit = schema_find(schema, "crit"),
        .severity = schema_find(schema, "severity"),
        .age_s = schema_find(schema, "age_s"),
        .banned = schema_find(schema, "banned"),
    };
    for (size_t i = 0; i < SCALE_CARRIED; i++)
        scale->carried[i] = schema_find(schema, carried[i]);
    for (size_t i = 0; i < SCALE_HANDLED; i++)
        scale->handled[i] = schema_find(schema, handled[i]);
}

void attention_scale_init(struct attention_scale *scale, const struct schema *schema,
                          const struct profile *profile)
{
    find_columns(scale, schema);
    scale->bounds = mem_array(schema->column_count, sizeof *scale->bounds);
    for (size_t i = 0; profile != NULL && i < profile->threshold_count; i++) {
        const struct profile_threshold *threshold = &profile->thresholds[i];
        int col = schema_find(schema, threshold->column);
        if (strcmp(threshold->probe, schema->name) != 0 || col < 0)
            continue;
        struct attention_bound *bound = &scale->bounds[col];
        bound->warn = bound->crit = NAN;
        add_bound(bound, threshold->warn, schema, (size_t)col, &bound->warn);
        add_bound(bound, threshold->crit, schema, (size_t)col, &bound->crit);
    }
}

void attention_scale_dispose(struct attention_scale *scale)
{
    free(scale->bounds);
    *scale = (struct attention_scale){0};
}

static const struct cell *known_cell(const struct table *table, size_t row, int col)
{
    const struct cell *cell = col >= 0 ? table_cell(table, row, (size_t)col) : NULL;
    return cell != NULL && cell->known ? cell : NULL;
}

static bool number_of(const struct table *table, size_t row, int col, double *out)
{
    const struct cell *cell = known_cell(table, row, col);
    return cell != NULL && cell_number(&table_schema(table)->columns[col], cell, out);
}

bool attention_is_banned(const struct attention_scale *scale, const struct table *table, size_t row)
{
    return known_cell(table, row, scale->banned) != NULL;
}

// How far value is from the limit, in limits; 0 for what cannot be told.
static double distance(double value, double limit)
{
    double size = fabs(limit);
    if (isnan(limit) || size <= 0)
        return 0;
    double excess = fabs(value - limit) / size;
    return excess < EXCESS_MAX ? excess : EXCESS_MAX;
}

// How far the row's value is beyond limits of its own, at the most.
static double excess_of_value(const struct attention_scale *scale, const struct table *table,
                              size_t row, double value)
{
    double limit, excess = 0;
    const int limits[] = {scale->lower, scale->upper, scale->warn, scale->crit};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        if (!number_of(table, row, limits[i], &limit) ||
            (limits[i] == scale->lower && value >= limit) ||
            (limits[i] == scale->upper && value <= limit))
            continue;
        double here = distance(value, limit);
        excess = here > excess ? here : excess;
    }
    return excess;
}

static double excess_of(const struct attention_scale *scale, const struct table *table, size_t row,
                        size_t col)
{
    const struct attention_bound *bound = &scale->bounds[col];
    double value;
    if (!number_of(table, row, (int)col, &value))
        return 0;
    if (bound->known)
        return distance(value, isnan(bound->warn) ? bound->crit : bound->warn);
    return (int)col == scale->value ? excess_of_value(scale, table, row, value) : 0;
}

// What the host itself calls critical goes before what it calls major.
static double severity_of(const struct attention_scale *scale, const struct table *table,
                          size_t row)
{
    const struct cell *cell = known_cell(table, row, scale->severity);
    bool critical = cell != NULL && cell->len == strlen("critical") &&
                    memcmp(cell->as.text, "critical", cell->len) == 0;
    return critical ? SEVERITY_WEIGHT : 0;
}

static bool is_handled(const struct attention_scale *scale, const struct table *table, size_t row)
{
    for (size_t i = 0; i < SCALE_HANDLED; i++) {
        int col = scale->handled[i];
        const struct cell *cell = known_cell(table, row, col);
        if (cell != NULL &&
            (table_schema(table)->columns[col].kind != KIND_BOOL || cell->as.integer == YES))
            return true;
    }
    return false;
}

double attention_rank(const struct attention_scale *scale, const struct table *table, size_t row)
{
    const struct schema *schema = table_schema(table);
    double most = -1, excess = 0, value;
    if (is_handled(scale, table, row))
        return 0;
    for (size_t i = 0; i < SCALE_CARRIED; i++)
        if (number_of(table, row, scale->carried[i], &value) && value > most)
            most = value;
    // A limit that is passed counts where something hangs on it.
    for (size_t col = 1; col < schema->column_count; col++) {
        const struct cell *cell = table_cell(table, row, col);
        double here = cell->level >= LEVEL_WARN || (int)col == scale->value
                          ? excess_of(scale, table, row, col)
                          : 0;
        excess = here > excess ? here : excess;
    }
    double rank = most < 0 ? ATTENTION_RANK_UNKNOWN : log2(1 + most);
    if (most == 0)
        return 0;
    rank += EXCESS_WEIGHT * excess + severity_of(scale, table, row);
    if (number_of(table, row, scale->age_s, &value) && value >= 0)
        rank += FRESH_S / (FRESH_S + value);
    return rank;
}
