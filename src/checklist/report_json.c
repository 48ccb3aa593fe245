// SPDX-License-Identifier: MIT

// A report for scripts.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "checklist/report_private.h"
#include "table/write.h"

#define ROWS_SHOWN 20

static json_t *json_text(const char *text)
{
    char *valid = text_valid_utf8(text, strlen(text));
    json_t *string = json_string(valid);
    free(valid);
    return string;
}

static json_t *json_evidence(const struct check_step *step)
{
    json_t *rows = json_array();
    if (step->step->probe == NULL) // a person's step has no rows
        return rows;
    for (size_t i = 0; i < report_rows(step, ROWS_SHOWN); i++) {
        json_t *row = json_object();
        for (size_t j = 0; j < step->step->column_count; j++) {
            size_t col = step->step->columns[j];
            const struct column *column = &step->step->probe->schema->columns[col];
            json_object_set_new(
                row, column->name,
                write_json_cell(column, table_cell(step->table, step->verdict.rows[i], col)));
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *json_step(const struct check_step *step)
{
    const struct step *what = step->step;
    json_t *object = json_object();
    json_t *offered = json_array();
    for (size_t i = 0; i < what->action_count; i++)
        json_array_append_new(offered, json_string(what->actions[i]->name));
    const char *pane = what->probe != NULL ? what->probe->schema->name : "";
    json_object_set_new(object, "id", json_string(what->id));
    json_object_set_new(object, "host", json_string(step->host_name));
    json_object_set_new(object, "title", json_text(what->title));
    json_object_set_new(object, "state", json_string(step_state_text(step->verdict.state)));
    json_object_set_new(object, "summary", json_text(step->verdict.summary));
    json_object_set_new(object, "evidence", json_evidence(step));
    json_object_set_new(object, "evidence_rows", json_integer((json_int_t)step->verdict.row_count));
    json_object_set_new(object, "ref", what->ref[0] != '\0' ? json_text(what->ref) : json_null());
    json_object_set_new(object, "why", json_text(what->why));
    json_object_set_new(object, "advice",
                        step->verdict.advice[0] != '\0' ? json_text(step->verdict.advice)
                                                        : json_null());
    json_object_set_new(object, "pane", pane[0] != '\0' ? json_string(pane) : json_null());
    json_object_set_new(object, "priority", json_string(step_priority_text(what->priority)));
    json_object_set_new(object, "minutes", json_integer(what->minutes));
    json_object_set_new(object, "actions", offered);
    json_object_set_new(object, "confirm", json_boolean(what->confirm));
    json_object_set_new(object, "note",
                        step->note[0] != '\0' ? json_text(step->note) : json_null());
    json_object_set_new(object, "age_ms",
                        step->age_ms >= 0 ? json_integer(step->age_ms) : json_null());
    return object;
}

json_t *report_json(const struct report *report)
{
    char started[CLOCK_RFC3339_MAX];
    clock_rfc3339(report->started_ms / 1000 * 1000, started);
    json_t *root = json_object(), *hosts = json_array(), *steps = json_array();
    for (size_t i = 0; i < report->host_count; i++)
        json_array_append_new(hosts, json_string(report->hosts[i]));
    for (size_t i = 0; i < report->step_count; i++)
        json_array_append_new(steps, json_step(&report->steps[i]));
    json_object_set_new(root, "checklist", json_string(report->name));
    json_object_set_new(root, "title", json_text(report->title));
    json_object_set_new(root, "started", json_string(started));
    json_object_set_new(root, "seconds", json_real((double)report->took_ms / 1000));
    json_object_set_new(root, "state", json_string(step_state_text(report_state(report))));
    json_object_set_new(root, "hosts", hosts);
    json_object_set_new(root, "steps", steps);
    return root;
}
