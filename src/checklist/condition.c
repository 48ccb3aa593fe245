// SPDX-License-Identifier: MIT

// Conditions at work: figures over rows, and what follows from them.
#include "checklist/condition.h"

#include <math.h>
#include <stdlib.h>

#include "checklist/condition_term.h"

// Reals that were written with few digits are compared as they were written.
#define REACH 0.0005

void condition_free(struct condition *condition)
{
    if (condition == NULL)
        return;
    for (size_t i = 0; i < condition->count; i++) {
        filter_free(condition->terms[i].filter);
        free(condition->terms[i].text);
    }
    free(condition->terms);
    free(condition);
}

static bool term_takes_row(const struct condition_term *term, const struct table *table, size_t row)
{
    if (term->aggregate == AGGREGATE_CRITICAL && table_row_level(table, row) < LEVEL_CRIT)
        return false;
    if (term->aggregate == AGGREGATE_WARNING && table_row_level(table, row) < LEVEL_WARN)
        return false;
    return filter_match(term->filter, table, row);
}

// A figure over rows while it is made.
struct figure {
    size_t taken;
    bool complete; // no cell was unknown
    double value;
};

static void figure_add(struct figure *figure, enum aggregate aggregate, double value)
{
    bool first = figure->taken == 0;
    figure->taken++;
    if (!aggregate_takes_column(aggregate))
        figure->value = (double)figure->taken;
    else if (aggregate == AGGREGATE_SUM)
        figure->value += value;
    else if (first || (aggregate == AGGREGATE_MIN ? value < figure->value : value > figure->value))
        figure->value = value;
}

static struct figure term_figure(const struct condition *condition,
                                 const struct condition_term *term, const struct row_list *list)
{
    struct figure figure = {.complete = true};
    const struct column *column = &condition->schema->columns[term->col];
    for (size_t i = 0; i < list->count; i++) {
        double value = 0;
        if (!term_takes_row(term, list->table, list->rows[i]))
            continue;
        const struct cell *cell = table_cell(list->table, list->rows[i], term->col);
        if (aggregate_takes_column(term->aggregate) && !cell_number(column, cell, &value))
            figure.complete = false;
        else
            figure_add(&figure, term->aggregate, value);
    }
    return figure;
}

static bool stands(double value, enum relation relation, double bound)
{
    switch (relation) {
    case RELATION_EQUAL:
        return fabs(value - bound) < REACH;
    case RELATION_UNEQUAL:
        return fabs(value - bound) >= REACH;
    case RELATION_MORE:
        return value >= bound + REACH;
    case RELATION_AT_LEAST:
        return value > bound - REACH;
    case RELATION_LESS:
        return value <= bound - REACH;
    case RELATION_AT_MOST:
        return value < bound + REACH;
    }
    return false;
}

static void term_measure(const struct condition *condition, const struct condition_term *term,
                         const struct row_list *list, struct measure *out)
{
    bool takes_column = aggregate_takes_column(term->aggregate);
    *out = (struct measure){
        .text = term->text,
        .column = takes_column ? &condition->schema->columns[term->col] : NULL,
        .truth = TRUTH_UNKNOWN,
        .relation = term->relation,
        .bound = term->bound,
    };
    if (list->table == NULL)
        return;
    struct figure figure = term_figure(condition, term, list);
    bool of_nothing =
        figure.taken == 0 && figure.complete && takes_column && term->aggregate != AGGREGATE_SUM;
    out->known = figure.complete && !of_nothing;
    out->value = figure.value;
    if (of_nothing)
        out->truth = TRUTH_FALSE;
    else if (figure.complete)
        out->truth = stands(figure.value, term->relation, term->bound) ? TRUTH_TRUE : TRUTH_FALSE;
}

bool condition_measure(const struct condition *condition, const struct row_list *rows, size_t index,
                       struct measure *out)
{
    if (index >= condition->count)
        return false;
    term_measure(condition, &condition->terms[index], rows, out);
    return true;
}

// The truth of the terms from *index on up to the next "|", past which *index is then.
static enum truth conjunction_evaluate(const struct condition *condition,
                                       const struct row_list *rows, size_t *index)
{
    enum truth all = TRUTH_TRUE;
    do {
        struct measure measure;
        term_measure(condition, &condition->terms[*index], rows, &measure);
        all = measure.truth < all ? measure.truth : all;
        (*index)++;
    } while (*index < condition->count && !condition->terms[*index].opens_alternative);
    return all;
}

enum truth condition_evaluate(const struct condition *condition, const struct row_list *rows)
{
    enum truth any = TRUTH_FALSE;
    for (size_t i = 0; i < condition->count;) {
        enum truth truth = conjunction_evaluate(condition, rows, &i);
        any = truth > any ? truth : any;
    }
    return any;
}

// Whether the row is one of those that the true term is about.
static bool term_concerns(const struct condition *condition, const struct condition_term *term,
                          const struct row_list *list, size_t row)
{
    if (!term_takes_row(term, list->table, row))
        return false;
    if (term->aggregate == AGGREGATE_SUM)
        return true;
    if (!aggregate_takes_column(term->aggregate))
        return term->relation == RELATION_MORE || term->relation == RELATION_AT_LEAST ||
               term->bound > 0;
    double value;
    const struct column *column = &condition->schema->columns[term->col];
    return cell_number(column, table_cell(list->table, row, term->col), &value) &&
           stands(value, term->relation, term->bound);
}

void condition_mark(const struct condition *condition, const struct row_list *rows, bool *marks)
{
    for (size_t i = 0, end = 0; i < condition->count && rows->table != NULL; i = end) {
        if (conjunction_evaluate(condition, rows, &end) != TRUTH_TRUE)
            continue;
        for (size_t term = i; term < end; term++)
            for (size_t row = 0; row < rows->count; row++)
                marks[row] = marks[row] || term_concerns(condition, &condition->terms[term], rows,
                                                         rows->rows[row]);
    }
}
