// SPDX-License-Identifier: MIT

// Conditions of one host from its state, its panes' rows, and steps of checklists.
#include "notice/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "notice/watch_private.h"

struct notice_watch *notice_watch_new(const char *host)
{
    struct notice_watch *watch = mem_alloc(sizeof *watch);
    watch->host = mem_strdup(host);
    return watch;
}

void notice_watch_free(struct notice_watch *watch)
{
    if (watch == NULL)
        return;
    notice_watch_settle(watch);
    for (size_t i = 0; i < watch->standing_count; i++) {
        notice_dispose(watch->standing[i]);
        free(watch->standing[i]);
    }
    for (size_t i = 0; i < watch->scope_count; i++) {
        free(watch->scopes[i]->name);
        free(watch->scopes[i]->rows);
        free(watch->scopes[i]);
    }
    free(watch->standing);
    free(watch->scopes);
    free(watch->changes);
    free(watch->host);
    free(watch);
}

struct watch_scope *watch_scope(struct notice_watch *watch, enum notice_kind kind, const char *name)
{
    for (size_t i = 0; i < watch->scope_count; i++)
        if (watch->scopes[i]->kind == kind && strcmp(watch->scopes[i]->name, name) == 0)
            return watch->scopes[i];
    struct watch_scope **slot =
        mem_push(&watch->scopes, &watch->scope_count, &watch->scope_cap, sizeof(void *));
    *slot = mem_alloc(sizeof **slot);
    **slot = (struct watch_scope){.kind = kind, .name = mem_strdup(name)};
    return *slot;
}

static void change(struct notice_watch *watch, enum notice_event event, const struct notice *notice,
                   const struct watch_wording *wording)
{
    struct notice_change *slot =
        mem_push(&watch->changes, &watch->change_count, &watch->change_cap, sizeof *slot);
    *slot = (struct notice_change){.event = event,
                                   .first = wording != NULL && wording->first,
                                   .fresh = wording != NULL ? wording->fresh : 0,
                                   .notice = notice_copy(notice)};
}

struct notice *watch_raise(struct notice_watch *watch, const struct watch_scope *scope,
                           const char *object, struct watch_wording *wording)
{
    struct notice **slot = mem_push(&watch->standing, &watch->standing_count, &watch->standing_cap,
                                    sizeof(struct notice *));
    struct notice *notice = *slot = mem_alloc(sizeof *notice);
    *notice = (struct notice){
        .kind = scope->kind,
        .level = wording->level,
        .host = mem_strdup(watch->host),
        .scope = mem_strdup(scope->name),
        .object = mem_strdup(object),
        .rows = wording->rows > 0 ? wording->rows : 1,
        .since_ms = clock_shown_wall_ms() - wording->age_ms,
        .sentence = wording->sentence,
        .detail = wording->detail != NULL ? wording->detail : mem_strdup(""),
    };
    change(watch, NOTICE_RAISED, notice, wording);
    return notice;
}

void watch_reword(struct notice_watch *watch, struct notice *notice, struct watch_wording *wording,
                  bool say)
{
    bool worse = wording->level > notice->level;
    say = say && strcmp(notice->sentence, wording->sentence) != 0;
    free(notice->sentence);
    free(notice->detail);
    notice->level = wording->level;
    notice->rows = wording->rows > 0 ? wording->rows : 1;
    notice->sentence = wording->sentence;
    notice->detail = wording->detail != NULL ? wording->detail : mem_strdup("");
    if (worse || say)
        change(watch, worse ? NOTICE_WORSE : NOTICE_REWORDED, notice, wording);
}

void watch_clear(struct notice_watch *watch, struct notice *notice)
{
    for (size_t i = 0; i < watch->standing_count; i++) {
        if (watch->standing[i] != notice)
            continue;
        watch->standing[i] = watch->standing[--watch->standing_count];
        change(watch, NOTICE_CLEARED, notice, NULL);
        notice_dispose(notice);
        free(notice);
        return;
    }
}

// Of a scope that is one condition as a whole.
static struct notice *standing(const struct notice_watch *watch, const struct watch_scope *scope)
{
    for (size_t i = 0; i < watch->standing_count; i++) {
        struct notice *notice = watch->standing[i];
        if (notice->kind == scope->kind && strcmp(notice->scope, scope->name) == 0)
            return notice;
    }
    return NULL;
}

static void put(struct notice_watch *watch, const struct watch_scope *scope,
                struct watch_wording *wording, bool say)
{
    struct notice *notice = standing(watch, scope);
    if (notice != NULL)
        watch_reword(watch, notice, wording, say);
    else
        watch_raise(watch, scope, "", wording);
}

static void drop(struct notice_watch *watch, const struct watch_scope *scope)
{
    struct notice *notice = standing(watch, scope);
    if (notice != NULL)
        watch_clear(watch, notice);
}

// Sentences often begin with their host's name; what a server says may not.
static char *with_host(const struct notice_watch *watch, const char *sentence)
{
    size_t len = strlen(watch->host);
    bool has =
        strncmp(sentence, watch->host, len) == 0 && (sentence[len] == ':' || sentence[len] == ' ');
    return has ? mem_strdup(sentence) : mem_printf("%s: %s", watch->host, sentence);
}

void notice_watch_host(struct notice_watch *watch, const struct host_status *status)
{
    struct watch_scope *scope = watch_scope(watch, NOTICE_HOST, "");
    struct watch_wording wording = {.level = LEVEL_CRIT, .first = !scope->begun, .fresh = 1};
    switch (status->word) {
    case HOST_RETRYING:
    case HOST_DOWN:
        wording.sentence = with_host(
            watch, status->error[0] != '\0' ? status->error : _("the connection was lost"));
        put(watch, scope, &wording, true);
        break;
    case HOST_STALE:
        if (standing(watch, scope) != NULL)
            break;
        wording.level = LEVEL_WARN;
        wording.sentence = mem_printf(_("%s: connected, but no reading succeeds"), watch->host);
        put(watch, scope, &wording, true);
        break;
    case HOST_LIVE:
        drop(watch, scope);
        break;
    case HOST_ASKING: // the console shows the question
    case HOST_CONNECTING:
    case HOST_DISABLED:
        return;
    }
    watch->lost = status->word == HOST_RETRYING || status->word == HOST_DOWN;
    scope->begun = scope->covered = true;
}

static void take_error(struct notice_watch *watch, const struct probe *probe,
                       const struct table *table, const char *error)
{
    struct watch_scope *scope = watch_scope(watch, NOTICE_READING, probe->schema->name);
    if (error[0] == '\0') {
        drop(watch, scope);
    } else {
        struct watch_wording wording = {
            .level = table == NULL ? LEVEL_CRIT : LEVEL_WARN,
            .sentence = with_host(watch, error),
            .first = !scope->begun,
            .fresh = 1,
        };
        put(watch, scope, &wording, true);
    }
    scope->begun = scope->covered = true;
}

void notice_watch_reading(struct notice_watch *watch, const struct probe *probe,
                          const struct profile *profile, const struct table *table,
                          const char *error)
{
    if (watch->lost && !probe->local)
        return;
    take_error(watch, probe, table, error);
    if (table != NULL && error[0] == '\0' && probe->pane)
        watch_take_rows(watch, probe, profile, table);
}

void notice_watch_step(struct notice_watch *watch, const char *checklist, const struct step *step,
                       const struct verdict *verdict)
{
    if (verdict->state == STEP_UNKNOWN || verdict->state == STEP_SKIPPED)
        return;
    char *name = mem_printf("%s/%s", checklist, step->id);
    struct watch_scope *scope = watch_scope(watch, NOTICE_STEP, name);
    free(name);
    if (verdict->state == STEP_OK) {
        drop(watch, scope);
    } else {
        struct watch_wording wording = {
            .level = verdict->state == STEP_CRITICAL ? LEVEL_CRIT : LEVEL_WARN,
            .sentence = mem_printf("%s: %s: %s", watch->host, step->title, verdict->summary),
            .detail = mem_strdup(verdict->advice),
            .first = !scope->begun,
            .fresh = 1,
        };
        put(watch, scope, &wording, false);
    }
    scope->begun = scope->covered = true;
}

void notice_watch_forget_steps(struct notice_watch *watch)
{
    size_t kept = 0;
    for (size_t i = 0; i < watch->standing_count; i++) {
        struct notice *notice = watch->standing[i];
        if (notice->kind != NOTICE_STEP) {
            watch->standing[kept++] = notice;
            continue;
        }
        notice_dispose(notice);
        free(notice);
    }
    watch->standing_count = kept;
    for (size_t i = 0; i < watch->scope_count; i++)
        if (watch->scopes[i]->kind == NOTICE_STEP)
            watch->scopes[i]->begun = watch->scopes[i]->covered = false;
}

const struct notice_change *notice_watch_changes(const struct notice_watch *watch, size_t *count)
{
    *count = watch->change_count;
    return watch->changes;
}

void notice_watch_settle(struct notice_watch *watch)
{
    for (size_t i = 0; i < watch->change_count; i++)
        notice_dispose(&watch->changes[i].notice);
    watch->change_count = 0;
}

const struct notice *const *notice_watch_standing(const struct notice_watch *watch, size_t *count)
{
    *count = watch->standing_count;
    return (const struct notice *const *)watch->standing;
}

bool notice_watch_covers(const struct notice_watch *watch, enum notice_kind kind, const char *scope)
{
    for (size_t i = 0; i < watch->scope_count; i++)
        if (watch->scopes[i]->kind == kind && strcmp(watch->scopes[i]->name, scope) == 0)
            return watch->scopes[i]->covered;
    return false;
}
