// SPDX-License-Identifier: MIT

// Filters at work: does a row match?
#include "table/filter.h"

#include <stdlib.h>

#include "table/cell.h"
#include "table/filter_term.h"

void filter_free(struct filter *filter)
{
    if (filter == NULL)
        return;
    for (size_t i = 0; i < filter->count; i++) {
        needle_dispose(&filter->terms[i].needle);
        pattern_free(filter->terms[i].pattern);
    }
    free(filter->terms);
    free(filter);
}

bool filter_is_empty(const struct filter *filter)
{
    return filter == NULL || filter->count == 0;
}

// Whether the network holds the address or network that is written here, with or without a port.
static bool holds(const struct network *network, const char *text, size_t len)
{
    char item[ADDRESS_TEXT_MAX + 8];
    struct network found = {.prefix = 128};
    if (len >= sizeof item)
        return false;
    memcpy(item, text, len);
    item[len] = '\0';
    return (address_parse_endpoint(item, &found.base, NULL) || network_parse(item, &found)) &&
           found.prefix >= network->prefix && network_contains(network, &found.base);
}

static bool in_network(const struct term *term, const struct column *column,
                       const struct cell *cell)
{
    const char *at = cell->as.text, *end = at + cell->len;
    while (at < end) {
        const char *stop = column->list ? memchr(at, ';', (size_t)(end - at)) : NULL;
        if (holds(&term->network, at, (size_t)((stop != NULL ? stop : end) - at)))
            return true;
        at = stop != NULL ? stop + 1 : end;
        at += at < end && *at == ' ';
    }
    return false;
}

// A time is found as it is shown, and as machines write it.
static bool printed_contains(const struct term *term, const struct column *column,
                             const struct cell *cell)
{
    char text[CELL_PLAIN_MAX];
    if (needle_in(&term->needle, text, cell_print_plain(text, column, cell)))
        return true;
    return column->kind == KIND_TIME &&
           needle_in(&term->needle, text, local_time_print(text, cell->as.integer));
}

// The cell is known.
static bool cell_contains(const struct term *term, const struct column *column,
                          const struct cell *cell)
{
    if (column->kind == KIND_SERIES && term->test == TERM_WORD)
        return false; // a word is not looked for in what is drawn
    if (!kind_holds_text(column->kind))
        return (term->may_be_number || column->kind == KIND_BOOL) &&
               printed_contains(term, column, cell);
    bool addresses = column->kind == KIND_ADDRESS;
    if (term->is_network && (addresses || column->list) && in_network(term, column, cell))
        return true;
    bool by_network_only = addresses && term->is_network && term->test == TERM_CONTAINS;
    return !by_network_only && needle_in(&term->needle, cell->as.text, cell->len);
}

static bool row_contains(const struct term *term, const struct table *table, size_t row)
{
    const struct schema *schema = table_schema(table);
    const struct cell *cells = table_cell(table, row, 0);
    for (size_t col = 0; col < schema->column_count; col++)
        if (cells[col].known && cell_contains(term, &schema->columns[col], &cells[col]))
            return true;
    return false;
}

static int compare_text(const struct term *term, const struct column *column,
                        const struct cell *cell)
{
    if (term->is_network)
        return in_network(term, column, cell) ? 0 : 1;
    if (column->ranks == NULL)
        return fold_compare(cell->as.text, cell->len, term->needle.text, term->needle.len);
    int rank = column_rank(column, cell->as.text, cell->len);
    return (rank > term->rank) - (rank < term->rank);
}

static int compare_value(const struct term *term, const struct column *column,
                         const struct cell *cell)
{
    const struct term_value *value = &term->value;
    if (kind_holds_text(column->kind))
        return compare_text(term, column, cell);
    if (column->kind == KIND_SERIES) {
        double newest = series_newest(cell);
        return (newest > value->real_high) - (newest < value->real_low);
    }
    if (kind_holds_real(column->kind))
        return (cell->as.real > value->real_high) - (cell->as.real < value->real_low);
    return (cell->as.integer > value->high) - (cell->as.integer < value->low);
}

static bool pattern_matches(const struct term *term, const struct column *column,
                            const struct cell *cell)
{
    if (kind_holds_text(column->kind))
        return pattern_match(term->pattern, cell->as.text, cell->len);
    char text[CELL_PLAIN_MAX];
    return pattern_match(term->pattern, text, cell_print_plain(text, column, cell));
}

static bool term_holds(const struct term *term, const struct table *table, size_t row)
{
    if (term->test == TERM_WORD)
        return row_contains(term, table, row) != term->negated;
    const struct column *column = &table_schema(table)->columns[term->col];
    const struct cell *cell = table_cell(table, row, term->col);
    if (term->test == TERM_UNKNOWN)
        return cell->known == term->negated;
    if (!cell->known)
        return false;
    bool holds;
    if (term->test == TERM_CONTAINS) {
        holds = cell_contains(term, column, cell);
    } else if (term->test == TERM_PATTERN) {
        holds = pattern_matches(term, column, cell);
    } else {
        int order = compare_value(term, column, cell);
        unsigned is = order < 0 ? ORDER_LESS : order > 0 ? ORDER_MORE : ORDER_EQUAL;
        holds = (term->wanted & is) != 0;
    }
    return holds != term->negated;
}

bool filter_match(const struct filter *filter, const struct table *table, size_t row)
{
    bool all = true;
    for (size_t i = 0; filter != NULL && i < filter->count; i++) {
        const struct term *term = &filter->terms[i];
        if (term->opens_alternative) {
            if (all)
                return true;
            all = true;
        }
        all = all && term_holds(term, table, row);
    }
    return all;
}

bool filter_bound(const struct filter *filter, size_t col, double *bound, bool *above)
{
    for (size_t i = 0; filter != NULL && i < filter->count; i++) {
        const struct term *term = &filter->terms[i];
        enum kind kind = filter->schema->columns[term->col].kind;
        bool is_side = (term->wanted & (ORDER_LESS | ORDER_MORE)) != 0;
        if (term->test != TERM_COMPARE || term->col != col || !is_side || term->negated ||
            kind_holds_text(kind) || kind == KIND_TIME)
            continue;
        *bound = (term->value.real_low + term->value.real_high) / 2;
        *above = (term->wanted & ORDER_MORE) != 0;
        return true;
    }
    return false;
}
