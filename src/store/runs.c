// SPDX-License-Identifier: MIT

// Reading runs back.
#include "store/runs.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/store_private.h"

struct record_array {
    void *items;
    size_t count, cap;
};

static bool read_all(struct store *store, sqlite3_stmt *statement, enum record_kind kind,
                     struct record_array *out, struct err *err)
{
    while (store_row(store, statement, err))
        record_read(statement, kind,
                    mem_push(&out->items, &out->count, &out->cap, record_fields[kind].size));
    return !err_is_set(err);
}

static void free_all(enum record_kind kind, void *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        record_dispose(kind, (char *)items + i * record_fields[kind].size);
    free(items);
}

static void append_conditions(struct str *sql, const struct run_question *question)
{
    str_append(sql, " WHERE 1");
    str_append(sql, question->list != NULL ? " AND list = :list" : "");
    str_append(sql, question->key != NULL ? " AND key = :key" : "");
    str_append(sql, question->number != 0 ? " AND number = :number" : "");
    str_append(sql, question->open ? " AND state = :open" : "");
    str_append(sql, question->ended ? " AND state = :finished" : "");
    str_append(sql, question->guided ? " AND kind = :guided" : "");
    str_append(sql, question->before != 0 ? " AND number < :before" : "");
    str_append(sql, question->from_ms != 0 ? " AND started_ms >= :from_ms" : "");
    str_append(sql, question->to_ms != 0 ? " AND started_ms < :to_ms" : "");
    str_append(sql, " ORDER BY number DESC");
    str_append(sql, question->most != 0 ? " LIMIT :most" : "");
}

static sqlite3_stmt *ask(struct store *store, const struct run_question *question, struct err *err)
{
    struct str sql = {0};
    record_sql_select(&sql, RECORD_RUN);
    append_conditions(&sql, question);
    sqlite3_stmt *statement = store_prepare(store, str_text(&sql), err);
    str_dispose(&sql);
    if (statement == NULL)
        return NULL;
    store_bind_text(statement, ":list", question->list);
    store_bind_text(statement, ":key", question->key);
    store_bind_number(statement, ":number", question->number);
    store_bind_number(statement, ":before", question->before);
    store_bind_number(statement, ":open", RUN_OPEN);
    store_bind_number(statement, ":finished", RUN_FINISHED);
    store_bind_number(statement, ":guided", RUN_GUIDED);
    store_bind_number(statement, ":from_ms", question->from_ms);
    store_bind_number(statement, ":to_ms", question->to_ms);
    store_bind_number(statement, ":most", (int64_t)question->most);
    return statement;
}

bool store_runs(struct store *store, const struct run_question *question, struct run_record **out,
                size_t *count, struct err *err)
{
    struct err local = {0};
    struct record_array runs = {0};
    *out = NULL;
    *count = 0;
    sqlite3_stmt *statement = ask(store, question, &local);
    bool read = statement != NULL && read_all(store, statement, RECORD_RUN, &runs, &local);
    sqlite3_finalize(statement);
    if (!read) {
        free_all(RECORD_RUN, runs.items, runs.count);
        return err_set(err, "%s", local.text);
    }
    *out = runs.items;
    *count = runs.count;
    return true;
}

void run_list_free(struct run_record *runs, size_t count)
{
    free_all(RECORD_RUN, runs, count);
}

struct part {
    enum record_kind kind;
    const char *order;
    void *items;
    size_t count;
};

static bool read_part(struct store *store, const char *key, struct part *part, struct err *err)
{
    struct str sql = {0};
    record_sql_select(&sql, part->kind);
    str_appendf(&sql, " WHERE run = :key ORDER BY %s", part->order);
    sqlite3_stmt *statement = store_prepare(store, str_text(&sql), err);
    str_dispose(&sql);
    if (statement == NULL)
        return false;
    store_bind_text(statement, ":key", key);
    struct record_array rows = {0};
    bool read = read_all(store, statement, part->kind, &rows, err);
    sqlite3_finalize(statement);
    part->items = rows.items;
    part->count = rows.count;
    return read;
}

static bool read_parts(struct store *store, struct run_story *story, struct err *err)
{
    struct part steps = {RECORD_STEP, "position, host", NULL, 0};
    struct part notes = {RECORD_NOTE, "at_ms", NULL, 0};
    struct part actions = {RECORD_ACTION, "at_ms, entry", NULL, 0};
    const char *key = story->run.key;
    bool read = read_part(store, key, &steps, err) && read_part(store, key, &notes, err) &&
                read_part(store, key, &actions, err);
    story->steps = steps.items;
    story->step_count = steps.count;
    story->notes = notes.items;
    story->note_count = notes.count;
    story->actions = actions.items;
    story->action_count = actions.count;
    return read;
}

static bool read_story(struct store *store, const struct run_question *question,
                       struct run_story **out, struct err *err)
{
    struct run_question newest = *question;
    newest.most = 1;
    struct run_record *runs;
    size_t count;
    if (!store_runs(store, &newest, &runs, &count, err))
        return false;
    if (count == 0)
        return true;
    struct run_story *story = mem_alloc(sizeof *story);
    story->run = runs[0]; // with what it owns
    free(runs);
    if (!read_parts(store, story, err)) {
        run_story_free(story);
        return false;
    }
    *out = story;
    return true;
}

bool store_story(struct store *store, const struct run_question *question, struct run_story **out,
                 struct err *err)
{
    struct err local = {0};
    *out = NULL;
    // One moment's state, whoever writes meanwhile.
    bool read = store_execute(store, "BEGIN", &local) && read_story(store, question, out, &local);
    struct err ignored = {0};
    store_end(store, false, &ignored);
    return read || err_set(err, "%s", local.text);
}

void run_story_free(struct run_story *story)
{
    if (story == NULL)
        return;
    record_dispose(RECORD_RUN, &story->run);
    free_all(RECORD_STEP, story->steps, story->step_count);
    free_all(RECORD_NOTE, story->notes, story->note_count);
    free_all(RECORD_ACTION, story->actions, story->action_count);
    free(story);
}

bool store_step_moments(struct store *store, const struct step_record *step, const char *list,
                        int64_t number, size_t most, struct step_moment **out, size_t *count,
                        struct err *err)
{
    struct err local = {0};
    size_t cap = 0;
    *out = NULL;
    *count = 0;
    sqlite3_stmt *statement = store_prepare(
        store,
        "SELECT run.number, run.started_ms, step.state FROM run JOIN step ON step.run = run.key"
        " WHERE run.list = :list AND run.number <= :number AND step.step = :step"
        " AND step.host = :host ORDER BY run.number DESC LIMIT :most",
        err);
    if (statement == NULL)
        return false;
    store_bind_text(statement, ":list", list);
    store_bind_number(statement, ":number", number);
    store_bind_text(statement, ":step", step->step);
    store_bind_text(statement, ":host", step->host);
    store_bind_number(statement, ":most", (int64_t)most);
    while (store_row(store, statement, &local)) {
        struct step_moment *moment = mem_push(out, count, &cap, sizeof *moment);
        const char *state = (const char *)sqlite3_column_text(statement, 2);
        moment->number = sqlite3_column_int64(statement, 0);
        moment->started_ms = sqlite3_column_int64(statement, 1);
        moment->state = mem_strdup(state != NULL ? state : "");
    }
    sqlite3_finalize(statement);
    return !err_is_set(&local) || err_set(err, "%s", local.text);
}

void step_moments_free(struct step_moment *moments, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(moments[i].state);
    free(moments);
}
