// SPDX-License-Identifier: MIT

// Gathers what needs a person.
#include "tui/attention.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tui/attention_rank.h"
#include "tui/column_layout.h"
#include "tui/feeds.h"
#include "tui/table_view.h"

// A pane with more rows than this is told in few rows and a count.
#define ROWS_PER_PANE 4
// Before rows of the same level: who is blind sees no rows.
#define RANK_HOST    1000.0
#define RANK_READING 500.0

enum { ATTENTION_HOST, ATTENTION_PANE, ATTENTION_SUBJECT, ATTENTION_PROBLEM, ATTENTION_COLUMNS };

static const struct column columns[ATTENTION_COLUMNS] = {
    [ATTENTION_HOST] =
        {.name = "host", .title = "Host", .kind = KIND_TEXT, .key = true, .help = "Where."},
    [ATTENTION_PANE] = {.name = "pane",
                        .title = "Pane",
                        .kind = KIND_TEXT,
                        .key = true,
                        .priority = 1,
                        .width = 12,
                        .help = "The pane that Enter opens."},
    [ATTENTION_SUBJECT] = {.name = "subject",
                           .title = "What",
                           .kind = KIND_TEXT,
                           .key = true,
                           .width = 20,
                           .help = "The row: gateway, address, endpoint, metric …"},
    [ATTENTION_PROBLEM] = {.name = "problem",
                           .title = "Problem",
                           .kind = KIND_TEXT,
                           .unbounded = true,
                           .width = 40,
                           .help = "What is wrong with it."},
};

const struct schema attention_schema = {
    .name = "attention", .columns = columns, .column_count = ATTENTION_COLUMNS};

struct finding {
    struct attention_target target;
    enum level level;
    double rank;  // within the level: the greater, the further up
    size_t place; // among the findings: keeps equals in the order of panes
    char *subject, *problem;
};

struct findings {
    struct finding *items;
    size_t count, cap;
};

struct ranked_row {
    struct row_ref row;
    enum level level;
    double rank;
};

static struct finding *add(struct findings *findings, size_t host, const struct probe *probe,
                           enum level level)
{
    struct finding *finding =
        mem_push(&findings->items, &findings->count, &findings->cap, sizeof *finding);
    finding->target = (struct attention_target){.host = host, .probe = probe};
    finding->level = level;
    finding->rank = ATTENTION_RANK_UNKNOWN;
    finding->place = findings->count;
    return finding;
}

static const char *threshold_word(const struct model *model, size_t host, const struct probe *probe,
                                  const char *column)
{
    const struct profile *profile = fleet_profile(model->fleet, host);
    for (size_t i = 0; profile != NULL && i < profile->threshold_count; i++) {
        const struct profile_threshold *threshold = &profile->thresholds[i];
        if (strcmp(threshold->probe, probe->schema->name) == 0 &&
            strcmp(threshold->column, column) == 0 && threshold->word != NULL)
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
    str_append(out, word[0] != '\0' ? word : is_text ? "" : column->title);
    if (word[0] != '\0' && column->kind == KIND_BOOL)
        return; // "offline" says it
    str_append(out, word[0] != '\0' || !is_text ? " " : "");
    cell_format(out, column, cell, clock_wall_ms());
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
    } limits[] = {{"lower", "below"}, {"upper", "above"}, {critical ? "crit" : "warn", "limit"}};
    size_t col, limit_col;
    double value, limit;
    const struct column *of = table_schema(row->table)->columns;
    const struct cell *cell = known_cell(row, "value", &col);
    if (cell == NULL || !cell_number(&of[col], cell, &value))
        return false;
    str_append(out, out->len > 0 ? " " : "");
    cell_format(out, &of[col], cell, clock_wall_ms());
    const struct cell *unit = own_unit(row, &of[col]);
    if (unit != NULL)
        str_appendf(out, "%s%.*s", unit->len > 0 ? " " : "", (int)unit->len, unit->as.text);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct cell *bound = known_cell(row, limits[i].column, &limit_col);
        if (bound == NULL || !cell_number(&of[limit_col], bound, &limit) ||
            (i == 0 && value >= limit) || (i == 1 && value <= limit))
            continue;
        str_appendf(out, ", %s ", limits[i].word);
        cell_format(out, &of[limit_col], bound, clock_wall_ms());
        break;
    }
    return true;
}

static char *row_problem(const struct model *model, size_t host, const struct probe *probe,
                         const struct row_ref *row)
{
    const struct schema *schema = probe->schema;
    struct str text = {0}, more = {0}, measured = {0};
    bool has_value = add_measured(&measured, row);
    for (size_t col = 1; col < schema->column_count; col++) {
        const struct cell *cell = table_cell(row->table, row->row, col);
        const struct column *column = &schema->columns[col];
        bool is_value =
            has_value && (strcmp(column->name, "value") == 0 || strcmp(column->name, "state") == 0);
        if (cell->level >= LEVEL_WARN && !is_value)
            add_fact(&text, threshold_word(model, host, probe, column->name), row, col);
        else if (column->unbounded && !column->key && cell->known && cell->len > 0)
            cell_format(&more, column, cell, clock_wall_ms());
    }
    if (has_value)
        str_appendf(&text, "%s%s", text.len > 0 ? ": " : "", str_text(&measured));
    if (more.len > 0)
        str_appendf(&text, "%s%s", has_value ? "; " : ": ", str_text(&more));
    str_dispose(&more);
    str_dispose(&measured);
    return str_take(&text);
}

static void add_row(struct findings *findings, const struct model *model, size_t host,
                    const struct probe *probe, const struct ranked_row *ranked)
{
    const struct row_ref *row = &ranked->row;
    struct finding *finding = add(findings, host, probe, ranked->level);
    struct str subject = {0};
    table_view_label(row, &subject);
    finding->rank = ranked->rank;
    finding->target.row = row->id;
    finding->subject = str_take(&subject);
    finding->problem = row_problem(model, host, probe, row);
}

// Puts a row among the worst ones, if it is one of them.
static void keep_worst(struct ranked_row worst[ROWS_PER_PANE], size_t *count,
                       const struct ranked_row *row)
{
    size_t at = *count;
    while (at > 0 && (row->level > worst[at - 1].level ||
                      (row->level == worst[at - 1].level && row->rank > worst[at - 1].rank)))
        at--;
    if (at == ROWS_PER_PANE)
        return;
    size_t moved = (*count < ROWS_PER_PANE ? *count : ROWS_PER_PANE - 1) - at;
    memmove(&worst[at + 1], &worst[at], moved * sizeof *worst);
    worst[at] = *row;
    *count += *count < ROWS_PER_PANE;
}

// The worst rows of one pane, then how many more there are.
static void find_rows(struct findings *findings, const struct model *model, size_t host,
                      const struct probe *probe, const struct table *table)
{
    const size_t *counts = model->hosts[host].levels[probe_index(probe)].rows;
    size_t total = counts[LEVEL_CRIT] + counts[LEVEL_WARN], shown = 0;
    struct ranked_row worst[ROWS_PER_PANE];
    struct attention_bounds bounds;
    if (total == 0)
        return;
    attention_bounds_init(&bounds, probe->schema, fleet_profile(model->fleet, host));
    for (size_t i = 0, left = total; left > 0 && i < table_rows(table); i++) {
        enum level level = table_row_level(table, i);
        if (level < LEVEL_WARN)
            continue;
        left--;
        struct ranked_row row = {
            {table, i, table_row_id(table, i)}, level, attention_rank(&bounds, table, i)};
        keep_worst(worst, &shown, &row);
    }
    attention_bounds_dispose(&bounds);
    for (size_t i = 0; i < shown; i++)
        add_row(findings, model, host, probe, &worst[i]);
    if (shown == 0 || total <= shown)
        return;
    struct finding *finding =
        add(findings, host, probe, counts[LEVEL_CRIT] > shown ? LEVEL_CRIT : LEVEL_WARN);
    finding->rank = worst[shown - 1].level == finding->level ? worst[shown - 1].rank : 0;
    finding->subject = mem_printf("%zu more", total - shown);
    finding->problem = mem_printf("%zu rows in all: %zu critical, %zu warning", total,
                                  counts[LEVEL_CRIT], counts[LEVEL_WARN]);
}

static void find_in_host(struct findings *findings, const struct model *model, size_t host)
{
    const struct model_host *it = &model->hosts[host];
    enum level state = model_state_level(it->status.word);
    if (state >= LEVEL_WARN) {
        char words[STATE_TEXT_MAX];
        struct finding *finding = add(findings, host, NULL, state);
        model_state(&it->status, words);
        finding->rank = RANK_HOST;
        finding->subject = mem_strdup(words);
        finding->problem = mem_strdup(it->status.word == HOST_ASKING ? it->status.link.question.text
                                                                     : it->status.error);
    }
    for (size_t i = 0; probes[i] != NULL; i++) {
        const struct snapshot *snapshot = model_snapshot(model, host, probes[i]);
        if (snapshot == NULL || !probes[i]->pane)
            continue;
        if (snapshot->error[0] != '\0' && model_host_is_well(it)) {
            enum feed_word word = feeds_word(model, host, probes[i]);
            struct finding *finding =
                add(findings, host, probes[i], word == FEED_FAILED ? LEVEL_CRIT : LEVEL_WARN);
            finding->rank = RANK_READING;
            finding->subject = mem_printf("reading %s", feed_text(word));
            finding->problem = mem_strdup(snapshot->error);
        }
        const struct table *table = snapshot_table(snapshot, model_default_variant(probes[i]));
        if (table != NULL)
            find_rows(findings, model, host, probes[i], table);
    }
}

static void keep(struct attention *attention, struct table *table, const struct model *model,
                 const struct finding *finding)
{
    size_t row = table_add_row(table);
    const struct attention_target *target = &finding->target;
    table_set_text(table, row, ATTENTION_HOST, model->hosts[target->host].config->name);
    table_set_static(table, row, ATTENTION_PANE,
                     target->probe != NULL ? target->probe->title : "Host");
    table_set_text(table, row, ATTENTION_SUBJECT, finding->subject);
    table_set_text(table, row, ATTENTION_PROBLEM, finding->problem);
    table_set_level(table, row, ATTENTION_PROBLEM, finding->level);
    struct attention_target *kept =
        mem_push(&attention->targets, &attention->count, &attention->cap, sizeof *kept);
    *kept = *target;
}

static int by_urgency(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    if (a->level != b->level)
        return a->level > b->level ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

void attention_build(struct attention *attention, const struct model *model)
{
    struct findings findings = {0};
    for (size_t host = 0; host < model->host_count; host++)
        if (model->hosts[host].selected)
            find_in_host(&findings, model, host);
    if (findings.count > 0)
        qsort(findings.items, findings.count, sizeof *findings.items, by_urgency);
    struct table *table = table_new(&attention_schema);
    for (size_t i = 0; i < findings.count; i++)
        keep(attention, table, model, &findings.items[i]);
    attention->table = table_seal(table);
    for (size_t i = 0; i < findings.count; i++) {
        free(findings.items[i].subject);
        free(findings.items[i].problem);
    }
    free(findings.items);
}

void attention_dispose(struct attention *attention)
{
    table_unref(attention->table);
    free(attention->targets);
    *attention = (struct attention){0};
}
