// SPDX-License-Identifier: MIT

// Rows of the actions in a trail, and of what was refused.
#include "action/audit_table.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "action/plan.h"
#include "base/clock.h"
#include "base/lang.h"
#include "probe/audit_columns.h"
#include "probe/probe.h"

#define LIST_MAX 20 // targets or commands shown of one action

static const char *member(const json_t *entry, const char *key)
{
    const char *text = json_string_value(json_object_get(entry, key));
    return text != NULL ? text : "";
}

static void set_member(struct table *table, size_t row, size_t col, const json_t *entry,
                       const char *key)
{
    const char *text = member(entry, key);
    if (text[0] != '\0')
        table_set_text(table, row, col, text);
}

static int64_t time_of(const json_t *entry, const char *key)
{
    struct tm tm = {0};
    return strptime(member(entry, key), "%Y-%m-%dT%H:%M:%S", &tm) != NULL
               ? (int64_t)timegm(&tm) * 1000
               : 0;
}

static void set_time(struct table *table, size_t row, size_t col, const json_t *entry,
                     const char *key)
{
    int64_t at_ms = time_of(entry, key);
    if (at_ms != 0)
        table_set_int(table, row, col, at_ms);
}

static void set_targets(struct table *table, size_t row, const json_t *intent)
{
    const json_t *targets = json_object_get(intent, "targets"), *target;
    struct str text = {0};
    size_t i;
    json_array_foreach(targets, i, target)
    {
        if (i == LIST_MAX) {
            str_appendf(&text, P_("; and %zu more", "; and %zu more", json_array_size(targets) - i),
                        json_array_size(targets) - i);
            break;
        }
        str_appendf(&text, "%s%s", i > 0 ? "; " : "",
                    json_is_string(target) ? json_string_value(target) : "?");
    }
    if (text.len > 0)
        table_set_text(table, row, AUDIT_TARGET, str_text(&text));
    str_dispose(&text);
}

// One item for the command, one for each line of its input.
static void add_call(struct str *out, const struct plan_call *call)
{
    struct str text = {0};
    if (call->via == PLAN_NOTHING)
        return;
    plan_call_print(&text, call);
    const char *head = "";
    for (const char *at = str_text(&text); *at != '\0'; head = "< ") {
        size_t len = strcspn(at, "\n");
        str_appendf(out, "%s%s%.*s", out->len > 0 ? "; " : "", head, (int)len, at);
        at += len;
        at += strspn(at, "\n ");
    }
    str_dispose(&text);
}

static void set_commands(struct table *table, size_t row, const struct plan_host *host)
{
    struct str run = {0}, undo = {0};
    for (size_t i = 0; i < host->step_count && i < LIST_MAX; i++) {
        const struct plan_step *step = &host->steps[i];
        const struct plan_step *last = &host->steps[host->step_count - 1 - i];
        add_call(&run, &step->run);
        add_call(&undo, &last->undo);
    }
    if (run.len > 0)
        table_set_text(table, row, AUDIT_COMMANDS, str_text(&run));
    if (undo.len > 0)
        table_set_text(table, row, AUDIT_UNDO_COMMANDS, str_text(&undo));
    str_dispose(&run);
    str_dispose(&undo);
}

static void set_steps(struct table *table, size_t row, const json_t *intent)
{
    static const struct host_config nobody;
    struct plan *plan = plan_new(NULL);
    struct plan_host *host = plan_add_host(plan, 0, &nobody);
    struct err err = {0};
    if (plan_steps_parse(host, json_object_get(intent, "steps"), &err))
        set_commands(table, row, host);
    else
        table_set_text(table, row, AUDIT_COMMANDS, err.text);
    plan_free(plan);
}

// Refused, or failed before anything was begun.
static bool was_begun(const struct audit_action *action)
{
    return strcmp(member(action->intent, "kind"), "intent") == 0;
}

static const char *state_of(const struct audit_action *action)
{
    if (!was_begun(action))
        return strcmp(member(action->intent, "kind"), "refusal") == 0 ? N_("refused")
                                                                      : N_("failed");
    if (action->undone_by != NULL)
        return N_("undone");
    if (action->result != NULL)
        return member(action->result, "state");
    return action->open ? N_("open") : N_("running");
}

static bool could_be_undone(const struct audit_action *action)
{
    const char *state = state_of(action);
    return json_is_true(json_object_get(action->intent, "reversible")) &&
           (strcmp(state, "done") == 0 || strcmp(state, "unknown") == 0 ||
            strcmp(state, "open") == 0);
}

static const char *undo_of(const struct audit_action *action)
{
    int64_t ends_ms = time_of(action->intent, "ends");
    if (action->undone_by != NULL)
        return action->undone_by;
    if (!could_be_undone(action))
        return N_("no");
    return ends_ms > 0 && ends_ms <= clock_wall_ms() ? N_("expired") : N_("possible");
}

static void set_outcome(struct table *table, size_t row, const struct audit_trail *trail,
                        size_t index)
{
    const struct audit_action *action = &trail->actions[index];
    const char *state = state_of(action);
    const json_t *said = was_begun(action) ? action->result : action->intent;
    const char *key = was_begun(action) ? "verification" : "error";
    // A refusal has answered its key; what failed and was done later needs nobody either.
    static const char *const needs[] = {"failed", "unknown", "open", "running"};
    bool needed = false;
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        needed = needed || strcmp(state, needs[i]) == 0;
    needed = needed && !(strcmp(state, "failed") == 0 && audit_was_made_good(trail, index));
    table_set_text(table, row, AUDIT_STATE, state);
    if (needed)
        table_set_level(table, row, AUDIT_STATE, action->open ? LEVEL_CRIT : LEVEL_WARN);
    table_set_text(table, row, AUDIT_UNDO, undo_of(action));
    table_set_text(table, row, AUDIT_UNDONE_BY, action->undone_by);
    set_member(table, row, AUDIT_VERIFICATION, said, key);
    set_member(table, row, AUDIT_RESULT, said, key);
}

static void add_row(struct table *table, const struct audit_trail *trail, size_t index)
{
    const struct audit_action *action = &trail->actions[index];
    const json_t *intent = action->intent;
    size_t row = table_add_row(table);
    table_set_text(table, row, AUDIT_HOST, member(intent, "host"));
    set_time(table, row, AUDIT_TIME, intent, "time");
    set_member(table, row, AUDIT_OPERATOR, intent, "operator");
    set_member(table, row, AUDIT_ACTION, intent, "action");
    set_targets(table, row, intent);
    table_set_int(table, row, AUDIT_TARGETS,
                  (int64_t)json_array_size(json_object_get(intent, "targets")));
    set_member(table, row, AUDIT_METHOD, intent, "method");
    set_member(table, row, AUDIT_REASON, intent, "reason");
    set_member(table, row, AUDIT_ENTRY, intent, "id");
    set_member(table, row, AUDIT_ID, intent, "id");
    set_time(table, row, AUDIT_ENDS, intent, "ends");
    set_member(table, row, AUDIT_EVIDENCE, intent, "evidence");
    set_member(table, row, AUDIT_RULE, intent, "rule");
    set_outcome(table, row, trail, index);
    if (was_begun(action))
        set_steps(table, row, intent);
}

const struct table *audit_table(const struct audit_trail *trail, const char *host, size_t most)
{
    struct table *table = table_new(probe_audit.schema);
    for (size_t i = trail->count; i-- > 0 && (most == 0 || table_rows(table) < most);)
        if (host == NULL || strcmp(member(trail->actions[i].intent, "host"), host) == 0)
            add_row(table, trail, i);
    return table_seal(table);
}

int64_t audit_next_end(const struct audit_trail *trail)
{
    int64_t next_ms = 0, now_ms = clock_wall_ms();
    for (size_t i = 0; i < trail->count; i++) {
        int64_t ends_ms = time_of(trail->actions[i].intent, "ends");
        if (ends_ms > now_ms && (next_ms == 0 || ends_ms < next_ms) &&
            could_be_undone(&trail->actions[i]))
            next_ms = ends_ms;
    }
    return next_ms;
}
