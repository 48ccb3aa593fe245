// SPDX-License-Identifier: MIT

// A row's trouble from its judged cells, its measured value, and its unbounded text.
#include "notice/row_problem.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "table/row_label.h"

static const char *threshold_word(const struct profile *profile, const char *probe,
                                  const char *column)
{
    for (size_t i = 0; profile != NULL && i < profile->threshold_count; i++) {
        const struct profile_threshold *threshold = &profile->thresholds[i];
        if (strcmp(threshold->probe, probe) == 0 && strcmp(threshold->column, column) == 0 &&
            threshold->word != NULL)
            return threshold->word;
    }
    return "";
}

// The unit of a row's value where each row has its own, as metrics of a host have; NULL: none.
static const struct cell *own_unit(const struct row_ref *row, const struct column *column)
{
    int unit = schema_find(table_schema(row->table), "unit");
    if (unit < 0 || strcmp(column->name, "value") != 0)
        return NULL;
    const struct cell *cell = table_cell(row->table, row->row, (size_t)unit);
    return cell->known ? cell : NULL;
}

// "low ASR 12.3 %": the threshold's word or the column's title, then the value; text speaks for
// itself.
static void add_fact(struct str *out, const char *word, const struct row_ref *row, size_t col)
{
    const struct column *column = &table_schema(row->table)->columns[col];
    const struct cell *cell = table_cell(row->table, row->row, col);
    const struct cell *unit = own_unit(row, column);
    bool is_text = column->kind == KIND_TEXT || column->kind == KIND_ADDRESS;
    str_append(out, out->len > 0 ? ", " : "");
    str_append(out, word[0] != '\0' ? _(word) : is_text ? "" : _(column->title));
    if (word[0] != '\0' && column->kind == KIND_BOOL)
        return; // "offline" says it
    str_append(out, word[0] != '\0' || !is_text ? " " : "");
    cell_format(out, column, cell, clock_shown_wall_ms());
    if (unit != NULL)
        str_appendf(out, " %.*s", (int)unit->len, unit->as.text);
    else
        column_add_unit(out, column, false);
}

static const struct cell *known_cell(const struct row_ref *row, const char *name, size_t *col)
{
    int at = schema_find(table_schema(row->table), name);
    *col = (size_t)at;
    const struct cell *cell = at >= 0 ? table_cell(row->table, row->row, *col) : NULL;
    return cell != NULL && cell->known ? cell : NULL;
}

// "41.5 % below 100": where rows have a value of their own and what limits it.
static bool add_measured(struct str *out, const struct row_ref *row)
{
    bool critical = table_row_level(row->table, row->row) == LEVEL_CRIT;
    const struct {
        const char *column, *word;
    } limits[] = {
        {"lower", N_("below")}, {"upper", N_("above")}, {critical ? "crit" : "warn", N_("limit")}};
    size_t col, limit_col;
    double value, limit;
    const struct column *of = table_schema(row->table)->columns;
    const struct cell *cell = known_cell(row, "value", &col);
    if (cell == NULL || !cell_number(&of[col], cell, &value))
        return false;
    str_append(out, out->len > 0 ? " " : "");
    cell_format(out, &of[col], cell, clock_shown_wall_ms());
    const struct cell *unit = own_unit(row, &of[col]);
    if (unit != NULL)
        str_appendf(out, "%s%.*s", unit->len > 0 ? " " : "", (int)unit->len, unit->as.text);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct cell *bound = known_cell(row, limits[i].column, &limit_col);
        if (bound == NULL || !cell_number(&of[limit_col], bound, &limit) ||
            (i == 0 && value >= limit) || (i == 1 && value <= limit))
            continue;
        str_appendf(out, ", %s ", _(limits[i].word));
        cell_format(out, &of[limit_col], bound, clock_shown_wall_ms());
        break;
    }
    return true;
}

char *row_problem(const struct profile *profile, const struct row_ref *row)
{
    const struct schema *schema = table_schema(row->table);
    struct str text = {0}, more = {0}, measured = {0};
    bool has_value = add_measured(&measured, row);
    for (size_t col = 1; col < schema->column_count; col++) {
        const struct cell *cell = table_cell(row->table, row->row, col);
        const struct column *column = &schema->columns[col];
        bool is_value =
            has_value && (strcmp(column->name, "value") == 0 || strcmp(column->name, "state") == 0);
        if (cell->level >= LEVEL_WARN && !is_value)
            add_fact(&text, threshold_word(profile, schema->name, column->name), row, col);
        else if (column->unbounded && !column->key && cell->known && cell->len > 0)
            cell_format(&more, column, cell, clock_shown_wall_ms());
    }
    if (has_value)
        str_appendf(&text, "%s%s", text.len > 0 ? ": " : "", str_text(&measured));
    if (more.len > 0)
        str_appendf(&text, "%s%s", has_value ? "; " : ": ", str_text(&more));
    str_dispose(&more);
    str_dispose(&measured);
    return str_take(&text);
}

double row_age_since_s(int64_t since_ms)
{
    return floor((double)(clock_shown_wall_ms() - since_ms) / 1000);
}

double row_age_s(const struct row_ref *row, int64_t *since_ms)
{
    static const char *const ages[] = {"age_s", "duration_s"};
    static const char *const times[] = {"since", "begin", "first_seen"};
    const struct column *columns_of = table_schema(row->table)->columns;
    double value;
    size_t col;
    if (since_ms != NULL)
        *since_ms = 0;
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        const struct cell *cell = known_cell(row, ages[i], &col);
        if (cell != NULL && cell_number(&columns_of[col], cell, &value))
            return value;
    }
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        const struct cell *cell = known_cell(row, times[i], &col);
        if (cell == NULL || columns_of[col].kind != KIND_TIME)
            continue;
        if (since_ms != NULL)
            *since_ms = cell->as.integer;
        return row_age_since_s(cell->as.integer);
    }
    return NAN;
}
