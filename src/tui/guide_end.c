// SPDX-License-Identifier: MIT

// The end of a guided run: what is open, what was not well, what was said about it.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "checklist/report.h"
#include "tui/guide_state.h"

enum { END_HOST, END_STEP, END_STATE, END_SUMMARY, END_REASON, END_BY, END_AT, END_COLUMNS };

static const struct column columns[END_COLUMNS] = {
    [END_HOST] = {.name = "host",
                  .title = N_("Host"),
                  .kind = KIND_TEXT,
                  .key = true,
                  .help = N_("The host that the step is about.")},
    [END_STEP] = {.name = "step",
                  .title = N_("Step"),
                  .kind = KIND_TEXT,
                  .words = true,
                  .key = true,
                  .help = N_("Its title in the list.")},
    [END_STATE] = {.name = "state",
                   .title = N_("Stands"),
                   .kind = KIND_TEXT,
                   .words = true,
                   .help = N_("Open, or what was decided.")},
    [END_SUMMARY] = {.name = "summary",
                     .title = N_("What was found"),
                     .kind = KIND_TEXT,
                     .width = 30,
                     .unbounded = true,
                     .help =
                         N_("The verdict: as it was taken, or as it is now where nothing was.")},
    [END_REASON] = {.name = "reason",
                    .title = N_("Said about it"),
                    .kind = KIND_TEXT,
                    .priority = 1,
                    .help = N_("Why it was skipped or marked failed.")},
    [END_BY] = {.name = "by",
                .title = N_("By"),
                .kind = KIND_TEXT,
                .priority = 2,
                .help = N_("Who decided.")},
    [END_AT] = {.name = "at",
                .title = N_("At"),
                .kind = KIND_TIME,
                .priority = 3,
                .help = N_("When that was.")},
};

static const struct schema schema = {
    .name = "summary", .columns = columns, .column_count = END_COLUMNS};

const struct probe guide_end_probe = {
    .schema = &schema,
    .title = N_("Summary"),
    .purpose = N_("What is open, and what was not well: d goes to the step."),
    .empty = N_("nothing is open, everything was ok"),
};

static const struct schema person_schema = {
    .name = "person", .columns = columns, .column_count = 2};

const struct probe guide_person_probe = {
    .schema = &person_schema,
    .title = N_("A person's step"),
    .purpose = N_("What only a person can do: do it, then Enter."),
    .empty = "",
};

static enum level level_of(enum guide_face face)
{
    if (face == FACE_CRITICAL || face == FACE_FAILED)
        return LEVEL_CRIT;
    return guide_face_is_open(face) && face != FACE_OK ? LEVEL_WARN : LEVEL_NONE;
}

static const char *const taken[STEP_STATES] = {[STEP_OK] = N_("taken"),
                                               [STEP_SKIPPED] = N_("skipped"),
                                               [STEP_UNKNOWN] = N_("unknown, taken"),
                                               [STEP_WARNING] = N_("warning, taken"),
                                               [STEP_CRITICAL] = N_("critical, taken")};

static const char *state_of(const struct guide_item *item, enum guide_face face)
{
    static const char *const open[FACES] = {
        [FACE_OK] = N_("open, ok"),           [FACE_PERSON] = N_("open, to do"),
        [FACE_WAITING] = N_("open, reading"), [FACE_UNKNOWN] = N_("open, unknown"),
        [FACE_WARNING] = N_("open, warning"), [FACE_CRITICAL] = N_("open, critical")};
    if (guide_item_is_worse(item))
        return N_("worse since taken");
    return face == FACE_NOTED   ? taken[item->decision->state]
           : open[face] != NULL ? open[face]
                                : guide_face_text(face);
}

// What was well and is decided needs no line.
static bool is_told(const struct guide_item *item, enum guide_face face)
{
    bool said = item->decision != NULL && item->decision->text[0] != '\0';
    return face != FACE_DONE && (face != FACE_SKIPPED || said) ? true : guide_item_is_worse(item);
}

static void add_item(struct table *table, const struct guide_step *step,
                     const struct guide_item *item, enum guide_face face)
{
    const struct guide_record *decision = item->decision;
    size_t row = table_add_row(table);
    table_set_text(table, row, END_HOST, item->live->host_name);
    table_set_text(table, row, END_STEP, step->step->title);
    table_set_static(table, row, END_STATE, state_of(item, face));
    table_set_level(table, row, END_STATE, guide_item_is_worse(item) ? LEVEL_CRIT : level_of(face));
    const char *live = item->live->verdict.summary;
    table_set_text(table, row, END_SUMMARY,
                   face == FACE_PERSON                              ? _("a person must do this")
                   : decision != NULL && !guide_item_is_worse(item) ? decision->summary
                                                                    : live);
    if (decision == NULL)
        return;
    table_set_text(table, row, END_REASON, decision->text);
    table_set_text(table, row, END_BY, decision->operator_name);
    table_set_int(table, row, END_AT, decision->at_ms);
}

// Open ones first, the gravest of them before the others, then as in the list.
const struct table *guide_end_build(const struct guide *guide)
{
    static const enum guide_face order[] = {FACE_CRITICAL, FACE_WARNING, FACE_UNKNOWN, FACE_WAITING,
                                            FACE_PERSON,   FACE_OK,      FACE_FAILED,  FACE_NOTED,
                                            FACE_SKIPPED,  FACE_DONE};
    struct table *table = table_new(&schema);
    for (size_t rank = 0; rank < sizeof order / sizeof *order; rank++) {
        for (size_t i = 0; i < guide_step_count(guide); i++) {
            const struct guide_step *step = guide_step(guide, i);
            for (size_t j = 0; j < step->item_count; j++) {
                const struct guide_item *item = &step->items[j];
                enum guide_face face = guide_item_face(item);
                if (face == order[rank] && guide_shows(guide, item) && is_told(item, face))
                    add_item(table, step, item, face);
            }
        }
    }
    return table_seal(table);
}

static void add_last(struct table *table, const struct step_record *step)
{
    enum step_state state = report_word_state(step->state);
    bool failed = strcmp(step->state, guide_choice_text(GUIDE_FAILED)) == 0;
    if (step->decided_ms == 0 || (state <= STEP_SKIPPED && step->reason[0] == '\0'))
        return;
    size_t row = table_add_row(table);
    table_set_text(table, row, END_HOST, step->host);
    table_set_text(table, row, END_STEP, step->title);
    table_set_static(table, row, END_STATE, failed ? guide_face_text(FACE_FAILED) : taken[state]);
    table_set_level(table, row, END_STATE, failed ? LEVEL_CRIT : LEVEL_NONE);
    table_set_text(table, row, END_SUMMARY, step->summary);
    table_set_text(table, row, END_REASON, step->reason);
    table_set_text(table, row, END_BY, step->operator_name);
    table_set_int(table, row, END_AT, step->decided_ms);
}

const struct table *guide_end_build_last(const struct run_story *story)
{
    struct table *table = table_new(&schema);
    for (size_t i = 0; i < story->step_count; i++)
        add_last(table, &story->steps[i]);
    return table_seal(table);
}

size_t guide_end_step(const struct guide *guide, const struct table *table, size_t row)
{
    const struct cell *title = table_cell(table, row, END_STEP);
    for (size_t i = 0; i < guide_step_count(guide); i++) {
        const char *here = guide_step(guide, i)->step->title;
        if (strlen(here) == title->len && memcmp(here, title->as.text, title->len) == 0)
            return i;
    }
    return guide_step_count(guide);
}
