// SPDX-License-Identifier: MIT

// Judged steps to records.
#include "checklist/record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "checklist/report_private.h"
#include "table/write.h"

#define ROWS_KEPT 20

static json_t *evidence_table(const struct check_step *step, int64_t now_ms)
{
    struct report_table table = {0};
    if (step->table != NULL && step->step->probe != NULL) {
        struct report_slice slice = {.rows = step->verdict.rows,
                                     .row_count = step->verdict.row_count,
                                     .columns = step->step->columns,
                                     .column_count = step->step->column_count,
                                     .most = ROWS_KEPT,
                                     .now_ms = now_ms};
        report_table_take(&table, step->table, &slice);
    }
    json_t *json = report_table_json(&table);
    report_table_dispose(&table);
    return json;
}

static json_t *facts_of(const struct check_step *step, int64_t now_ms)
{
    const struct step *what = step->step;
    json_t *facts = json_object(), *offered = json_array();
    for (size_t i = 0; i < what->action_count; i++)
        json_array_append_new(offered, json_string(what->actions[i]->name));
    struct str perfdata = {0};
    report_append_figure(&perfdata, step);
    json_object_set_new(facts, "pane",
                        what->probe != NULL ? json_string(what->probe->schema->name) : json_null());
    json_object_set_new(facts, "priority", json_string(step_priority_text(what->priority)));
    json_object_set_new(facts, "minutes", json_integer(what->minutes));
    json_object_set_new(facts, "actions", offered);
    json_object_set_new(facts, "confirm", json_boolean(what->confirm));
    json_object_set_new(facts, "age_ms",
                        step->age_ms >= 0 ? json_integer(step->age_ms) : json_null());
    json_object_set_new(facts, "perfdata", json_string(str_text(&perfdata)));
    json_object_set_new(facts, "table", evidence_table(step, now_ms));
    str_dispose(&perfdata);
    return facts;
}

void step_record_judged(const struct check_step *step, int position, int64_t now_ms,
                        struct step_record *out)
{
    const char *state = step_state_text(step->verdict.state);
    const char *summary = step->verdict.summary != NULL ? step->verdict.summary : "";
    json_t *facts = facts_of(step, now_ms);
    char *evidence = json_dumps(facts, JSON_COMPACT | WRITE_JSON_FLAGS);
    json_decref(facts);
    *out = (struct step_record){
        .run = mem_strdup(""),
        .position = position,
        .step = mem_strdup(step->step->id),
        .host = mem_strdup(step->host_name),
        .title = mem_strdup(step->step->title),
        .why = mem_strdup(step->step->why),
        .reference = mem_strdup(step->step->ref),
        .priority = (int)step->step->priority,
        .machine_state = mem_strdup(state),
        .state = mem_strdup(state),
        .summary = text_valid_utf8(summary, strlen(summary)),
        .advice = mem_strdup(step->verdict.advice != NULL ? step->verdict.advice : ""),
        .remark = mem_strdup(step->note),
        .reason = mem_strdup(""),
        .operator_name = mem_strdup(""),
        .evidence = evidence != NULL ? evidence : mem_strdup(""),
    };
}

static void cut(json_t *array, size_t rows)
{
    while (json_array_size(array) > rows)
        json_array_remove(array, json_array_size(array) - 1);
}

void step_record_trim(struct step_record *record, size_t rows)
{
    json_t *facts = json_loads(record->evidence, 0, NULL);
    json_t *table = json_object_get(facts, "table");
    cut(json_object_get(table, "cells"), rows);
    cut(json_object_get(table, "values"), rows);
    char *trimmed = json_dumps(facts, JSON_COMPACT | WRITE_JSON_FLAGS);
    json_decref(facts);
    if (trimmed == NULL)
        return;
    free(record->evidence);
    record->evidence = trimmed;
}
