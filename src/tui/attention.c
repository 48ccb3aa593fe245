// SPDX-License-Identifier: MIT

// Gathers what needs a person.
#include "tui/attention.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "notice/row_problem.h"
#include "probe/advice.h"
#include "table/row_label.h"
#include "tui/attention_rank.h"
#include "tui/feeds.h"

// A pane with more rows than this is told in few rows and a count.
#define ROWS_PER_PANE 4
// Before rows of the same level: who is blind sees no rows.
#define RANK_HOST    1000.0
#define RANK_READING 500.0

enum {
    ATTENTION_HOST,
    ATTENTION_PANE,
    ATTENTION_SUBJECT,
    ATTENTION_AGE,
    ATTENTION_PROBLEM,
    ATTENTION_ADVICE,
    ATTENTION_COLUMNS,
};

static const struct column columns[ATTENTION_COLUMNS] = {
    [ATTENTION_HOST] = {.name = "host",
                        .title = "Host",
                        .kind = KIND_TEXT,
                        .key = true,
                        .width = 11,
                        .help = "Where; several hosts when the same is wrong on each."},
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
    [ATTENTION_AGE] = {.name = "age_s",
                       .title = "For",
                       .kind = KIND_DURATION_S,
                       .priority = 3,
                       .help = "How long it has been so, where that is known."},
    [ATTENTION_PROBLEM] = {.name = "problem",
                           .title = "Problem",
                           .kind = KIND_TEXT,
                           .unbounded = true,
                           .width = 40,
                           .help = "What is wrong with it."},
    [ATTENTION_ADVICE] = {.name = "advice",
                          .title = "What to do",
                          .kind = KIND_TEXT,
                          .unbounded = true,
                          .priority = 4,
                          .width = 40,
                          .help = "What the profile advises: [advice PANE.NAME]."},
};

const struct schema attention_schema = {
    .name = "attention", .columns = columns, .column_count = ATTENTION_COLUMNS};

struct finding {
    struct attention_target target;
    enum level level;
    double rank;  // within the level: the greater, the further up
    size_t place; // among the findings: keeps equals in the order of panes
    char *subject, *problem;
    const char *advice; // the profile's, or NULL
    double age_s;       // NaN: unknown
    bool folded;        // into another row
    size_t more_hosts;  // folded into this one ...
    struct str hosts;   // ... and then the names of all of them
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
    *finding = (struct finding){
        .target = {.host = host, .probe = probe},
        .level = level,
        .rank = ATTENTION_RANK_UNKNOWN,
        .age_s = NAN,
        .place = findings->count,
    };
    return finding;
}

// Of a source that is banned what arrives is dropped: it is seen, and no longer urgent.
static bool is_banned(const struct row_ref *row)
{
    int col = schema_find(table_schema(row->table), "banned");
    return col >= 0 && table_cell(row->table, row->row, (size_t)col)->known;
}

static void add_row(struct findings *findings, const struct model *model, size_t host,
                    const struct probe *probe, const struct ranked_row *ranked,
                    const struct advice *advice)
{
    const struct row_ref *row = &ranked->row;
    struct finding *finding = add(findings, host, probe, ranked->level);
    struct str subject = {0};
    row_label(row, &subject);
    finding->rank = ranked->rank;
    finding->target.row = row->id;
    finding->subject = str_take(&subject);
    finding->problem = row_problem(fleet_profile(model->fleet, host), row);
    finding->age_s = row_age_s(row);
    finding->advice = advice_for(advice, row->table, row->row);
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
    const struct attention_bounds *bounds = &model->hosts[host].bounds[probe_index(probe)];
    const struct advice *advice = model->hosts[host].advice[probe_index(probe)];
    if (total == 0)
        return;
    for (size_t i = 0, left = total; left > 0 && i < table_rows(table); i++) {
        enum level level = table_row_level(table, i);
        if (level < LEVEL_WARN)
            continue;
        left--;
        struct ranked_row row = {
            {table, i, table_row_id(table, i)}, level, attention_rank(bounds, table, i)};
        if (is_banned(&row.row))
            row.level = LEVEL_WARN;
        keep_worst(worst, &shown, &row);
    }
    for (size_t i = 0; i < shown; i++)
        add_row(findings, model, host, probe, &worst[i], advice);
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
    const char *name = model->hosts[target->host].config->name;
    struct str where = {0}, problem = {0};
    str_append(&where, name);
    str_append(&problem, finding->problem);
    if (finding->more_hosts > 0) {
        str_appendf(&where, " +%zu", finding->more_hosts);
        str_appendf(&problem, " (on %s)", str_text(&finding->hosts));
    }
    table_set_text(table, row, ATTENTION_HOST, str_text(&where));
    table_set_text(table, row, ATTENTION_PROBLEM, str_text(&problem));
    str_dispose(&where);
    str_dispose(&problem);
    table_set_static(table, row, ATTENTION_PANE,
                     target->probe != NULL ? target->probe->title : "Host");
    table_set_text(table, row, ATTENTION_SUBJECT, finding->subject);
    table_set_level(table, row, ATTENTION_PROBLEM, finding->level);
    if (!isnan(finding->age_s) && finding->age_s >= 0)
        table_set_real(table, row, ATTENTION_AGE, finding->age_s);
    if (finding->advice != NULL)
        table_set_text(table, row, ATTENTION_ADVICE, finding->advice);
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

static bool is_same(const struct finding *a, const struct finding *b)
{
    return a->target.probe != NULL && a->target.probe == b->target.probe && a->target.row != 0 &&
           b->target.row != 0 && a->target.host != b->target.host && a->level == b->level &&
           strcmp(a->subject, b->subject) == 0 && strcmp(a->problem, b->problem) == 0;
}

// Whether the host has this finding, folded into the row or the row's own.
static bool is_on(const struct findings *findings, const struct finding *row, size_t host)
{
    if (row->target.host == host)
        return true;
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].folded && findings->items[i].target.host == host &&
            is_same(row, &findings->items[i]))
            return true;
    return false;
}

// What several hosts say in the same words is one row, which leads to the first of them in the
// order of the configuration.
static void fold(struct findings *findings, const struct model *model)
{
    for (size_t i = 0; i < findings->count; i++) {
        struct finding *row = &findings->items[i];
        for (size_t j = i + 1; j < findings->count && !row->folded; j++) {
            struct finding *other = &findings->items[j];
            if (other->folded || !is_same(row, other))
                continue;
            if (other->target.host < row->target.host) {
                struct attention_target first = other->target;
                other->target = row->target;
                row->target = first;
            }
            if (isnan(row->age_s) || other->age_s > row->age_s)
                row->age_s = other->age_s;
            other->folded = true;
            row->more_hosts++;
        }
        for (size_t host = 0; row->more_hosts > 0 && host < model->host_count; host++)
            if (is_on(findings, row, host))
                str_appendf(&row->hosts, "%s%s", row->hosts.len > 0 ? " " : "",
                            model->hosts[host].config->name);
    }
}

// Where else the newest row of the table is so.
static void keep_folded(struct attention *attention, const struct findings *findings,
                        const struct finding *row)
{
    for (size_t i = 0; row->more_hosts > 0 && i < findings->count; i++)
        if (findings->items[i].folded && is_same(row, &findings->items[i]))
            *(struct attention_folded *)mem_push(&attention->folded, &attention->folded_count,
                                                 &attention->folded_cap,
                                                 sizeof *attention->folded) =
                (struct attention_folded){attention->count - 1, findings->items[i].target};
}

void attention_build(struct attention *attention, const struct model *model)
{
    struct findings findings = {0};
    for (size_t host = 0; host < model->host_count; host++)
        if (model->hosts[host].selected)
            find_in_host(&findings, model, host);
    if (findings.count > 0)
        qsort(findings.items, findings.count, sizeof *findings.items, by_urgency);
    fold(&findings, model);
    struct table *table = table_new(&attention_schema);
    for (size_t i = 0; i < findings.count; i++) {
        if (findings.items[i].folded)
            continue;
        keep(attention, table, model, &findings.items[i]);
        keep_folded(attention, &findings, &findings.items[i]);
    }
    attention->table = table_seal(table);
    for (size_t i = 0; i < findings.count; i++) {
        free(findings.items[i].subject);
        free(findings.items[i].problem);
        str_dispose(&findings.items[i].hosts);
    }
    free(findings.items);
}

void attention_dispose(struct attention *attention)
{
    table_unref(attention->table);
    free(attention->targets);
    free(attention->folded);
    *attention = (struct attention){0};
}
