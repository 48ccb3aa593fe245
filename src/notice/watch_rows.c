// SPDX-License-Identifier: MIT

// Rows of one pane that are beyond their thresholds: which have come, which are worse, which are
// gone.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "notice/row_problem.h"
#include "notice/watch_private.h"
#include "table/row_label.h"

#define TOLD_ONE_BY_ONE 3  // of one reading and level; more are told in one sentence
#define OWN_MAX         32 // rows of a pane with a notice of their own

// What panes say of themselves; all others are verdicts of the profile's thresholds.
static const struct subject {
    const char *probe;
    enum notice_kind kind;
    const char *column; // whose level counts; NULL: the row's worst
    int64_t away_ms;    // so long away, it is over
} subjects[] = {
    {"alarms", NOTICE_ALARM, "severity", 0},
    {"flood", NOTICE_ATTACK, "verdict", 600000},
    {NULL, NOTICE_VERDICT, NULL, 0},
};

struct taking {
    struct notice_watch *watch;
    struct watch_scope *scope;
    const struct subject *subject;
    const struct probe *probe;
    const struct profile *profile;
    const struct table *table;
    int64_t now_ms;
    size_t fresh[LEVEL_CRIT + 1]; // by level
    size_t own;
};

static const struct subject *subject_of(const struct probe *probe)
{
    const struct subject *subject = subjects;
    while (subject->probe != NULL && strcmp(subject->probe, probe->schema->name) != 0)
        subject++;
    return subject;
}

static int by_id(const void *left, const void *right)
{
    const struct watch_row *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

// The table's rows that are worth telling, by identity.
static struct watch_row *find_rows(const struct taking *taking, size_t *count)
{
    const struct table *table = taking->table;
    const char *name = taking->subject->column;
    int col = name != NULL ? schema_find(table_schema(table), name) : -1;
    struct watch_row *rows = NULL;
    size_t cap = 0;
    *count = 0;
    for (size_t i = 0; i < table_rows(table); i++) {
        enum level level =
            col >= 0 ? table_cell(table, i, (size_t)col)->level : table_row_level(table, i);
        if (level < LEVEL_WARN)
            continue;
        struct watch_row *row = mem_push(&rows, count, &cap, sizeof *row);
        *row = (struct watch_row){
            .id = table_row_id(table, i),
            .seen_ms = taking->now_ms,
            .level = level,
            .row = i,
            .fresh = true,
        };
    }
    if (*count > 0)
        qsort(rows, *count, sizeof *rows, by_id);
    return rows;
}

// "sw1: attack from 203.0.113.9: scanner"
static char *row_sentence(const struct taking *taking, const struct row_ref *row, const char *label,
                          const char *problem)
{
    struct str out = {0}, word = {0};
    const char *column = taking->subject->column;
    int col = column != NULL ? schema_find(table_schema(row->table), column) : -1;
    if (col >= 0)
        cell_format(&word, &table_schema(row->table)->columns[col],
                    table_cell(row->table, row->row, (size_t)col), clock_wall_ms());
    str_appendf(&out, "%s: ", taking->watch->host);
    if (taking->scope->kind == NOTICE_ALARM)
        str_appendf(&out, _("%s alarm: %s"), str_text(&word), label);
    else if (taking->scope->kind == NOTICE_ATTACK)
        str_appendf(&out, _("attack from %s: %s"), label, str_text(&word));
    else
        str_appendf(&out, "%s: %s: %s", _(taking->probe->title), label, problem);
    str_dispose(&word);
    return str_take(&out);
}

static struct watch_wording word_row(const struct taking *taking, const struct watch_row *row,
                                     struct str *label)
{
    struct row_ref at = {taking->table, row->row, row->id};
    row_label(&at, label);
    char *problem = row_problem(taking->profile, &at);
    double age_s = row_age_s(&at, NULL);
    return (struct watch_wording){
        .level = row->level,
        .sentence = row_sentence(taking, &at, str_text(label), problem),
        .detail = problem,
        .fresh = 1,
        .age_ms = isnan(age_s) || age_s < 0 ? 0 : (int64_t)(age_s * 1000),
        .first = !taking->scope->begun,
    };
}

// What is an identity elsewhere, in files and messages, is clean text.
static struct notice *raise_row(const struct taking *taking, const char *label,
                                struct watch_wording *wording)
{
    char *clean = text_clean_dup(label);
    struct notice *notice = watch_raise(taking->watch, taking->scope, clean, wording);
    free(clean);
    return notice;
}

static void tell_row(const struct taking *taking, struct watch_row *row)
{
    struct str label = {0};
    struct watch_wording wording = word_row(taking, row, &label);
    if (row->own == NULL)
        row->own = raise_row(taking, str_text(&label), &wording);
    else
        watch_reword(taking->watch, row->own, &wording, false);
    str_dispose(&label);
}

// Joins what was there with what is there now; both are ordered by identity.
static void merge(struct taking *taking, struct watch_row *now, size_t now_count)
{
    struct watch_scope *scope = taking->scope;
    struct watch_row *all = mem_array(scope->row_count + now_count + 1, sizeof *all);
    size_t count = 0, old = 0, at = 0;
    while (old < scope->row_count || at < now_count) {
        struct watch_row *before = &scope->rows[old], *here = &now[at];
        if (old == scope->row_count || (at < now_count && here->id < before->id)) {
            taking->fresh[here->level]++;
            all[count++] = *here;
            at++;
            continue;
        }
        old++;
        if (at < now_count && here->id == before->id) {
            here->own = before->own;
            here->fresh = false;
            taking->own += here->own != NULL;
            all[count++] = *here;
            at++;
        } else if (taking->now_ms - before->seen_ms < taking->subject->away_ms) {
            before->row = SIZE_MAX;
            before->fresh = false;
            taking->own += before->own != NULL;
            all[count++] = *before;
        } else if (before->own != NULL) {
            watch_clear(taking->watch, before->own);
        }
    }
    free(scope->rows);
    scope->rows = all;
    scope->row_count = count;
}

// Those that came, each for itself as long as they are few; and anew those that were told so.
static void tell_rows(struct taking *taking)
{
    for (size_t i = 0; i < taking->scope->row_count; i++) {
        struct watch_row *row = &taking->scope->rows[i];
        bool few = row->fresh && taking->fresh[row->level] <= TOLD_ONE_BY_ONE;
        if (row->row == SIZE_MAX || (row->own == NULL && (!few || taking->own >= OWN_MAX)))
            continue;
        taking->own += row->own == NULL;
        tell_row(taking, row);
    }
}

// One notice a level for all rows without their own.
static void tell_many(const struct taking *taking, enum level level)
{
    struct watch_scope *scope = taking->scope;
    struct notice **many = &scope->many[level];
    size_t rows = 0, fresh = 0;
    for (size_t i = 0; i < scope->row_count; i++) {
        bool is_one = scope->rows[i].own == NULL && scope->rows[i].level == level;
        rows += is_one;
        fresh += is_one && scope->rows[i].fresh;
    }
    if (rows == 0) {
        if (*many != NULL)
            watch_clear(taking->watch, *many);
        *many = NULL;
        return;
    }
    struct watch_wording wording = {
        .level = level,
        .sentence = mem_printf("%s: %zu %s", taking->watch->host, rows,
                               notice_rows_text(scope->kind, level, rows)),
        .rows = rows,
        .fresh = fresh,
        .first = !scope->begun,
    };
    if (*many == NULL) {
        char *object = mem_printf("many, %s", notice_level_text(level));
        *many = watch_raise(taking->watch, scope, object, &wording);
        free(object);
    } else {
        watch_reword(taking->watch, *many, &wording, fresh > 0);
    }
}

void watch_take_rows(struct notice_watch *watch, const struct probe *probe,
                     const struct profile *profile, const struct table *table)
{
    const struct subject *subject = subject_of(probe);
    struct taking taking = {
        .watch = watch,
        .scope = watch_scope(watch, subject->kind, probe->schema->name),
        .subject = subject,
        .probe = probe,
        .profile = profile,
        .table = table,
        .now_ms = clock_shown_mono_ms(),
    };
    size_t count;
    struct watch_row *now = find_rows(&taking, &count);
    merge(&taking, now, count);
    free(now);
    tell_rows(&taking);
    tell_many(&taking, LEVEL_WARN);
    tell_many(&taking, LEVEL_CRIT);
    taking.scope->begun = taking.scope->covered = true;
}
