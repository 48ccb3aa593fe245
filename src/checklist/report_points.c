// SPDX-License-Identifier: MIT

// What the next shift has to know of the runs: open points, and what changed since the run before.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "checklist/report_parts.h"
#include "checklist/report_private.h"

#define MOMENTS_MOST 2000 // runs that are looked back on
#define ROWS_NAMED   3

enum point_column {
    POINT_CHANGE,
    POINT_STATE,
    POINT_HOST,
    POINT_STEP,
    POINT_WHAT,
    POINT_SINCE,
    POINT_SAID,
    POINT_COLUMNS,
};

#define COLUMN(column_name, column_title, column_kind)                                             \
    {                                                                                              \
        .name = column_name, .title = column_title, .unit = "", .help = "", .kind = column_kind    \
    }
#define WORDS(column_name, column_title)                                                           \
    {                                                                                              \
        .name = column_name, .title = column_title, .unit = "", .help = "", .kind = KIND_TEXT,     \
        .words = true                                                                              \
    }

static const struct column columns[POINT_COLUMNS] = {
    [POINT_CHANGE] = WORDS("change", N_("Change")),
    [POINT_STATE] = WORDS("state", N_("State")),
    [POINT_HOST] = COLUMN("host", N_("Host"), KIND_TEXT),
    [POINT_STEP] = COLUMN("step", N_("Step"), KIND_TEXT),
    [POINT_WHAT] = COLUMN("what", N_("What"), KIND_TEXT),
    [POINT_SINCE] = COLUMN("since", N_("Since"), KIND_TIME),
    [POINT_SAID] = COLUMN("said", N_("Said"), KIND_TEXT),
};
static const struct schema point_schema = {
    .name = "points", .columns = columns, .column_count = POINT_COLUMNS};

static bool is_calm(enum step_state state)
{
    return state <= STEP_SKIPPED;
}

static bool is_decided(const struct report_step *step)
{
    return step->record.state[0] != '\0';
}

// Not well, or put aside by a person.
static bool is_open_point(const struct report_step *step)
{
    return !is_calm(step->state) ||
           (step->state == STEP_SKIPPED && step->record.operator_name[0] != '\0');
}

// Since which run's begin the step has been in trouble without a break; 0: not known.
static bool trouble_since(struct store *store, const struct run_record *run,
                          const struct step_record *step, int64_t *since_ms, struct err *err)
{
    struct step_moment *moments;
    size_t count;
    *since_ms = 0;
    if (store == NULL || run->number == 0)
        return true;
    if (!store_step_moments(store, step, run->list, run->number, MOMENTS_MOST, &moments, &count,
                            err))
        return false;
    for (size_t i = 0; i < count && !is_calm(report_word_state(moments[i].state)); i++)
        *since_ms = moments[i].started_ms;
    step_moments_free(moments, count);
    return true;
}

static bool add_point(struct table *table, const char *change, const struct run_record *run,
                      const struct report_step *step, struct store *store, struct err *err)
{
    int64_t since_ms = 0;
    size_t row = table_add_row(table);
    char *decision = report_decision(step);
    table_set_text(table, row, POINT_CHANGE, change);
    table_set_text(table, row, POINT_STATE, report_step_word(step));
    table_set_text(table, row, POINT_HOST, step->record.host);
    table_set_text(table, row, POINT_STEP, _(step->record.title));
    table_set_text(table, row, POINT_WHAT, step->record.summary);
    table_set_text(table, row, POINT_SAID, decision[0] != '\0' ? decision : NULL);
    free(decision);
    bool known = is_calm(step->state) || trouble_since(store, run, &step->record, &since_ms, err);
    if (since_ms > 0)
        table_set_int(table, row, POINT_SINCE, since_ms);
    return known;
}

// What nobody decided is not in the run, and would pass for well.
static void add_left_run(struct table *table, const struct report_run *run)
{
    size_t row = table_add_row(table), count = 0;
    for (size_t i = 0; i < run->step_count; i++)
        count += is_decided(&run->steps[i]);
    char *what = mem_printf(
        P_("not finished: %zu verdict of steps decided, nobody decided the rest",
           "not finished: %zu verdicts of steps decided, nobody decided the rest", count),
        count);
    table_set_static(table, row, POINT_STATE, run_state_text((enum run_state)run->run.state));
    table_set_text(table, row, POINT_HOST, run->run.hosts);
    table_set_text(table, row, POINT_STEP, _(run->run.title));
    table_set_text(table, row, POINT_WHAT, what);
    table_set_int(table, row, POINT_SINCE, run->run.started_ms);
    table_set_text(table, row, POINT_SAID, run->run.operator_name);
    free(what);
}

static void take_part(struct report_part *part, struct table *table, const size_t *wanted,
                      size_t count)
{
    const struct table *sealed = table_seal(table);
    struct report_slice slice = {.columns = wanted, .column_count = count};
    report_table_take(&part->table, sealed, &slice);
    table_unref(sealed);
}

// Whether no later run of the same list is in the report.
static bool is_newest_of_list(const struct report *report, size_t index)
{
    const struct run_record *run = &report->runs[index].run;
    for (size_t i = 0; i < report->run_count; i++) {
        const struct run_record *other = &report->runs[i].run;
        if (strcmp(other->list, run->list) == 0 && other->number > run->number)
            return false;
    }
    return true;
}

bool report_add_open_points(struct report *report, const struct report *of, struct store *store,
                            struct err *err)
{
    static const size_t shown[] = {POINT_STATE, POINT_HOST,  POINT_STEP,
                                   POINT_WHAT,  POINT_SINCE, POINT_SAID};
    struct table *table = table_new(&point_schema);
    bool known = true;
    for (size_t i = 0; i < of->run_count; i++) {
        const struct report_run *run = &of->runs[i];
        size_t *order = report_order(run);
        bool newest = is_newest_of_list(of, i);
        if (newest && report_run_is_left(run))
            add_left_run(table, run);
        for (size_t j = 0; newest && j < run->step_count; j++) {
            const struct report_step *step = &run->steps[order[j]];
            if (is_open_point(step))
                known = add_point(table, NULL, &run->run, step, store, err) && known;
        }
        free(order);
    }
    struct report_part *part =
        report_add_before(report, "open_points", N_("Open points for the next shift"));
    part->most = SIZE_MAX; // what is left out is forgotten
    report_part_say(part, "", _("None: every step is well."));
    take_part(part, table, shown, sizeof shown / sizeof *shown);
    return known;
}

static const struct step_record *find_step(const struct run_story *story,
                                           const struct step_record *step)
{
    for (size_t i = 0; story != NULL && i < story->step_count; i++)
        if (strcmp(story->steps[i].step, step->step) == 0 &&
            strcmp(story->steps[i].host, step->host) == 0)
            return &story->steps[i];
    return NULL;
}

// The key cells of a row; "" where no column is a key. plain: the same in every language.
static char *row_name(const struct report_table *table, size_t row, bool plain)
{
    struct str name = {0};
    for (size_t i = 0; i < table->column_count; i++) {
        const struct report_cell *cell = report_table_cell(table, row, i);
        const char *text = plain ? report_cell_plain(cell) : cell->text;
        if (table->columns[i].key && strcmp(cell->text, "–") != 0)
            str_appendf(&name, "%s%s", name.len > 0 ? " " : "", text);
    }
    return str_take(&name);
}

static bool has_row(const struct report_table *table, const char *key)
{
    bool found = false;
    for (size_t i = 0; !found && i < table->row_count; i++) {
        char *other = row_name(table, i, true);
        found = strcmp(other, key) == 0;
        free(other);
    }
    return found;
}

// "CARRIER-A, CARRIER-B and 2 more": rows of the one that the other lacks; "" where it has all.
static char *rows_missing(const struct report_table *of, const struct report_table *in)
{
    struct str names = {0};
    size_t named = 0, left = 0;
    for (size_t i = 0; i < of->row_count; i++) {
        char *name = row_name(of, i, false), *key = row_name(of, i, true);
        if (name[0] == '\0' || has_row(in, key))
            named += 0;
        else if (named < ROWS_NAMED)
            str_appendf(&names, "%s%s", named++ > 0 ? ", " : "", name);
        else
            left++;
        free(key);
        free(name);
    }
    if (left == 0)
        return str_take(&names);
    char *all = mem_printf(P_("%s and %zu more", "%s and %zu more", left), str_text(&names), left);
    str_dispose(&names);
    return all;
}

// Only where both runs saw all rows can a row be called new or gone.
static char *evidence_change(const struct report_step *now, const struct step_record *before)
{
    struct str out = {0};
    json_t *facts = json_loads(before->evidence, 0, NULL);
    struct report_table table;
    report_table_parse(&table, json_object_get(facts, "table"));
    str_append(&out, now->record.summary);
    if (table.total == table.row_count && now->evidence.total == now->evidence.row_count) {
        char *come = rows_missing(&now->evidence, &table);
        char *gone = rows_missing(&table, &now->evidence);
        if (come[0] != '\0')
            str_appendf(&out, _("; new: %s"), come);
        if (gone[0] != '\0')
            str_appendf(&out, _("; gone: %s"), gone);
        free(gone);
        free(come);
    }
    report_table_dispose(&table);
    json_decref(facts);
    return str_take(&out);
}

// What is not read, or was skipped, is not known to be better.
static const char *change_word(enum step_state was, enum step_state is)
{
    if (is_calm(was))
        return is_calm(is) ? NULL : N_("new");
    if (is_calm(is))
        return is == STEP_OK ? N_("gone") : N_("skipped");
    return is == was            ? N_("unchanged")
           : is > was           ? N_("worse")
           : is == STEP_UNKNOWN ? N_("unread")
                                : N_("better");
}

static bool add_change(struct table *table, const char *wanted, const struct report_run *run,
                       const struct report_step *step, const struct run_story *before,
                       struct store *store, struct err *err)
{
    const struct step_record *old = find_step(before, &step->record);
    const char *change =
        change_word(old != NULL ? report_word_state(old->state) : STEP_OK, step->state);
    bool is_new = change != NULL && strcmp(change, "new") == 0;
    if (change == NULL || strcmp(change, wanted) != 0 || (is_new && !is_decided(step)))
        return true;
    bool known = add_point(table, change, &run->run, step, store, err);
    if (old != NULL && !is_calm(step->state) && step->state != STEP_UNKNOWN) {
        char *what = evidence_change(step, old);
        table_set_text(table, table_rows(table) - 1, POINT_WHAT, what);
        free(what);
    }
    return known;
}

static bool add_changes(struct table *table, const struct report_run *run,
                        const struct run_story *before, struct store *store, struct err *err)
{
    static const char *const words[] = {"new",    "worse", "unread",   "skipped",
                                        "better", "gone",  "unchanged"};
    bool known = true;
    size_t *order = report_order(run);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t j = 0; j < run->step_count; j++)
            known = add_change(table, words[i], run, &run->steps[order[j]], before, store, err) &&
                    known;
    free(order);
    return known;
}

bool report_add_difference(struct report *report, size_t index, const struct run_story *before,
                           struct store *store, struct err *err)
{
    static const size_t shown[] = {POINT_CHANGE, POINT_STATE, POINT_HOST,
                                   POINT_STEP,   POINT_WHAT,  POINT_SINCE};
    const struct report_run *run = &report->runs[index];
    struct report_part *part = report_add_before(report, "difference", N_("Since the run before"));
    struct table *table = table_new(&point_schema);
    bool known = before == NULL || add_changes(table, run, before, store, err);
    if (before == NULL) {
        report_part_say(part, "", _("There is no run before it."));
    } else {
        char started[REPORT_TIME_MAX];
        report_time(before->run.started_ms, started);
        char *words = mem_printf(_("Against run %lld of %s by %s."), (long long)before->run.number,
                                 started, before->run.operator_name);
        report_part_say(part, words, _("No trouble came, went or stayed."));
        free(words);
    }
    take_part(part, table, shown, sizeof shown / sizeof *shown);
    return known;
}
