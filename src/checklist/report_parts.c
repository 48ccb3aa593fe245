// SPDX-License-Identifier: MIT

// Runs, actions and notes of a report.
#include "checklist/report_parts.h"

#include <stdlib.h>
#include <string.h>

#include "action/audit_table.h"
#include "base/lang.h"
#include "base/mem.h"

#define COLUMN(column_name, column_title, column_kind)                                             \
    {                                                                                              \
        .name = column_name, .title = column_title, .unit = "", .help = "", .kind = column_kind    \
    }
#define ALL_COLUMNS(array)                                                                         \
    {                                                                                              \
        .columns = array, .column_count = sizeof(array) / sizeof *(array)                          \
    }
#define WORDS(column_name, column_title)                                                           \
    {                                                                                              \
        .name = column_name, .title = column_title, .unit = "", .help = "", .kind = KIND_TEXT,     \
        .words = true                                                                              \
    }

enum {
    RUNS_LIST,
    RUNS_KIND,
    RUNS_OPERATOR,
    RUNS_COUNT,
    RUNS_FIRST,
    RUNS_LAST,
    RUNS_WORST,
    RUNS_RUN
};
static const struct column run_columns[] = {
    [RUNS_LIST] = COLUMN("checklist", N_("Checklist"), KIND_TEXT),
    [RUNS_KIND] = WORDS("kind", N_("Kind")),
    [RUNS_OPERATOR] = COLUMN("operator", N_("By"), KIND_TEXT),
    [RUNS_COUNT] = COLUMN("runs", N_("Runs"), KIND_INT),
    [RUNS_FIRST] = COLUMN("first", N_("First"), KIND_TIME),
    [RUNS_LAST] = COLUMN("last", N_("Last"), KIND_TIME),
    [RUNS_WORST] = WORDS("state", N_("Gravest")),
    [RUNS_RUN] = {.name = "run",
                  .title = N_("Last run"),
                  .unit = "",
                  .help = "",
                  .kind = KIND_INT,
                  .id = true},
};
static const struct schema run_schema = ALL_COLUMNS(run_columns);

static void take_table(struct report_part *part, struct table *table)
{
    const struct table *sealed = table_seal(table);
    report_table_take(&part->table, sealed, &(struct report_slice){0});
    table_unref(sealed);
}

static bool same_kind_of_run(const struct run_record *a, const struct run_record *b)
{
    return strcmp(a->list, b->list) == 0 && a->kind == b->kind &&
           strcmp(a->operator_name, b->operator_name) == 0;
}

// One row for all runs like this one, which is the newest of them.
static void add_runs_like(struct table *table, const struct run_record *runs, size_t count)
{
    size_t row = table_add_row(table);
    int64_t like = 0, first_ms = runs[0].started_ms;
    const char *worst = "";
    for (size_t i = 0; i < count; i++) {
        if (!same_kind_of_run(&runs[i], &runs[0]))
            continue;
        like++;
        first_ms = runs[i].started_ms;
        const char *outcome = runs[i].outcome[0] != '\0'
                                  ? runs[i].outcome
                                  : run_state_text((enum run_state)runs[i].state);
        if (worst[0] == '\0' || report_word_state(outcome) > report_word_state(worst))
            worst = outcome;
    }
    table_set_text(table, row, RUNS_LIST, runs[0].list);
    table_set_static(table, row, RUNS_KIND, run_kind_text((enum run_kind)runs[0].kind));
    table_set_text(table, row, RUNS_OPERATOR, runs[0].operator_name);
    table_set_int(table, row, RUNS_COUNT, like);
    table_set_int(table, row, RUNS_FIRST, first_ms);
    table_set_int(table, row, RUNS_LAST, runs[0].started_ms);
    table_set_text(table, row, RUNS_WORST, worst);
    table_set_int(table, row, RUNS_RUN, runs[0].number);
}

bool report_tells_whole(const struct run_record *runs, size_t index)
{
    bool newer = false;
    for (size_t i = 0; i < index; i++)
        newer |= runs[i].kind == RUN_UNATTENDED && strcmp(runs[i].list, runs[index].list) == 0;
    return runs[index].kind == RUN_GUIDED || !newer;
}

void report_add_runs(struct report *report, const struct run_record *runs, size_t count)
{
    struct table *table = table_new(&run_schema);
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen = seen || same_kind_of_run(&runs[j], &runs[i]);
        if (!seen)
            add_runs_like(table, &runs[i], count - i);
    }
    struct report_part *part = report_add_before(report, "run_counts", N_("Runs"));
    report_part_say(part, "", _("No checklist was run in this time."));
    take_table(part, table);
}

static bool is_recorded(const char *entry, struct run_story *const *stories, size_t count,
                        const struct action_record **out)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < stories[i]->action_count; j++)
            if (strcmp(stories[i]->actions[j].entry, entry) == 0) {
                *out = &stories[i]->actions[j];
                return true;
            }
    return false;
}

enum {
    DONE_TIME,
    DONE_ENTRY,
    DONE_OPERATOR,
    DONE_HOST,
    DONE_ACTION,
    DONE_TARGET,
    DONE_STATE,
    DONE_STEP,
    DONE_REASON
};
static const struct column done_columns[] = {
    [DONE_TIME] = COLUMN("time", N_("Time"), KIND_TIME),
    [DONE_ENTRY] = COLUMN("audit", N_("Audit entry"), KIND_TEXT),
    [DONE_OPERATOR] = COLUMN("operator", N_("By"), KIND_TEXT),
    [DONE_HOST] = COLUMN("host", N_("Host"), KIND_TEXT),
    [DONE_ACTION] = COLUMN("action", N_("Action"), KIND_TEXT),
    [DONE_TARGET] = COLUMN("target", N_("Target"), KIND_TEXT),
    [DONE_STATE] = WORDS("result", N_("Result")),
    [DONE_STEP] = COLUMN("step", N_("In step"), KIND_TEXT),
    [DONE_REASON] = COLUMN("reason", N_("Reason"), KIND_TEXT),
};
static const struct schema done_schema = ALL_COLUMNS(done_columns);

static const char *audit_text(const struct table *trail, size_t row, const char *column)
{
    const struct cell *cell =
        table_cell(trail, row, (size_t)schema_find(table_schema(trail), column));
    return cell->known ? cell->as.text : NULL;
}

static int64_t audit_number(const struct table *trail, size_t row, const char *column)
{
    const struct cell *cell =
        table_cell(trail, row, (size_t)schema_find(table_schema(trail), column));
    return cell->known ? cell->as.integer : 0;
}

static void add_done(struct table *table, const struct table *trail, size_t from,
                     const struct action_record *recorded)
{
    size_t row = table_add_row(table);
    int64_t targets = audit_number(trail, from, "targets");
    const char *target = audit_text(trail, from, "target");
    char *several = NULL;
    if (targets > 1 && target != NULL)
        several =
            mem_printf(P_("%.*s and %lld more", "%.*s and %lld more", (unsigned long)targets - 1),
                       (int)strcspn(target, ";"), target, (long long)targets - 1);
    const char *rule = audit_text(trail, from, "rule"), *reason = audit_text(trail, from, "reason");
    table_set_int(table, row, DONE_TIME, audit_number(trail, from, "time"));
    table_set_text(table, row, DONE_ENTRY, audit_text(trail, from, "id"));
    table_set_text(table, row, DONE_OPERATOR, audit_text(trail, from, "operator"));
    table_set_text(table, row, DONE_HOST, audit_text(trail, from, "host"));
    table_set_text(table, row, DONE_ACTION, audit_text(trail, from, "action"));
    table_set_text(table, row, DONE_TARGET, several != NULL ? several : target);
    table_set_text(table, row, DONE_STATE, audit_text(trail, from, "state"));
    table_set_text(table, row, DONE_STEP, recorded != NULL ? recorded->step : NULL);
    table_set_text(table, row, DONE_REASON, rule != NULL ? rule : reason);
    free(several);
}

static bool is_chosen(const struct table *trail, size_t row, const struct action_choice *choice,
                      const struct action_record **recorded)
{
    static const char *const unsettled[] = {"failed", "open", "unknown"};
    const char *id = audit_text(trail, row, "id"), *state = audit_text(trail, row, "state");
    int64_t at_ms = audit_number(trail, row, "time");
    bool in_run = id != NULL && is_recorded(id, choice->stories, choice->story_count, recorded);
    bool wanted = in_run || (at_ms >= choice->span.from_ms && at_ms < choice->span.to_ms);
    if (!choice->unsettled || !wanted)
        return wanted;
    if (table_row_level(trail, row) < LEVEL_WARN)
        return false; // it was done later
    for (size_t i = 0; i < sizeof unsettled / sizeof *unsettled; i++)
        if (state != NULL && strcmp(state, unsettled[i]) == 0)
            return true;
    return false;
}

bool report_add_actions(struct report *report, const char *trail_path,
                        const struct action_choice *choice, struct err *err)
{
    struct report_part *part = report_add_after(
        report, "actions", choice->unsettled ? N_("Actions that need a look") : N_("Actions"));
    struct audit_trail read;
    if (!audit_load(trail_path, &read, err)) {
        report_part_say(part, "", _("The audit trail could not be read."));
        return false;
    }
    const struct table *trail = audit_table(&read, NULL, 0);
    audit_trail_dispose(&read);
    struct table *table = table_new(&done_schema);
    for (size_t i = 0; i < table_rows(trail); i++) {
        const struct action_record *recorded = NULL;
        if (is_chosen(trail, i, choice, &recorded))
            add_done(table, trail, i, recorded);
    }
    table_unref(trail);
    if (choice->unsettled)
        report_part_say(part, "", _("None failed or is open."));
    else
        report_part_say(part,
                        _("Since the run before, or of the time of the report; in a run or beside "
                          "it, each with its entry in the audit trail."),
                        _("Nothing was done on any host."));
    take_table(part, table);
    return true;
}

enum { NOTE_TIME, NOTE_OPERATOR, NOTE_RUN, NOTE_HOST, NOTE_STEP, NOTE_TEXT };
static const struct column note_columns[] = {
    [NOTE_TIME] = COLUMN("time", N_("Time"), KIND_TIME),
    [NOTE_OPERATOR] = COLUMN("operator", N_("By"), KIND_TEXT),
    [NOTE_RUN] =
        {.name = "run", .title = N_("Run"), .unit = "", .help = "", .kind = KIND_INT, .id = true},
    [NOTE_HOST] = COLUMN("host", N_("Host"), KIND_TEXT),
    [NOTE_STEP] = COLUMN("step", N_("Step"), KIND_TEXT),
    [NOTE_TEXT] = COLUMN("text", N_("Note"), KIND_TEXT),
};
static const struct schema note_schema = ALL_COLUMNS(note_columns);

void report_add_notes(struct report *report, struct run_story *const *stories, size_t count)
{
    struct table *table = table_new(&note_schema);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < stories[i]->note_count; j++) {
            const struct note_record *note = &stories[i]->notes[j];
            size_t row = table_add_row(table);
            table_set_int(table, row, NOTE_TIME, note->at_ms);
            table_set_text(table, row, NOTE_OPERATOR, note->operator_name);
            table_set_int(table, row, NOTE_RUN, stories[i]->run.number);
            table_set_text(table, row, NOTE_HOST, note->host[0] != '\0' ? note->host : NULL);
            table_set_text(table, row, NOTE_STEP, note->step[0] != '\0' ? note->step : NULL);
            table_set_text(table, row, NOTE_TEXT, note->text);
        }
    }
    struct report_part *part = report_add_after(report, "notes", N_("Notes"));
    report_part_say(part, "", _("Nobody left a note."));
    take_table(part, table);
}
