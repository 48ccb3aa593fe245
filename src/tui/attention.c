// SPDX-License-Identifier: MIT

// Gathers what needs a person.
#include "tui/attention.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "notice/row_problem.h"
#include "tui/attention_fold.h"
#include "tui/feeds.h"

// Of one pane of one host so many rows are shown; the others are a count.
#define SHOWN 4

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
                        .title = N_("Host"),
                        .kind = KIND_TEXT,
                        .key = true,
                        .width = 11,
                        .help =
                            N_("Where; the worst first when the same is wrong on several hosts.")},
    [ATTENTION_PANE] = {.name = "pane",
                        .title = N_("Pane"),
                        .kind = KIND_TEXT,
                        .key = true,
                        .words = true,
                        .priority = 1,
                        .width = 12,
                        .help = N_("The pane that Enter opens.")},
    [ATTENTION_SUBJECT] = {.name = "subject",
                           .title = N_("What"),
                           .kind = KIND_TEXT,
                           .key = true,
                           .width = 20,
                           .help = N_("The row: gateway, address, endpoint, metric …")},
    [ATTENTION_AGE] = {.name = "age_s",
                       .title = N_("For"),
                       .kind = KIND_DURATION_S,
                       .priority = 3,
                       .help = N_("How long it has been so, where that is known.")},
    [ATTENTION_PROBLEM] = {.name = "problem",
                           .title = N_("Problem"),
                           .kind = KIND_TEXT,
                           .unbounded = true,
                           .width = 40,
                           .help = N_("What is wrong with it.")},
    [ATTENTION_ADVICE] = {.name = "advice",
                          .title = N_("What to do"),
                          .kind = KIND_TEXT,
                          .unbounded = true,
                          .priority = 4,
                          .width = 40,
                          .help = N_("What the profile advises: [advice PANE.NAME].")},
};

const struct schema attention_schema = {
    .name = "attention", .columns = columns, .column_count = ATTENTION_COLUMNS};

// What attention_build() works with.
struct gathering {
    const struct model *model;
    struct attention *attention;
    struct table *table;
    struct findings findings;
    struct arena *texts; // of findings that are of no row
    // What is told as a count.
    size_t *left;         // rows, by host and probe
    struct finding *more; // by probe_index(): what stands for them; level LEVEL_NONE: none
};

static struct finding *add(struct gathering *gathering, size_t host, const struct probe *probe,
                           enum level level, enum harm harm)
{
    struct finding *finding = findings_add(&gathering->findings, host, probe, level);
    finding->production = model_is_production(&gathering->model->hosts[host]);
    finding->rank = ATTENTION_RANK_UNKNOWN;
    finding->harm = harm;
    return finding;
}

static size_t *left_of(const struct gathering *gathering, size_t host, const struct probe *probe)
{
    return &gathering->left[host * probe_count() + probe_index(probe)];
}

// Counts rows like this one; the worst of them says where the count stands.
static void leave(struct gathering *gathering, const struct finding *finding, size_t rows)
{
    struct finding *more = &gathering->more[probe_index(finding->probe)];
    *left_of(gathering, finding->host, finding->probe) += rows;
    if (more->level != LEVEL_NONE && finding_compare(more, finding) <= 0)
        return;
    *more = *finding;
    more->row = 0;
    more->age_s = NAN;
    more->advice = NULL;
}

// The worst rows of one pane; those beyond are counted.
static void add_rows(struct gathering *gathering, size_t host, const struct probe *probe)
{
    const struct attention_rows *rows =
        &gathering->model->hosts[host].attention[probe_index(probe)];
    const struct findings *worst = &rows->worst;
    for (size_t i = 0; i < worst->count; i++) {
        struct finding *finding = findings_add_copy(&gathering->findings, &worst->items[i]);
        if (finding->since_ms != 0)
            finding->age_s = row_age_since_s(finding->since_ms);
    }
    if (worst->count > 0 && rows->total > worst->count)
        leave(gathering, &gathering->findings.items[gathering->findings.count - 1],
              rows->total - worst->count);
}

static void find_in_host(struct gathering *gathering, size_t host)
{
    const struct model *model = gathering->model;
    const struct model_host *it = &model->hosts[host];
    enum level state = model_state_level(it->status.word);
    if (state >= LEVEL_WARN) {
        char words[STATE_TEXT_MAX];
        model_state(&it->status, words);
        add(gathering, host, NULL, state, HARM_HOST)->subject =
            arena_strndup(gathering->texts, words, strlen(words));
    }
    for (size_t i = 0; probes[i] != NULL; i++) {
        const struct snapshot *snapshot = model_snapshot(model, host, probes[i]);
        if (snapshot == NULL || !probes[i]->pane || feeds_word(model, host, probes[i]) == FEED_OFF)
            continue;
        if (snapshot->error[0] != '\0' && model_host_is_well(it)) {
            enum feed_word word = feeds_word(model, host, probes[i]);
            enum level level = word == FEED_FAILED ? LEVEL_CRIT : LEVEL_WARN;
            char *subject = mem_printf(_("reading %s"), _(feed_text(word)));
            add(gathering, host, probes[i], level, HARM_SIGHT)->subject =
                arena_strndup(gathering->texts, subject, strlen(subject));
            free(subject);
        }
        add_rows(gathering, host, probes[i]);
    }
}

static char *problem_of(const struct model *model, const struct finding *finding)
{
    const struct host_status *status = &model->hosts[finding->host].status;
    if (finding->probe == NULL)
        return mem_strdup(status->word == HOST_ASKING ? status->link.question.text : status->error);
    const struct snapshot *snapshot = model_snapshot(model, finding->host, finding->probe);
    const struct table *table = snapshot_table(snapshot, model_default_variant(finding->probe));
    size_t at;
    if (finding->row == 0 || !table_find(table, finding->row, &at))
        return mem_strdup(snapshot->error);
    return row_problem(fleet_profile(model->fleet, finding->host),
                       &(struct row_ref){table, at, finding->row});
}

// Which hosts, in the order of the configuration, and whether one is worse than the others.
static void add_hosts(struct str *out, const struct gathering *gathering, size_t index,
                      const char *problem)
{
    const struct model *model = gathering->model;
    const struct findings *findings = &gathering->findings;
    struct str names = {0};
    size_t count = 0;
    bool same = true;
    for (size_t i = index; i != FINDING_ALONE; i = findings->items[i].next) {
        char *other = problem_of(model, &findings->items[i]);
        same &= strcmp(other, problem) == 0;
        free(other);
    }
    for (size_t host = 0; host < model->host_count; host++) {
        if (!findings_are_on(findings, index, host))
            continue;
        str_appendf(&names, "%s%s", count++ > 0 ? " " : "", model->hosts[host].config->name);
    }
    if (same)
        str_appendf(out, P_(" (on %zu host: %s)", " (on %zu hosts: %s)", count), count,
                    str_text(&names));
    else
        str_appendf(out, P_(" (the worst of %zu host: %s)", " (the worst of %zu hosts: %s)", count),
                    count, str_text(&names));
    str_dispose(&names);
}

// What else is this trouble: other panes' rows, and customers, each once.
static void add_folded(struct str *out, const struct gathering *gathering, size_t index)
{
    const struct findings *findings = &gathering->findings;
    struct str panes = {0}, customers = {0};
    size_t count = 0;
    for (size_t i = index + 1; findings->items[index].tells && i < findings->count; i++) {
        const struct finding *other = &findings->items[i];
        if (other->into != index)
            continue;
        if (other->fold == FOLD_PANE)
            str_appendf(&panes, "%s%s", panes.len > 0 ? ", " : "", _(other->probe->title));
        else if (other->fold == FOLD_CUSTOMER)
            str_appendf(&customers, "%s%s", count++ > 0 ? ", " : "",
                        other->about != NULL ? other->about : other->subject);
    }
    if (panes.len > 0)
        str_appendf(out, _("; also in %s"), str_text(&panes));
    if (count == 1)
        str_appendf(out, _("; it takes calls of one customer down: %s"), str_text(&customers));
    else if (count > 1)
        str_appendf(out,
                    P_("; it takes calls of %zu customer down: %s",
                       "; it takes calls of %zu customers down: %s", count),
                    count, str_text(&customers));
    str_dispose(&panes);
    str_dispose(&customers);
}

// "sw1: process ended callserviced – critical: process terminated"
static void say_worst(struct gathering *gathering, const struct finding *finding,
                      const char *problem)
{
    struct attention *attention = gathering->attention;
    const char *host = gathering->model->hosts[finding->host].config->name;
    size_t len = strlen(host);
    struct str words = {0};
    if (strncmp(problem, host, len) == 0 && (problem[len] == ':' || problem[len] == ' '))
        str_append(&words, problem); // what a link says names its host
    else
        str_appendf(&words, "%s: %s – %s", host, finding->subject, problem);
    attention->worst = str_take(&words);
    attention->worst_age_s = finding->age_s;
    attention->worst_level = finding->level;
    if (finding->advice != NULL)
        attention->worst_advice = mem_strdup(finding->advice);
}

static size_t add_line(struct gathering *gathering, const struct finding *finding, size_t hosts,
                       const char *problem)
{
    struct table *table = gathering->table;
    struct attention *attention = gathering->attention;
    size_t row = table_add_row(table);
    struct str where = {0};
    str_append(&where, gathering->model->hosts[finding->host].config->name);
    if (hosts > 1)
        str_appendf(&where, " +%zu", hosts - 1);
    table_set_text(table, row, ATTENTION_HOST, str_text(&where));
    str_dispose(&where);
    table_set_text(table, row, ATTENTION_PROBLEM, problem);
    table_set_static(table, row, ATTENTION_PANE,
                     finding->probe != NULL ? finding->probe->title : N_("Host"));
    table_set_level(table, row, ATTENTION_PROBLEM, finding->level);
    if (!isnan(finding->age_s) && finding->age_s >= 0)
        table_set_real(table, row, ATTENTION_AGE, finding->age_s);
    if (finding->advice != NULL)
        table_set_text(table, row, ATTENTION_ADVICE, finding->advice);
    *(struct attention_target *)mem_push(&attention->targets, &attention->count, &attention->cap,
                                         sizeof *attention->targets) =
        (struct attention_target){finding->host, finding->probe, finding->row};
    return row;
}

static void keep(struct gathering *gathering, size_t index)
{
    struct attention *attention = gathering->attention;
    const struct finding *items = gathering->findings.items, *finding = &items[index];
    char *problem = problem_of(gathering->model, finding);
    struct str words = {0};
    size_t hosts = 1;
    str_append(&words, problem);
    if (finding->next != FINDING_ALONE)
        add_hosts(&words, gathering, index, problem);
    if (attention->worst == NULL)
        say_worst(gathering, finding, str_text(&words));
    add_folded(&words, gathering, index);
    for (size_t i = finding->next; i != FINDING_ALONE; i = items[i].next, hosts++)
        *(struct attention_folded *)mem_push(&attention->folded, &attention->folded_count,
                                             &attention->folded_cap, sizeof *attention->folded) =
            (struct attention_folded){attention->count,
                                      {items[i].host, items[i].probe, items[i].row}};
    size_t row = add_line(gathering, finding, hosts, str_text(&words));
    table_set_text(gathering->table, row, ATTENTION_SUBJECT, finding->subject);
    str_dispose(&words);
    free(problem);
}

// What is not shown of a pane.
static void keep_more(struct gathering *gathering, struct finding *more)
{
    const char *pane = _(more->probe->title);
    size_t rows = 0, hosts = 0;
    for (size_t host = 0; host < gathering->model->host_count; host++) {
        size_t left = *left_of(gathering, host, more->probe);
        rows += left;
        hosts += left > 0;
    }
    char *subject = mem_printf(_("%zu more"), rows);
    char *problem =
        rows == 1 ? mem_printf(_("One more row of %s needs a person: Enter shows it."), pane)
                  : mem_printf(P_("%zu more row of %s needs a person: Enter shows it.",
                                  "%zu more rows of %s need a person: Enter shows them.", rows),
                               rows, pane);
    size_t row = add_line(gathering, more, hosts, problem);
    table_set_text(gathering->table, row, ATTENTION_SUBJECT, subject);
    more->level = LEVEL_NONE;
    free(subject);
    free(problem);
}

// Before the finding (NULL: at the end) come the counts that are more urgent.
static void keep_more_before(struct gathering *gathering, const struct finding *finding)
{
    for (size_t probe = 0; probe < probe_count(); probe++) {
        struct finding *more = &gathering->more[probe];
        if (more->level != LEVEL_NONE && (finding == NULL || finding_compare(more, finding) <= 0))
            keep_more(gathering, more);
    }
}

// A pane of a host that has shown its rows already is counted.
static void keep_all(struct gathering *gathering)
{
    const struct findings *findings = &gathering->findings;
    size_t *shown = mem_array(gathering->model->host_count * probe_count() + 1, sizeof *shown);
    size_t *places = mem_array(findings->count + 1, sizeof *places), count = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        if (finding->into != FINDING_ALONE)
            continue;
        if (finding->row != 0 &&
            ++shown[finding->host * probe_count() + probe_index(finding->probe)] > SHOWN)
            leave(gathering, finding, 1);
        else
            places[count++] = i;
    }
    for (size_t i = 0; i < count; i++) {
        keep_more_before(gathering, &findings->items[places[i]]);
        keep(gathering, places[i]);
    }
    keep_more_before(gathering, NULL);
    free(shown);
    free(places);
}

void attention_build(struct attention *attention, const struct model *model)
{
    struct gathering gathering = {
        .model = model,
        .attention = attention,
        .table = table_new(&attention_schema),
        .texts = arena_new(),
        .left = mem_array(model->host_count * probe_count() + 1, sizeof *gathering.left),
        .more = mem_array(probe_count() + 1, sizeof *gathering.more),
    };
    for (size_t host = 0; host < model->host_count; host++)
        if (model->hosts[host].selected)
            find_in_host(&gathering, host);
    findings_fold(&gathering.findings);
    keep_all(&gathering);
    attention->table = table_seal(gathering.table);
    findings_dispose(&gathering.findings);
    arena_free(gathering.texts);
    free(gathering.left);
    free(gathering.more);
}

void attention_dispose(struct attention *attention)
{
    table_unref(attention->table);
    free(attention->targets);
    free(attention->folded);
    free(attention->worst);
    free(attention->worst_advice);
    *attention = (struct attention){0};
}
