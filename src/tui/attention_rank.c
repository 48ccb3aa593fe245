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
static const char *const carried[] = {"attempts", "calls", "pps", "packets_60s"};
// Somebody works on it already, or has: what a banned source sends is dropped.
static const char *const handled[] = {"acknowledged", "is_acknowledged", "banned"};
static const char *const limits[] = {"lower", "upper", "warn", "crit"};
#define COUNT(names) (sizeof(names) / sizeof *(names))

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

void attention_bounds_init(struct attention_bounds *bounds, const struct schema *schema,
                           const struct profile *profile)
{
    bounds->columns = mem_array(schema->column_count, sizeof *bounds->columns);
    for (size_t i = 0; profile != NULL && i < profile->threshold_count; i++) {
        const struct profile_threshold *threshold = &profile->thresholds[i];
        int col = schema_find(schema, threshold->column);
        if (strcmp(threshold->probe, schema->name) != 0 || col < 0)
            continue;
        struct attention_bound *bound = &bounds->columns[col];
        bound->warn = bound->crit = NAN;
        add_bound(bound, threshold->warn, schema, (size_t)col, &bound->warn);
        add_bound(bound, threshold->crit, schema, (size_t)col, &bound->crit);
    }
}

void attention_bounds_dispose(struct attention_bounds *bounds)
{
    free(bounds->columns);
    *bounds = (struct attention_bounds){0};
}

static bool number_of(const struct table *table, size_t row, const char *name, double *out)
{
    const struct schema *schema = table_schema(table);
    int col = schema_find(schema, name);
    return col >= 0 && cell_number(&schema->columns[col], table_cell(table, row, (size_t)col), out);
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

static double excess_of(const struct attention_bounds *bounds, const struct table *table,
                        size_t row, size_t col)
{
    const struct column *column = &table_schema(table)->columns[col];
    const struct attention_bound *bound = &bounds->columns[col];
    double value, limit, excess = 0;
    if (!cell_number(column, table_cell(table, row, col), &value))
        return 0;
    if (bound->known)
        return distance(value, isnan(bound->warn) ? bound->crit : bound->warn);
    for (size_t i = 0; strcmp(column->name, "value") == 0 && i < COUNT(limits); i++) {
        if (!number_of(table, row, limits[i], &limit))
            continue;
        bool beyond = strcmp(limits[i], "lower") == 0   ? value < limit
                      : strcmp(limits[i], "upper") == 0 ? value > limit
                                                        : true;
        if (beyond && distance(value, limit) > excess)
            excess = distance(value, limit);
    }
    return excess;
}

// What the host itself calls critical goes before what it calls major.
static double severity_of(const struct table *table, size_t row)
{
    int col = schema_find(table_schema(table), "severity");
    const struct cell *cell = col >= 0 ? table_cell(table, row, (size_t)col) : NULL;
    bool critical = cell != NULL && cell->known && cell->len == strlen("critical") &&
                    memcmp(cell->as.text, "critical", cell->len) == 0;
    return critical ? SEVERITY_WEIGHT : 0;
}

static bool is_handled(const struct table *table, size_t row)
{
    const struct schema *schema = table_schema(table);
    for (size_t i = 0; i < COUNT(handled); i++) {
        int col = schema_find(schema, handled[i]);
        const struct cell *cell = col >= 0 ? table_cell(table, row, (size_t)col) : NULL;
        if (cell != NULL && cell->known &&
            (schema->columns[col].kind != KIND_BOOL || cell->as.integer == YES))
            return true;
    }
    return false;
}

double attention_rank(const struct attention_bounds *bounds, const struct table *table, size_t row)
{
    const struct schema *schema = table_schema(table);
    double most = -1, excess = 0, value;
    if (is_handled(table, row))
        return 0;
    for (size_t i = 0; i < COUNT(carried); i++)
        if (number_of(table, row, carried[i], &value) && value > most)
            most = value;
    // A limit that is passed counts where something hangs on it.
    for (size_t col = 1; col < schema->column_count; col++) {
        const struct cell *cell = table_cell(table, row, col);
        double here = cell->level >= LEVEL_WARN || strcmp(schema->columns[col].name, "value") == 0
                          ? excess_of(bounds, table, row, col)
                          : 0;
        excess = here > excess ? here : excess;
    }
    double rank = most < 0 ? ATTENTION_RANK_UNKNOWN : log2(1 + most);
    if (most == 0)
        return 0;
    rank += EXCESS_WEIGHT * excess + severity_of(table, row);
    if (number_of(table, row, "age_s", &value) && value >= 0)
        rank += FRESH_S / (FRESH_S + value);
    return rank;
}
