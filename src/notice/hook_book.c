// SPDX-License-Identifier: MIT

// The shared memory of hooks: one JSON file under a lock.
#include "notice/hook_book.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/xdg.h"
#include "table/json_text.h"

#define FORMAT       1
#define LOCK_STEP_MS 20

void hook_book_init(struct hook_book *book, const char *state_dir)
{
    *book = (struct hook_book){.path = mem_printf("%s/hooks.json", state_dir), .lock = -1};
}

static void forget(struct hook_book *book)
{
    while (book->count > 0)
        hook_book_remove(book, book->count - 1);
    for (size_t i = 0; i < book->failing_count; i++)
        free(book->failing[i]);
    book->failing_count = 0;
}

void hook_book_dispose(struct hook_book *book)
{
    forget(book);
    if (book->lock >= 0)
        close(book->lock);
    free(book->entries);
    free(book->failing);
    free(book->path);
    *book = (struct hook_book){.lock = -1};
}

static bool take_lock(struct hook_book *book, int64_t within_ms, struct err *err)
{
    char *path = mem_printf("%s.lock", book->path);
    int64_t deadline_ms = clock_mono_ms() + within_ms;
    book->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool held = false;
    int fault = errno;
    while (book->lock >= 0 && !(held = flock(book->lock, LOCK_EX | LOCK_NB) == 0)) {
        fault = errno;
        if ((fault != EWOULDBLOCK && fault != EINTR) || clock_left_ms(deadline_ms) == 0)
            break;
        poll(NULL, 0, LOCK_STEP_MS);
    }
    if (!held) {
        err_set(err, "%s: %s; hooks run without what other consoles have told", path,
                fault == EWOULDBLOCK ? _("another program holds it") : strerror(fault));
        if (book->lock >= 0)
            close(book->lock);
        book->lock = -1;
    }
    free(path);
    return held;
}

static bool kind_of(const char *word, enum notice_kind *out)
{
    for (int i = 0; i < NOTICE_KINDS; i++) {
        if (strcmp(notice_kind_words[i], word) != 0)
            continue;
        *out = (enum notice_kind)i;
        return true;
    }
    return false;
}

static bool read_entry(struct hook_book *book, json_t *row)
{
    const char *hook, *kind, *host, *scope, *object, *level, *sentence, *detail;
    json_int_t since, told, retry, times, rows;
    int open;
    struct notice notice = {0};
    if (json_unpack(row, "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b}",
                    "hook", &hook, "kind", &kind, "host", &host, "scope", &scope, "object", &object,
                    "level", &level, "sentence", &sentence, "detail", &detail, "since_ms", &since,
                    "told_ms", &told, "retry_ms", &retry, "times", &times, "rows", &rows, "open",
                    &open) != 0 ||
        !kind_of(kind, &notice.kind))
        return false;
    notice.host = mem_strdup(host);
    notice.scope = mem_strdup(scope);
    notice.object = mem_strdup(object);
    notice.sentence = mem_strdup(sentence);
    notice.detail = mem_strdup(detail);
    notice.level = strcmp(level, notice_level_text(LEVEL_CRIT)) == 0 ? LEVEL_CRIT : LEVEL_WARN;
    notice.since_ms = since;
    notice.rows = rows > 0 ? (size_t)rows : 1;
    struct hook_entry *entry = hook_book_add(book, hook, &notice);
    entry->told_ms = told;
    entry->retry_ms = retry;
    entry->times = times > 0 ? (size_t)times : 0;
    entry->open = open != 0;
    notice_dispose(&notice);
    return true;
}

static bool read_file(struct hook_book *book, struct err *err)
{
    json_error_t why;
    size_t index;
    json_t *row;
    if (access(book->path, F_OK) != 0 && errno == ENOENT)
        return true;
    json_t *root = json_load_file(book->path, 0, &why);
    bool ok = json_integer_value(json_object_get(root, "version")) == FORMAT;
    json_array_foreach(json_object_get(root, "entries"), index, row) ok =
        ok && read_entry(book, row);
    json_array_foreach(json_object_get(root, "failing"), index, row) if (json_is_string(row))
        hook_book_set_failing(book, json_string_value(row), true);
    json_decref(root);
    return ok ||
           err_set(err, "%s is not understood (%s); it is begun anew, hooks may be told again",
                   book->path, root == NULL ? why.text : _("another version, or damaged"));
}

bool hook_book_open(struct hook_book *book, int64_t within_ms, struct err *err)
{
    char *folder = mem_strndup(book->path, (size_t)(strrchr(book->path, '/') - book->path));
    bool ok = xdg_make_private_dir(folder, err) && take_lock(book, within_ms, err);
    free(folder);
    if (!ok)
        return false;
    if (book->unsaved)
        return true;
    forget(book);
    return read_file(book, err);
}

static json_t *book_json(const struct hook_book *book)
{
    json_t *entries = json_array(), *failing = json_array();
    for (size_t i = 0; i < book->count; i++) {
        const struct hook_entry *entry = &book->entries[i];
        const struct notice *notice = &entry->notice;
        json_array_append_new(
            entries,
            json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:b}",
                      "hook", entry->hook, "kind", notice_kind_words[notice->kind], "host",
                      notice->host, "scope", json_text(notice->scope), "object",
                      json_text(notice->object), "level", notice_level_text(notice->level),
                      "sentence", json_text(notice->sentence), "detail", json_text(notice->detail),
                      "since_ms", (json_int_t)notice->since_ms, "told_ms",
                      (json_int_t)entry->told_ms, "retry_ms", (json_int_t)entry->retry_ms, "times",
                      (json_int_t)entry->times, "rows", (json_int_t)notice->rows, "open",
                      (int)entry->open));
    }
    for (size_t i = 0; i < book->failing_count; i++)
        json_array_append_new(failing, json_string(book->failing[i]));
    return json_pack("{s:i, s:o, s:o}", "version", FORMAT, "entries", entries, "failing", failing);
}

bool hook_book_close(struct hook_book *book, struct err *err)
{
    if (book->lock < 0) {
        book->unsaved = true;
        return true; // said when it was opened
    }
    json_t *root = book_json(book);
    char *text = json_dumps(root, JSON_INDENT(1)), *fresh = mem_printf("%s.new", book->path);
    json_decref(root);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t len = text != NULL ? strlen(text) : 0;
    bool ok = fd >= 0 && text != NULL && write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
    int fault = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        fault = errno;
        ok = false;
    }
    if (ok && rename(fresh, book->path) != 0) {
        fault = errno;
        ok = false;
    }
    if (!ok) {
        unlink(fresh);
        err_set(err, "%s: cannot be written: %s; other consoles may tell hooks again", book->path,
                strerror(fault));
    }
    book->unsaved = !ok;
    free(text);
    free(fresh);
    close(book->lock);
    book->lock = -1;
    return ok;
}

struct hook_entry *hook_book_find(struct hook_book *book, const char *hook,
                                  const struct notice *notice)
{
    for (size_t i = 0; i < book->count; i++)
        if (strcmp(book->entries[i].hook, hook) == 0 &&
            notice_is_same(&book->entries[i].notice, notice))
            return &book->entries[i];
    return NULL;
}

struct hook_entry *hook_book_add(struct hook_book *book, const char *hook,
                                 const struct notice *notice)
{
    struct hook_entry *entry = mem_push(&book->entries, &book->count, &book->cap, sizeof *entry);
    *entry = (struct hook_entry){.hook = mem_strdup(hook), .notice = notice_copy(notice)};
    return entry;
}

void hook_book_remove(struct hook_book *book, size_t index)
{
    free(book->entries[index].hook);
    notice_dispose(&book->entries[index].notice);
    book->entries[index] = book->entries[--book->count];
}

bool hook_book_set_failing(struct hook_book *book, const char *hook, bool failing)
{
    for (size_t i = 0; i < book->failing_count; i++) {
        if (strcmp(book->failing[i], hook) != 0)
            continue;
        if (!failing) {
            free(book->failing[i]);
            book->failing[i] = book->failing[--book->failing_count];
        }
        return true;
    }
    if (failing) {
        char **slot =
            mem_push(&book->failing, &book->failing_count, &book->failing_cap, sizeof *slot);
        *slot = mem_strdup(hook);
    }
    return false;
}
