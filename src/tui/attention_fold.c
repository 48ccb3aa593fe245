// SPDX-License-Identifier: MIT

// Orders findings and folds those of one trouble, by column names, so that a new pane takes part by
// naming its columns like the others.
#include "tui/attention_fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
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

struct finding *findings_add_copy(struct findings *findings, const struct finding *finding)
{
    struct finding *copy =
        mem_push(&findings->items, &findings->count, &findings->cap, sizeof *copy);
    *copy = *finding;
    copy->place = findings->count;
    return copy;
}

void findings_dispose(struct findings *findings)
{
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

void finding_take_row(struct finding *finding, const struct row_ref *row, struct arena *arena)
{
    const struct schema *schema = table_schema(row->table);
    struct str subject = {0};
    row_label(row, &subject);
    finding->row = row->id;
    finding->subject = arena_strndup(arena, str_text(&subject), subject.len);
    str_dispose(&subject);
    finding->age_s = row_age_s(row, &finding->since_ms);
    for (size_t col = 0; col < schema->column_count && col < BEYOND_COLUMNS; col++)
        if (table_cell(row->table, row->row, col)->level >= LEVEL_WARN)
            finding->beyond |= UINT64_C(1) << col;
    for (size_t i = 0; finding->about == NULL && i < COUNT(about); i++) {
        const struct cell *cell = known_cell(row, about[i].column);
        if (cell == NULL || cell->len == 0)
            continue;
        finding->about = arena_strndup(arena, cell->as.text, cell->len);
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

// Findings by a key: only those with the same one need to be compared.
struct keyed {
    size_t *first;     // by key; FINDING_ALONE: none
    size_t *following; // by finding: the next with that key
    uint64_t *keys;    // by finding
    uint64_t mask;
};

static uint64_t key_of_subject(const struct finding *finding)
{
    uint64_t key = hash_bytes(HASH_SEED, &finding->probe, sizeof finding->probe);
    return hash_bytes(key, finding->subject, strlen(finding->subject));
}

static uint64_t key_of_about(const struct finding *finding)
{
    uint64_t key = hash_bytes(HASH_SEED, &finding->host, sizeof finding->host);
    const char *name = finding->about != NULL ? finding->about : "";
    return hash_bytes(key, name, strlen(name));
}

static struct keyed keyed_new(const struct findings *findings,
                              uint64_t (*key_of)(const struct finding *))
{
    struct keyed keyed = {.mask = 1};
    while (keyed.mask < findings->count)
        keyed.mask = keyed.mask * 2 + 1;
    keyed.first = mem_array(keyed.mask + 1, sizeof *keyed.first);
    keyed.following = mem_array(findings->count + 1, sizeof *keyed.following);
    keyed.keys = mem_array(findings->count + 1, sizeof *keyed.keys);
    for (size_t i = 0; i <= keyed.mask; i++)
        keyed.first[i] = FINDING_ALONE;
    for (size_t i = findings->count; i > 0; i--) {
        keyed.keys[i - 1] = hash_mix(key_of(&findings->items[i - 1])) & keyed.mask;
        keyed.following[i - 1] = keyed.first[keyed.keys[i - 1]];
        keyed.first[keyed.keys[i - 1]] = i - 1;
    }
    return keyed;
}

static void keyed_dispose(struct keyed *keyed)
{
    free(keyed->first);
    free(keyed->following);
    free(keyed->keys);
}

// Lets what a report is about come before the report.
static void raise_above_report(struct findings *findings, const struct keyed *keyed, size_t index)
{
    const struct finding *report = &findings->items[index];
    for (size_t i = keyed->first[keyed->keys[index]]; i != FINDING_ALONE; i = keyed->following[i]) {
        struct finding *row = &findings->items[i];
        if (row->is_report || row->host != report->host || !is_about_the_same(row, report) ||
            finding_compare(row, report) < 0)
            continue;
        row->level = report->level;
        row->rank = report->rank;
        row->place = 0;
    }
}

static void raise_above_reports(struct findings *findings)
{
    struct keyed keyed = keyed_new(findings, key_of_about);
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].is_report && findings->items[i].about != NULL)
            raise_above_report(findings, &keyed, i);
    keyed_dispose(&keyed);
}

static void put_into(struct findings *findings, size_t j, size_t i, enum fold fold)
{
    struct finding *row = &findings->items[i], *other = &findings->items[j];
    other->into = i;
    other->fold = fold;
    if (fold == FOLD_HOST) {
        other->next = row->next;
        row->next = j;
    }
    if (fold != FOLD_CUSTOMER && (isnan(row->age_s) || other->age_s > row->age_s))
        row->age_s = isnan(other->age_s) ? row->age_s : other->age_s;
}

// What is told by a finding that is told by another is told by that one.
static void resolve(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        struct finding *finding = &findings->items[i];
        if (finding->into == FINDING_ALONE)
            continue;
        size_t above = findings->items[finding->into].into; // it stands before, and is resolved
        finding->into = above != FINDING_ALONE ? above : finding->into;
        findings->items[finding->into].tells = true;
    }
}

static void fold_pairs(struct findings *findings, enum fold fold,
                       uint64_t (*key_of)(const struct finding *),
                       bool (*is_one)(const struct findings *, size_t, size_t))
{
    struct keyed keyed = keyed_new(findings, key_of);
    for (size_t i = 0; i < findings->count; i++)
        for (size_t j = keyed.following[i];
             findings->items[i].into == FINDING_ALONE && j != FINDING_ALONE; j = keyed.following[j])
            if (findings->items[j].into == FINDING_ALONE && is_one(findings, i, j))
                put_into(findings, j, i, fold);
    keyed_dispose(&keyed);
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
    return j > gateway && it->into == FINDING_ALONE &&
           it->probe == findings->items[gateway].probe && is_within(findings, j, gateway);
}

// A customer stands behind no gateway that is less of a trouble: those come later.
static void fold_customers(struct findings *findings, size_t gateway, const size_t *customers,
                           size_t count)
{
    double failed = 0;
    for (size_t i = 0; i < count; i++)
        if (is_customer_of(findings, gateway, customers[i]))
            failed += failed_in_all(findings, customers[i]);
    if (failed_in_all(findings, gateway) < SHARE_OF_FAILED * failed)
        return;
    for (size_t i = 0; i < count; i++)
        if (is_customer_of(findings, gateway, customers[i]))
            put_into(findings, customers[i], gateway, FOLD_CUSTOMER);
}

static void fold_all_customers(struct findings *findings)
{
    size_t *customers = mem_array(findings->count + 1, sizeof *customers), count = 0;
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].into == FINDING_ALONE && findings->items[i].route == ROUTE_IN)
            customers[count++] = i;
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].into == FINDING_ALONE && findings->items[i].route == ROUTE_OUT)
            fold_customers(findings, i, customers, count);
    free(customers);
}

void findings_fold(struct findings *findings)
{
    raise_above_reports(findings);
    if (findings->count > 0)
        qsort(findings->items, findings->count, sizeof *findings->items, by_order);
    fold_pairs(findings, FOLD_PANE, key_of_about, is_same_in_another_pane);
    fold_pairs(findings, FOLD_HOST, key_of_subject, is_same_elsewhere);
    fold_all_customers(findings);
    resolve(findings);
}
