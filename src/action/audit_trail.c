// SPDX-License-Identifier: MIT

// The trail read back: actions with what came of them.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/audit.h"
#include "action/audit_line.h"
#include "action/audit_process.h"
#include "base/clock.h"
#include "base/mem.h"

#define STRIDE_BYTES (256 * 1024)

// Where to begin so that every entry since then is met: a line's beginning, found from the end in
// growing strides.
static long find_since(FILE *file, const char *since)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return 0;
    char *line = NULL;
    size_t size = 0;
    long end = ftell(file), from = end;
    for (long stride = STRIDE_BYTES; from > 0; stride *= 4) {
        from = end > stride ? end - stride : 0;
        if (fseek(file, from, SEEK_SET) != 0)
            break;
        // The rest of the line that the stride fell into.
        if (from > 0 && getline(&line, &size, file) <= 0) {
            if (!ferror(file))
                continue;
            from = 0; // said by whoever reads from there
            break;
        }
        long begin = ftell(file);
        ssize_t len = from > 0 ? getline(&line, &size, file) : -1;
        json_t *entry = len > 0 ? audit_line_parse(line, (size_t)len) : NULL;
        bool old = entry != NULL && strcmp(audit_entry_text(entry, "time"), since) < 0;
        json_decref(entry);
        if (old) {
            from = begin;
            break;
        }
    }
    free(line);
    return from > 0 ? from : 0;
}

// since NULL: from the beginning.
static bool each_from(const char *path, const char *since,
                      bool (*each)(void *user, const json_t *entry), void *user, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return errno == ENOENT || err_set(err, "%s: cannot be read: %s", path, strerror(errno));
    if (since != NULL && fseek(file, find_since(file, since), SEEK_SET) != 0)
        rewind(file);
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    bool going = true;
    while (going && (len = getline(&line, &size, file)) > 0) {
        if (line[len - 1] == '\n')
            len--;
        json_t *entry = audit_line_parse(line, (size_t)len);
        if (entry != NULL)
            going = each(user, entry);
        json_decref(entry);
    }
    bool ok = !ferror(file) || err_set(err, "%s: cannot be read: %s", path, strerror(errno));
    free(line);
    fclose(file);
    return ok;
}

bool audit_each(const char *path, bool (*each)(void *user, const json_t *entry), void *user,
                struct err *err)
{
    return each_from(path, NULL, each, user, err);
}

bool audit_each_recent(const char *path, const char *since,
                       bool (*each)(void *user, const json_t *entry), void *user, struct err *err)
{
    return each_from(path, since, each, user, err);
}

static struct audit_action *find(const struct audit_trail *trail, const char *id)
{
    if (id[0] == '\0')
        return NULL;
    for (size_t i = trail->count; i-- > 0;)
        if (strcmp(audit_entry_text(trail->actions[i].intent, "id"), id) == 0)
            return &trail->actions[i];
    return NULL;
}

const struct audit_action *audit_find(const struct audit_trail *trail, const char *id)
{
    return find(trail, id);
}

static bool is_state(const json_t *entry, const char *word)
{
    return strcmp(audit_entry_text(entry, "state"), word) == 0;
}

// What the result of an undo or of a finish says of the action that it was about.
static void tell_other(struct audit_trail *trail, const struct audit_action *action)
{
    bool done = is_state(action->result, "done") || is_state(action->result, "already");
    struct audit_action *undone = find(trail, audit_entry_text(action->intent, "undoes"));
    if (undone != NULL && done) {
        free(undone->undone_by);
        undone->undone_by = mem_strdup(audit_entry_text(action->intent, "id"));
        undone->open = false;
    }
    struct audit_action *finished = find(trail, audit_entry_text(action->intent, "finishes"));
    if (finished != NULL && done && finished->result == NULL) {
        finished->result = json_incref(action->result);
        finished->open = false;
    }
}

static bool take_entry(void *user, const json_t *entry)
{
    struct audit_trail *trail = user;
    const char *kind = audit_entry_text(entry, "kind");
    // The arrays hold references of their own; the entry itself is only lent.
    json_t *kept = json_deep_copy(entry);
    bool intent = strcmp(kind, "intent") == 0;
    if (intent || strcmp(kind, "refusal") == 0 || strcmp(kind, "failure") == 0) {
        struct audit_action *action =
            mem_push(&trail->actions, &trail->count, &trail->cap, sizeof *trail->actions);
        action->intent = json_incref(kept);
        action->open = intent;
    } else if (strcmp(kind, "result") == 0) {
        struct audit_action *action = find(trail, audit_entry_text(entry, "intent"));
        if (action != NULL) {
            json_decref(action->result);
            action->result = json_incref(kept);
            action->open = false;
            tell_other(trail, action);
        }
    }
    json_decref(kept);
    return true;
}

bool audit_load_since(const char *path, const char *since, struct audit_trail *out, struct err *err)
{
    *out = (struct audit_trail){0};
    if (!each_from(path, since, take_entry, out, err))
        return false;
    for (size_t i = 0; i < out->count; i++) {
        struct audit_action *action = &out->actions[i];
        action->open =
            action->open && !audit_process_lives(json_object_get(action->intent, "process"));
    }
    return true;
}

bool audit_load(const char *path, struct audit_trail *out, struct err *err)
{
    return audit_load_since(path, NULL, out, err);
}

void audit_trail_dispose(struct audit_trail *trail)
{
    for (size_t i = 0; i < trail->count; i++) {
        json_decref(trail->actions[i].intent);
        json_decref(trail->actions[i].result);
        free(trail->actions[i].undone_by);
    }
    free(trail->actions);
    *trail = (struct audit_trail){0};
}

bool audit_may_stand(const struct audit_action *action)
{
    if (action->undone_by != NULL)
        return false;
    return action->open || (action->result != NULL && (is_state(action->result, "done") ||
                                                       is_state(action->result, "unknown")));
}

const struct audit_action *audit_last_undoable(const struct audit_trail *trail,
                                               const char *operator_name)
{
    for (size_t i = trail->count; i-- > 0;) {
        const struct audit_action *action = &trail->actions[i];
        bool mine = operator_name == NULL ||
                    strcmp(audit_entry_text(action->intent, "operator"), operator_name) == 0;
        bool is_undo = audit_entry_text(action->intent, "undoes")[0] != '\0';
        if (mine && audit_may_stand(action) && !is_undo && action->undone_by == NULL &&
            json_is_true(json_object_get(action->intent, "reversible")))
            return action;
    }
    return NULL;
}

bool audit_has_failed(const struct audit_action *action)
{
    return action->undone_by == NULL &&
           (strcmp(audit_entry_text(action->intent, "kind"), "failure") == 0 ||
            (action->result != NULL && is_state(action->result, "failed")));
}

static bool is_same_text(const json_t *a, const json_t *b, const char *key)
{
    return strcmp(audit_entry_text(a, key), audit_entry_text(b, key)) == 0;
}

bool audit_was_made_good(const struct audit_trail *trail, size_t index)
{
    const json_t *failed = trail->actions[index].intent;
    for (size_t i = index + 1; i < trail->count; i++) {
        const struct audit_action *later = &trail->actions[i];
        if (later->result != NULL &&
            (is_state(later->result, "done") || is_state(later->result, "already")) &&
            is_same_text(later->intent, failed, "host") &&
            is_same_text(later->intent, failed, "action") &&
            json_equal(json_object_get(later->intent, "targets"),
                       json_object_get(failed, "targets")))
            return true;
    }
    return false;
}

struct count {
    const char *operator_name, *since;
    size_t bans;
};

static bool count_bans(void *user, const json_t *entry)
{
    struct count *count = user;
    if (strcmp(audit_entry_text(entry, "kind"), "intent") == 0 &&
        json_is_true(json_object_get(entry, "blocks")) &&
        strcmp(audit_entry_text(entry, "operator"), count->operator_name) == 0 &&
        strcmp(audit_entry_text(entry, "time"), count->since) >= 0)
        count->bans += json_array_size(json_object_get(entry, "targets"));
    return true;
}

bool audit_bans_since(struct audit *audit, const char *operator_name, int64_t wall_ms, size_t *bans,
                      struct err *err)
{
    char since[CLOCK_RFC3339_MAX];
    // Whole seconds, like the entries' times to the second: "…:07.250Z" sorts before "…:07Z".
    clock_rfc3339(wall_ms - wall_ms % 1000, since);
    since[strlen("2026-11-20T08:00:00")] = '\0';
    struct count count = {operator_name, since, 0};
    bool read = audit_each_recent(audit_path(audit), since, count_bans, &count, err);
    *bans = count.bans;
    return read;
}
