// SPDX-License-Identifier: MIT

// A report for scripts.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "checklist/report_private.h"
#include "table/json_text.h"

static json_t *time_or_null(int64_t ms)
{
    char text[CLOCK_RFC3339_MAX];
    clock_rfc3339(ms / 1000 * 1000, text);
    return ms > 0 ? json_string(text) : json_null();
}

static void copy_fact(json_t *object, const struct report_step *step, const char *name)
{
    json_t *fact = json_object_get(step->facts, name);
    json_object_set_new(object, name, fact != NULL ? json_incref(fact) : json_null());
}

// What only a run has that a person decided, or that the memory kept.
static void add_decision(json_t *object, const struct step_record *record)
{
    json_object_set_new(object, "read", json_text_or_null(record->machine_state));
    json_object_set_new(object, "operator", json_text_or_null(record->operator_name));
    json_object_set_new(object, "decided", time_or_null(record->decided_ms));
    json_object_set_new(object, "reason", json_text_or_null(record->reason));
}

static json_t *json_step(const struct report_step *step, bool is_check)
{
    const struct step_record *record = &step->record;
    json_t *object = json_object();
    json_object_set_new(object, "id", json_text(record->step));
    json_object_set_new(object, "host", json_text(record->host));
    json_object_set_new(object, "title", json_text(_(record->title)));
    json_object_set_new(object, "state", json_text(report_step_word(step)));
    json_object_set_new(object, "summary", json_text(record->summary));
    json_object_set_new(object, "evidence", report_table_rows(&step->evidence));
    json_object_set_new(object, "evidence_rows", json_integer((json_int_t)step->evidence.total));
    json_object_set_new(object, "ref", json_text_or_null(record->reference));
    json_object_set_new(object, "why", json_text(_(record->why)));
    json_object_set_new(object, "advice", json_text_or_null(_(record->advice)));
    static const char *const facts[] = {"pane", "priority", "minutes", "actions", "confirm"};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        copy_fact(object, step, facts[i]);
    json_object_set_new(object, "note", json_text_or_null(record->remark));
    copy_fact(object, step, "age_ms");
    if (!is_check)
        add_decision(object, record);
    return object;
}

static json_t *json_hosts(const char *names)
{
    json_t *hosts = json_array();
    char *copy = text_valid_utf8(names, strlen(names)), *rest = NULL;
    for (char *name = strtok_r(copy, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
        json_array_append_new(hosts, json_string(name));
    free(copy);
    return hosts;
}

static json_t *json_run(const struct report_run *run, bool is_check)
{
    json_t *object = json_object(), *steps = json_array();
    for (size_t i = 0; i < run->step_count; i++)
        json_array_append_new(steps, json_step(&run->steps[i], is_check));
    if (!is_check) {
        json_object_set_new(object, "run", json_integer(run->run.number));
        json_object_set_new(object, "kind",
                            json_string(run_kind_text((enum run_kind)run->run.kind)));
        json_object_set_new(object, "operator", json_text_or_null(run->run.operator_name));
        json_object_set_new(object, "progress",
                            json_string(run_state_text((enum run_state)run->run.state)));
        json_object_set_new(object, "ended", time_or_null(run->run.ended_ms));
    }
    json_object_set_new(object, "checklist", json_text(run->run.list));
    json_object_set_new(object, "title", json_text(_(run->run.title)));
    json_object_set_new(object, "started", time_or_null(run->run.started_ms));
    json_object_set_new(object, "seconds",
                        run->took_ms >= 0 ? json_real((double)run->took_ms / 1000) : json_null());
    json_object_set_new(object, "state", json_string(step_state_text(report_run_state(run))));
    json_object_set_new(object, "hosts", json_hosts(run->run.hosts));
    json_object_set_new(object, "steps", steps);
    return object;
}

static void add_parts(json_t *root, const struct report_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        json_object_set_new(root, parts[i].name, report_table_rows(&parts[i].table));
}

json_t *report_json(const struct report *report)
{
    if (report->is_check && report->run_count == 1)
        return json_run(&report->runs[0], true);
    json_t *root = json_object(), *runs = json_array();
    for (size_t i = 0; i < report->run_count; i++)
        json_array_append_new(runs, json_run(&report->runs[i], false));
    json_object_set_new(root, "title", json_text(report->title));
    json_object_set_new(root, "generated", time_or_null(report->generated_ms));
    json_object_set_new(root, "state", json_string(step_state_text(report_state(report))));
    add_parts(root, report->before, report->before_count);
    json_object_set_new(root, "runs", runs);
    add_parts(root, report->after, report->after_count);
    return root;
}
