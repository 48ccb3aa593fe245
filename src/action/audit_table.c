// SPDX-License-Identifier: MIT

// Rows of the audit trail.
#include "action/audit_table.h"

#include <string.h>
#include <time.h>

#include "action/audit.h"

enum audit_column {
    AUDIT_HOST,
    AUDIT_TIME,
    AUDIT_ID,
    AUDIT_OPERATOR,
    AUDIT_ACTION,
    AUDIT_TARGET,
    AUDIT_TARGETS,
    AUDIT_STATE,
    AUDIT_METHOD,
    AUDIT_ENDS,
    AUDIT_UNDONE_BY,
    AUDIT_RULE,
    AUDIT_REASON,
    AUDIT_RESULT,
    AUDIT_EVIDENCE,
    AUDIT_COLUMNS,
};

#define COLUMN(column_name, column_title, column_kind, drop, text)                                 \
    {                                                                                              \
        .name = column_name, .title = column_title, .unit = "", .help = text, .kind = column_kind, \
        .priority = drop                                                                           \
    }

static const struct column columns[AUDIT_COLUMNS] = {
    [AUDIT_HOST] = COLUMN("host", "Host", KIND_TEXT, 1, "The host that it was done on."),
    [AUDIT_TIME] = COLUMN("time", "Time", KIND_TIME, 0, "When it was begun, by this machine."),
    [AUDIT_ID] = {.name = "id",
                  .title = "Entry",
                  .unit = "",
                  .help = "The entry's id: what undo and finish take.",
                  .kind = KIND_TEXT,
                  .key = true,
                  .priority = 3,
                  .width = 17},
    [AUDIT_OPERATOR] = COLUMN("operator", "Operator", KIND_TEXT, 2, "Who did it."),
    [AUDIT_ACTION] = COLUMN("action", "Action", KIND_TEXT, 0, "What was done."),
    [AUDIT_TARGET] = COLUMN("target", "Target", KIND_ADDRESS, 0, "To what: the first target."),
    [AUDIT_TARGETS] = COLUMN("targets", "Targets", KIND_INT, 6, "To how many targets."),
    [AUDIT_STATE] = COLUMN("state", "State", KIND_TEXT, 0,
                           "done, already, failed, refused, undone, open (a console ended in the "
                           "middle) or running."),
    [AUDIT_METHOD] = COLUMN("method", "By", KIND_TEXT, 7, "How: the ban backend."),
    [AUDIT_ENDS] = COLUMN("ends", "Until", KIND_TIME, 5, "When it ends by itself."),
    [AUDIT_UNDONE_BY] =
        COLUMN("undone_by", "Undone by", KIND_TEXT, 8, "The entry that took it back."),
    [AUDIT_RULE] = COLUMN("rule", "Rule", KIND_TEXT, 4, "The guard's rule that refused it."),
    [AUDIT_REASON] = {.name = "reason",
                      .title = "Reason",
                      .unit = "",
                      .help = "Why, in the operator's words.",
                      .kind = KIND_TEXT,
                      .priority = 3,
                      .unbounded = true},
    [AUDIT_RESULT] = COLUMN("result", "Result", KIND_TEXT, 6,
                            "What proved it, or why it failed or was refused."),
    [AUDIT_EVIDENCE] =
        COLUMN("evidence", "Evidence", KIND_TEXT, 9, "The row that the operator saw."),
};

const struct schema audit_schema = {
    .name = "audit", .columns = columns, .column_count = AUDIT_COLUMNS};

static const char *member(const json_t *entry, const char *key)
{
    return json_string_value(json_object_get(entry, key));
}

static void set_member(struct table *table, size_t row, size_t col, const json_t *entry,
                       const char *key)
{
    const char *text = member(entry, key);
    table_set_text(table, row, col, text != NULL && text[0] != '\0' ? text : NULL);
}

static void set_time(struct table *table, size_t row, size_t col, const char *text)
{
    struct tm tm = {0};
    const char *rest = text != NULL ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
    if (rest != NULL)
        table_set_int(table, row, col, (int64_t)timegm(&tm) * 1000);
}

static void set_common(struct table *table, size_t row, const json_t *entry)
{
    const json_t *targets = json_object_get(entry, "targets");
    set_member(table, row, AUDIT_HOST, entry, "host");
    set_time(table, row, AUDIT_TIME, member(entry, "time"));
    set_member(table, row, AUDIT_ID, entry, "id");
    set_member(table, row, AUDIT_OPERATOR, entry, "operator");
    set_member(table, row, AUDIT_ACTION, entry, "action");
    table_set_text(table, row, AUDIT_TARGET, json_string_value(json_array_get(targets, 0)));
    table_set_int(table, row, AUDIT_TARGETS, (int64_t)json_array_size(targets));
}

static void add_action(struct table *table, const struct audit_action *action)
{
    size_t row = table_add_row(table);
    const char *state = action->result != NULL ? member(action->result, "state") : NULL;
    set_common(table, row, action->intent);
    if (action->undone_by != NULL)
        state = "undone";
    else if (state == NULL)
        state = action->open ? "open" : "running";
    table_set_text(table, row, AUDIT_STATE, state);
    bool bad = strcmp(state, "failed") == 0 || strcmp(state, "open") == 0;
    table_set_level(table, row, AUDIT_STATE, bad ? LEVEL_WARN : LEVEL_NONE);
    set_member(table, row, AUDIT_METHOD, action->intent, "method");
    set_time(table, row, AUDIT_ENDS, member(action->intent, "ends"));
    table_set_text(table, row, AUDIT_UNDONE_BY, action->undone_by);
    set_member(table, row, AUDIT_REASON, action->intent, "reason");
    set_member(table, row, AUDIT_RESULT, action->result, "verification");
    set_member(table, row, AUDIT_EVIDENCE, action->intent, "evidence");
}

static bool add_refusal(void *user, const json_t *entry)
{
    struct table *table = user;
    const char *kind = member(entry, "kind");
    if (kind == NULL || strcmp(kind, "refusal") != 0)
        return true;
    size_t row = table_add_row(table);
    set_common(table, row, entry);
    table_set_static(table, row, AUDIT_STATE, "refused");
    set_member(table, row, AUDIT_RULE, entry, "rule");
    set_member(table, row, AUDIT_RESULT, entry, "error");
    return true;
}

const struct table *audit_table(const char *path, struct err *err)
{
    struct audit_trail trail;
    if (!audit_load(path, &trail, err))
        return NULL;
    struct table *table = table_new(&audit_schema);
    for (size_t i = 0; i < trail.count; i++)
        add_action(table, &trail.actions[i]);
    audit_trail_dispose(&trail);
    if (!audit_each(path, add_refusal, table, err)) {
        table_free_unsealed(table);
        return NULL;
    }
    return table_seal(table);
}
