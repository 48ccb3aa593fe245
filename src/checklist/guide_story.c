// SPDX-License-Identifier: MIT

// Decisions to stored steps and back: what a person said is in the step's state and reason.
#include "checklist/guide_story.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "checklist/record.h"
#include "checklist/report_table.h"
#include "checklist/rows.h"

static bool parse_state(const char *word, enum step_state *out)
{
    for (int i = 0; i < STEP_STATES; i++) {
        if (strcmp(step_state_text((enum step_state)i), word) == 0) {
            *out = (enum step_state)i;
            return true;
        }
    }
    return false;
}

static const struct step *find_step(const struct guide *guide, const char *id)
{
    for (size_t i = 0; i < guide_step_count(guide); i++)
        if (strcmp(guide_step(guide, i)->step->id, id) == 0)
            return guide_step(guide, i)->step;
    return NULL;
}

// The same key as step_row_key() makes of a live row.
static char *stored_key(const struct step *step, const struct report_table *table, size_t row)
{
    struct str key = {0};
    for (size_t i = 0; i < step->column_count; i++) {
        if (!step_column_names_row(step, step->columns[i]))
            continue;
        const struct column *column = &step->probe->schema->columns[step->columns[i]];
        for (size_t col = 0; col < table->column_count; col++) {
            const struct report_cell *cell = report_table_cell(table, row, col);
            if (strcmp(table->columns[col].name, column->name) == 0)
                str_appendf(&key, "%s%s", key.len > 0 ? " " : "",
                            column->words ? report_cell_plain(cell) : cell->text);
        }
    }
    char *clean = text_clean_dup(str_text(&key));
    str_dispose(&key);
    return clean;
}

static void read_rows(const struct step *step, const char *evidence, struct guide_record *out)
{
    json_t *facts = json_loads(evidence, 0, NULL);
    struct report_table table = {0};
    if (facts != NULL && step != NULL && step->probe != NULL)
        report_table_parse(&table, json_object_get(facts, "table"));
    out->rows = mem_array(table.row_count + 1, sizeof *out->rows);
    for (size_t row = 0; row < table.row_count; row++)
        out->rows[out->row_count++] = stored_key(step, &table, row);
    out->row_total = table.total;
    report_table_dispose(&table);
    json_decref(facts);
}

static enum guide_choice choice_of(const struct step_record *from)
{
    if (strcmp(from->state, "failed") == 0)
        return GUIDE_FAILED;
    if (strcmp(from->state, step_state_text(STEP_SKIPPED)) == 0 && from->reason[0] != '\0')
        return GUIDE_SKIPPED;
    return from->operator_name[0] == '\0' ? GUIDE_PASSED : GUIDE_TAKEN;
}

static void read_step(const struct guide *guide, const struct step_record *from,
                      struct guide_record *out)
{
    enum guide_choice choice = choice_of(from);
    bool marked = choice == GUIDE_FAILED || choice == GUIDE_SKIPPED;
    enum step_state state = STEP_UNKNOWN;
    parse_state(marked ? from->machine_state : from->state, &state);
    *out = (struct guide_record){.kind = GUIDE_DECIDED,
                                 .at_ms = from->decided_ms,
                                 .used_ms = from->took_ms,
                                 .operator_name = mem_strdup(from->operator_name),
                                 .step = mem_strdup(from->step),
                                 .host = mem_strdup(from->host),
                                 .choice = choice,
                                 .state = state,
                                 .summary = mem_strdup(from->summary),
                                 .text = mem_strdup(from->reason)};
    read_rows(find_step(guide, from->step), from->evidence, out);
}

static int by_time(const void *a, const void *b)
{
    const struct guide_record *left = a, *right = b;
    return (left->at_ms > right->at_ms) - (left->at_ms < right->at_ms);
}

struct guide_record *guide_story_records(const struct run_story *story, const struct guide *guide,
                                         size_t *count)
{
    size_t most = story->step_count + story->note_count + story->action_count, made = 0;
    struct guide_record *records = mem_array(most + 1, sizeof *records);
    for (size_t i = 0; i < story->step_count; i++) {
        if (story->steps[i].decided_ms == 0)
            continue;
        read_step(guide, &story->steps[i], &records[made++]);
    }
    for (size_t i = 0; i < story->note_count; i++) {
        const struct note_record *note = &story->notes[i];
        records[made++] = (struct guide_record){.kind = GUIDE_NOTED,
                                                .at_ms = note->at_ms,
                                                .operator_name = mem_strdup(note->operator_name),
                                                .step = mem_strdup(note->step),
                                                .host = mem_strdup(note->host),
                                                .summary = mem_strdup(""),
                                                .text = mem_strdup(note->text)};
    }
    for (size_t i = 0; i < story->action_count; i++) {
        const struct action_record *action = &story->actions[i];
        records[made++] = (struct guide_record){.kind = GUIDE_ACTED,
                                                .at_ms = action->at_ms,
                                                .operator_name = mem_strdup(""),
                                                .step = mem_strdup(action->step),
                                                .host = mem_strdup(action->host),
                                                .summary = mem_strdup(action->words),
                                                .text = mem_strdup(action->entry)};
    }
    qsort(records, made, sizeof *records, by_time);
    *count = made;
    return records;
}

void guide_records_free(struct guide_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        guide_record_dispose(&records[i]);
    free(records);
}

static void set(char **text, const char *value)
{
    char *copy = mem_strdup(value); // value may be the one that is there
    free(*text);
    *text = copy;
}

static int position_of(const struct guide *guide, const char *id)
{
    for (size_t i = 0; i < guide_step_count(guide); i++)
        if (strcmp(guide_step(guide, i)->step->id, id) == 0)
            return (int)i;
    return 0;
}

void guide_story_step(const struct guide *guide, const struct guide_record *record,
                      struct step_record *out)
{
    step_record_judged(record->seen, position_of(guide, record->step), record->at_ms, out);
    if (record->choice == GUIDE_FAILED || record->choice == GUIDE_SKIPPED)
        set(&out->state, guide_choice_text(record->choice));
    else
        set(&out->state, step_state_text(record->state));
    bool by_itself = record->choice == GUIDE_PASSED;
    set(&out->operator_name, by_itself ? "" : record->operator_name);
    set(&out->reason, record->text);
    out->decided_ms = record->at_ms;
    out->took_ms = record->used_ms;
}

enum step_state guide_outcome(const struct guide *guide)
{
    enum step_state worst = STEP_OK;
    for (size_t i = 0; i < guide_step_count(guide); i++) {
        const struct guide_step *step = guide_step(guide, i);
        for (size_t j = 0; j < step->item_count; j++) {
            const struct guide_record *decision = step->items[j].decision;
            enum step_state state = decision == NULL                    ? STEP_UNKNOWN
                                    : decision->choice == GUIDE_FAILED  ? STEP_CRITICAL
                                    : decision->choice == GUIDE_SKIPPED ? STEP_SKIPPED
                                                                        : decision->state;
            worst = state > worst ? state : worst;
        }
    }
    return worst;
}

size_t guide_story_decided(const struct run_story *story)
{
    size_t hosts = run_record_host_count(&story->run), decided = 0;
    for (size_t i = 0, end; i < story->step_count; i = end) {
        size_t count = 0; // steps of a story are in their order, each with all its hosts
        for (end = i;
             end < story->step_count && strcmp(story->steps[end].step, story->steps[i].step) == 0;
             end++)
            count += story->steps[end].decided_ms > 0;
        decided += count >= hosts && count > 0;
    }
    return decided;
}

int64_t guide_story_last_ms(const struct run_story *story, const char **operator_name)
{
    int64_t last_ms = story->run.started_ms;
    *operator_name = story->run.operator_name;
    for (size_t i = 0; i < story->step_count; i++) {
        if (story->steps[i].decided_ms <= last_ms)
            continue;
        last_ms = story->steps[i].decided_ms;
        if (story->steps[i].operator_name[0] != '\0')
            *operator_name = story->steps[i].operator_name;
    }
    for (size_t i = 0; i < story->note_count; i++) {
        if (story->notes[i].at_ms <= last_ms)
            continue;
        last_ms = story->notes[i].at_ms;
        *operator_name = story->notes[i].operator_name;
    }
    return last_ms;
}
