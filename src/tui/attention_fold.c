// SPDX-License-Identifier: MIT

// Orders findings and folds those of one trouble, by column names, so that a new pane takes part by
// naming its columns like the others.
#include "tui/attention_fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "notice/row_problem.h"
#include "table/filter.h"
#include "table/row_label.h"

// Of what the network failed for customers, what one gateway must have failed to be their trouble.
#define SHARE_OF_FAILED 0.5
#define BEYOND_COLUMNS  64

// Where a row names the gateway or service that it is about.
static const struct {
    const char *column;
    bool is_report;
} about[] = {{"gateway", false}, {"process", false}, {"object", true}};
// What is low when calls fail.
static const char *const ratios[] = {"asr_pct", "ner_pct"};
#define COUNT(names) (sizeof(names) / sizeof *(names))

struct finding *findings_add(struct findings *findings, size_t host, const struct probe *probe,
                             enum level level)
{
    struct finding *finding =
        mem_push(&findings->items, &findings->count, &findings->cap, sizeof *finding);
    *finding = (struct finding){
        .host = host,
        .probe = probe,
        .level = level,
        .age_s = NAN,
        .place = findings->count,
        .into = FINDING_ALONE,
        .next = FINDING_ALONE,
    };
    return finding;
}

void findings_dispose(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        free(findings->items[i].subject);
        free(findings->items[i].about);
        free(findings->items[i].advice);
    }
    free(findings->items);
    *findings = (struct findings){0};
}

static const struct cell *known_cell(const struct row_ref *row, const char *name)
{
    int col = schema_find(table_schema(row->table), name);
    const struct cell *cell = col >= 0 ? table_cell(row->table, row->row, (size_t)col) : NULL;
    return cell != NULL && cell->known ? cell : NULL;
}

static bool number_of(const struct row_ref *row, const char *name, double *out)
{
    const struct schema *schema = table_schema(row->table);
    const struct cell *cell = known_cell(row, name);
    return cell != NULL && cell_number(&schema->columns[schema_find(schema, name)], cell, out);
}

static bool is_word(const struct cell *cell, const char *word)
{
    return cell != NULL && cell->len == strlen(word) && memcmp(cell->as.text, word, cell->len) == 0;
}

static void take_route(struct finding *finding, const struct row_ref *row)
{
    const struct cell *kind = known_cell(row, "kind");
    double attempts, ner_pct;
    bool fails = false;
    for (size_t i = 0; i < COUNT(ratios); i++) {
        const struct cell *cell = known_cell(row, ratios[i]);
        fails |= cell != NULL && cell->level >= LEVEL_WARN;
    }
    if (!fails || !number_of(row, "attempts", &attempts) || !number_of(row, "ner_pct", &ner_pct))
        return;
    finding->route = is_word(kind, "routing")   ? ROUTE_OUT
                     : is_word(kind, "mapping") ? ROUTE_IN
                                                : ROUTE_NONE;
    finding->failed = attempts * (100 - ner_pct) / 100;
}

void finding_take_row(struct finding *finding, const struct row_ref *row)
{
    const struct schema *schema = table_schema(row->table);
    struct str subject = {0};
    row_label(row, &subject);
    finding->row = row->id;
    finding->subject = str_take(&subject);
    finding->age_s = row_age_s(row);
    for (size_t col = 0; col < schema->column_count && col < BEYOND_COLUMNS; col++)
        if (table_cell(row->table, row->row, col)->level >= LEVEL_WARN)
            finding->beyond |= UINT64_C(1) << col;
    for (size_t i = 0; finding->about == NULL && i < COUNT(about); i++) {
        const struct cell *cell = known_cell(row, about[i].column);
        if (cell == NULL || cell->len == 0)
            continue;
        finding->about = mem_strndup(cell->as.text, cell->len);
        finding->is_report = about[i].is_report;
    }
    take_route(finding, row);
}

int finding_compare(const struct finding *a, const struct finding *b)
{
    if (a->level != b->level)
        return a->level > b->level ? -1 : 1;
    if (a->production != b->production)
        return a->production ? -1 : 1;
    if (a->harm != b->harm)
        return a->harm > b->harm ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static int by_order(const void *left, const void *right)
{
    return finding_compare(left, right);
}

bool findings_are_on(const struct findings *findings, size_t index, size_t host)
{
    for (size_t i = index; i != FINDING_ALONE; i = findings->items[i].next)
        if (findings->items[i].host == host)
            return true;
    return false;
}

// Whether wherever `inner` is `outer` is, too.
static bool is_within(const struct findings *findings, size_t inner, size_t outer)
{
    for (size_t i = inner; i != FINDING_ALONE; i = findings->items[i].next)
        if (!findings_are_on(findings, outer, findings->items[i].host))
            return false;
    return true;
}

static bool is_same_elsewhere(const struct findings *findings, size_t i, size_t j)
{
    const struct finding *a = &findings->items[i], *b = &findings->items[j];
    return a->probe == b->probe && a->harm == b->harm && a->row != 0 && b->row != 0 &&
           (a->beyond & b->beyond) != 0 && strcmp(a->subject, b->subject) == 0 &&
           !findings_are_on(findings, i, b->host);
}

static bool is_about_the_same(const struct finding *a, const struct finding *b)
{
    return a->probe != b->probe && a->harm == b->harm && a->harm != HARM_UNSAID &&
           a->about != NULL && b->about != NULL && strcmp(a->about, b->about) == 0;
}

static bool is_same_in_another_pane(const struct findings *findings, size_t i, size_t j)
{
    return findings->items[i].host == findings->items[j].host &&
           is_about_the_same(&findings->items[i], &findings->items[j]);
}

// Lets what a report is about come before the report.
static void raise_above_report(struct findings *findings, const struct finding *report)
{
    for (size_t i = 0; i < findings->count; i++) {
        struct finding *row = &findings->items[i];
        if (row->is_report || row->host != report->host || !is_about_the_same(row, report) ||
            finding_compare(row, report) < 0)
            continue;
        row->level = report->level;
        row->rank = report->rank;
        row->place = 0;
    }
}

static void put_into(struct findings *findings, size_t j, size_t i, enum fold fold)
{
    struct finding *row = &findings->items[i], *other = &findings->items[j];
    for (size_t k = i + 1; k < findings->count; k++)
        if (findings->items[k].into == j)
            findings->items[k].into = i;
    other->into = i;
    other->fold = fold;
    if (fold == FOLD_HOST) {
        other->next = row->next;
        row->next = j;
    }
    if (fold != FOLD_CUSTOMER && (isnan(row->age_s) || other->age_s > row->age_s))
        row->age_s = isnan(other->age_s) ? row->age_s : other->age_s;
}

static void fold_pairs(struct findings *findings, enum fold fold,
                       bool (*is_one)(const struct findings *, size_t, size_t))
{
    for (size_t i = 0; i < findings->count; i++)
        for (size_t j = i + 1; findings->items[i].into == FINDING_ALONE && j < findings->count; j++)
            if (findings->items[j].into == FINDING_ALONE && is_one(findings, i, j))
                put_into(findings, j, i, fold);
}

// On all hosts of the row.
static double failed_in_all(const struct findings *findings, size_t index)
{
    double failed = 0;
    for (size_t i = index; i != FINDING_ALONE; i = findings->items[i].next)
        failed += findings->items[i].failed;
    return failed;
}

static bool is_customer_of(const struct findings *findings, size_t gateway, size_t j)
{
    const struct finding *it = &findings->items[j];
    return it->into == FINDING_ALONE && it->route == ROUTE_IN &&
           it->probe == findings->items[gateway].probe && is_within(findings, j, gateway);
}

// A customer stands behind no gateway that is less of a trouble: those come later.
static void fold_customers(struct findings *findings, size_t gateway)
{
    double failed = 0;
    for (size_t j = gateway + 1; j < findings->count; j++)
        if (is_customer_of(findings, gateway, j))
            failed += failed_in_all(findings, j);
    if (failed_in_all(findings, gateway) < SHARE_OF_FAILED * failed)
        return;
    for (size_t j = gateway + 1; j < findings->count; j++)
        if (is_customer_of(findings, gateway, j))
            put_into(findings, j, gateway, FOLD_CUSTOMER);
}

void findings_fold(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].is_report && findings->items[i].about != NULL)
            raise_above_report(findings, &findings->items[i]);
    if (findings->count > 0)
        qsort(findings->items, findings->count, sizeof *findings->items, by_order);
    fold_pairs(findings, FOLD_PANE, is_same_in_another_pane);
    fold_pairs(findings, FOLD_HOST, is_same_elsewhere);
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].into == FINDING_ALONE && findings->items[i].route == ROUTE_OUT)
            fold_customers(findings, i);
}
