// SPDX-License-Identifier: MIT

// Records, their fields, and the statements made from them.
#include "store/fields.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "store/record.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct field run_fields[] = {
    {"number", offsetof(struct run_record, number), FIELD_INT64, FIELD_COUNTED},
    {"key", offsetof(struct run_record, key), FIELD_TEXT, FIELD_KEY},
    {"list", offsetof(struct run_record, list), FIELD_TEXT, FIELD_DATA},
    {"title", offsetof(struct run_record, title), FIELD_TEXT, FIELD_DATA},
    {"kind", offsetof(struct run_record, kind), FIELD_INT, FIELD_DATA},
    {"profile", offsetof(struct run_record, profile), FIELD_TEXT, FIELD_DATA},
    {"hosts", offsetof(struct run_record, hosts), FIELD_TEXT, FIELD_DATA},
    {"operator", offsetof(struct run_record, operator_name), FIELD_TEXT, FIELD_DATA},
    {"started_ms", offsetof(struct run_record, started_ms), FIELD_INT64, FIELD_DATA},
    {"ended_ms", offsetof(struct run_record, ended_ms), FIELD_INT64, FIELD_DATA},
    {"state", offsetof(struct run_record, state), FIELD_INT, FIELD_DATA},
    {"outcome", offsetof(struct run_record, outcome), FIELD_TEXT, FIELD_DATA},
};

static const struct field step_fields[] = {
    {"run", offsetof(struct step_record, run), FIELD_TEXT, FIELD_KEY},
    {"position", offsetof(struct step_record, position), FIELD_INT, FIELD_DATA},
    {"step", offsetof(struct step_record, step), FIELD_TEXT, FIELD_KEY},
    {"host", offsetof(struct step_record, host), FIELD_TEXT, FIELD_KEY},
    {"title", offsetof(struct step_record, title), FIELD_TEXT, FIELD_DATA},
    {"why", offsetof(struct step_record, why), FIELD_TEXT, FIELD_DATA},
    {"reference", offsetof(struct step_record, reference), FIELD_TEXT, FIELD_DATA},
    {"priority", offsetof(struct step_record, priority), FIELD_INT, FIELD_DATA},
    {"machine_state", offsetof(struct step_record, machine_state), FIELD_TEXT, FIELD_DATA},
    {"state", offsetof(struct step_record, state), FIELD_TEXT, FIELD_DATA},
    {"summary", offsetof(struct step_record, summary), FIELD_TEXT, FIELD_DATA},
    {"advice", offsetof(struct step_record, advice), FIELD_TEXT, FIELD_DATA},
    {"remark", offsetof(struct step_record, remark), FIELD_TEXT, FIELD_DATA},
    {"reason", offsetof(struct step_record, reason), FIELD_TEXT, FIELD_DATA},
    {"operator", offsetof(struct step_record, operator_name), FIELD_TEXT, FIELD_DATA},
    {"decided_ms", offsetof(struct step_record, decided_ms), FIELD_INT64, FIELD_DATA},
    {"took_ms", offsetof(struct step_record, took_ms), FIELD_INT64, FIELD_DATA},
    {"evidence", offsetof(struct step_record, evidence), FIELD_TEXT, FIELD_DATA},
};

static const struct field note_fields[] = {
    {"run", offsetof(struct note_record, run), FIELD_TEXT, FIELD_KEY},
    {"step", offsetof(struct note_record, step), FIELD_TEXT, FIELD_KEY},
    {"host", offsetof(struct note_record, host), FIELD_TEXT, FIELD_KEY},
    {"operator", offsetof(struct note_record, operator_name), FIELD_TEXT, FIELD_KEY},
    {"at_ms", offsetof(struct note_record, at_ms), FIELD_INT64, FIELD_KEY},
    {"text", offsetof(struct note_record, text), FIELD_TEXT, FIELD_DATA},
};

static const struct field action_fields[] = {
    {"run", offsetof(struct action_record, run), FIELD_TEXT, FIELD_KEY},
    {"step", offsetof(struct action_record, step), FIELD_TEXT, FIELD_KEY},
    {"host", offsetof(struct action_record, host), FIELD_TEXT, FIELD_KEY},
    {"entry", offsetof(struct action_record, entry), FIELD_TEXT, FIELD_KEY},
    {"at_ms", offsetof(struct action_record, at_ms), FIELD_INT64, FIELD_KEY},
    {"words", offsetof(struct action_record, words), FIELD_TEXT, FIELD_DATA},
};

const struct record_fields record_fields[RECORD_KINDS] = {
    [RECORD_RUN] = {"run", sizeof(struct run_record), run_fields, COUNT_OF(run_fields)},
    [RECORD_STEP] = {"step", sizeof(struct step_record), step_fields, COUNT_OF(step_fields)},
    [RECORD_NOTE] = {"note", sizeof(struct note_record), note_fields, COUNT_OF(note_fields)},
    [RECORD_ACTION] = {"action", sizeof(struct action_record), action_fields,
                       COUNT_OF(action_fields)},
};

static const void *place_in(const void *record, const struct field *field)
{
    return (const char *)record + field->offset;
}

static char **text_in(void *record, const struct field *field)
{
    return (void *)((char *)record + field->offset);
}

void record_copy(enum record_kind kind, void *to, const void *from)
{
    const struct record_fields *shape = &record_fields[kind];
    memcpy(to, from, shape->size);
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].type != FIELD_TEXT)
            continue;
        char **text = text_in(to, &shape->fields[i]);
        *text = mem_strdup(*text != NULL ? *text : "");
    }
}

void record_dispose(enum record_kind kind, void *record)
{
    const struct record_fields *shape = &record_fields[kind];
    for (size_t i = 0; i < shape->count; i++)
        if (shape->fields[i].type == FIELD_TEXT)
            free(*text_in(record, &shape->fields[i]));
    memset(record, 0, shape->size);
}

static void append_columns(struct str *sql, const struct record_fields *shape, bool counted,
                           const char *before)
{
    bool first = true;
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].role == FIELD_COUNTED && !counted)
            continue;
        str_appendf(sql, "%s%s%s", first ? "" : ", ", before, shape->fields[i].column);
        first = false;
    }
}

void record_sql_put(struct str *sql, enum record_kind kind)
{
    const struct record_fields *shape = &record_fields[kind];
    str_appendf(sql, "INSERT INTO %s (", shape->table);
    append_columns(sql, shape, false, "");
    str_append(sql, ") VALUES (");
    append_columns(sql, shape, false, ":");
    str_append(sql, ") ON CONFLICT (");
    bool first = true;
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].role != FIELD_KEY)
            continue;
        str_appendf(sql, "%s%s", first ? "" : ", ", shape->fields[i].column);
        first = false;
    }
    str_append(sql, ") DO UPDATE SET ");
    first = true;
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->role != FIELD_DATA)
            continue;
        str_appendf(sql, "%s%s = excluded.%s", first ? "" : ", ", field->column, field->column);
        first = false;
    }
}

void record_sql_select(struct str *sql, enum record_kind kind)
{
    const struct record_fields *shape = &record_fields[kind];
    str_append(sql, "SELECT ");
    append_columns(sql, shape, true, "");
    str_appendf(sql, " FROM %s", shape->table);
}

void record_bind(sqlite3_stmt *statement, enum record_kind kind, const void *record)
{
    const struct record_fields *shape = &record_fields[kind];
    int slot = 1;
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->role == FIELD_COUNTED)
            continue;
        const void *place = place_in(record, field);
        const char *text;
        switch (field->type) {
        case FIELD_INT:
            sqlite3_bind_int(statement, slot++, *(const int *)place);
            break;
        case FIELD_INT64:
            sqlite3_bind_int64(statement, slot++, *(const int64_t *)place);
            break;
        case FIELD_TEXT:
            text = *(char *const *)place;
            sqlite3_bind_text(statement, slot++, text != NULL ? text : "", -1, SQLITE_TRANSIENT);
        }
    }
}

void record_read(sqlite3_stmt *row, enum record_kind kind, void *record)
{
    const struct record_fields *shape = &record_fields[kind];
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        int column = (int)i;
        void *place = (char *)record + field->offset;
        const char *text;
        switch (field->type) {
        case FIELD_INT:
            *(int *)place = sqlite3_column_int(row, column);
            break;
        case FIELD_INT64:
            *(int64_t *)place = sqlite3_column_int64(row, column);
            break;
        case FIELD_TEXT:
            text = (const char *)sqlite3_column_text(row, column);
            *(char **)place = mem_strdup(text != NULL ? text : "");
        }
    }
}

void run_record_copy(struct run_record *to, const struct run_record *from)
{
    record_copy(RECORD_RUN, to, from);
}

void step_record_copy(struct step_record *to, const struct step_record *from)
{
    record_copy(RECORD_STEP, to, from);
}

size_t run_record_host_count(const struct run_record *record)
{
    size_t count = 0;
    for (const char *at = record->hosts; *at != '\0'; at += strspn(at, " ")) {
        count++;
        at += strcspn(at, " ");
    }
    return count;
}

void run_record_dispose(struct run_record *record)
{
    record_dispose(RECORD_RUN, record);
}

void step_record_dispose(struct step_record *record)
{
    record_dispose(RECORD_STEP, record);
}

void note_record_dispose(struct note_record *record)
{
    record_dispose(RECORD_NOTE, record);
}

void action_record_dispose(struct action_record *record)
{
    record_dispose(RECORD_ACTION, record);
}

const char *run_kind_text(enum run_kind kind)
{
    return kind == RUN_GUIDED ? N_("guided") : N_("unattended");
}

const char *run_state_text(enum run_state state)
{
    static const char *const words[] = {
        [RUN_OPEN] = N_("open"),
        [RUN_FINISHED] = N_("finished"),
        [RUN_ABANDONED] = N_("abandoned"),
    };
    return words[state >= RUN_OPEN && state <= RUN_ABANDONED ? state : RUN_OPEN];
}

char *run_key_new(void)
{
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        random = (uint64_t)clock_mono_us(); // with the time of day still unlike any other
    return mem_printf("%012llx%016llx", (unsigned long long)clock_wall_ms(),
                      (unsigned long long)random);
}
