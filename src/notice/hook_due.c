// SPDX-License-Identifier: MIT

// De-duplication: at most one a condition and quiet period, unless it grows worse.
#include "notice/hook_due.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

#define CLAIM_MS  10000             // beyond the time-out: a program that died with it
#define RETRY_MS  60000             // after a failure
#define FORGET_MS (30 * 86400000LL) // of hosts that nobody watches any more

const char *hook_event_text(enum hook_event event)
{
    static const char *const words[] = {
        [HOOK_RAISED] = "raised",   [HOOK_WORSE] = "worse", [HOOK_AGAIN] = "again",
        [HOOK_CLEARED] = "cleared", [HOOK_TEST] = "test",
    };
    return words[event];
}

void hook_tasks_dispose(struct hook_tasks *tasks)
{
    for (size_t i = 0; i < tasks->count; i++)
        notice_dispose(&tasks->items[i].notice);
    free(tasks->items);
    *tasks = (struct hook_tasks){0};
}

// When the quiet period of an entry ends.
static int64_t quiet_until(const struct hook_config *hook, const struct hook_entry *entry)
{
    if (entry->told_ms == 0)
        return 0;
    if (hook->quiet_ms < 0)
        return entry->open ? INT64_MAX : 0;
    return entry->told_ms + hook->quiet_ms;
}

static void look_at(struct hook_tasks *tasks, int64_t at_ms)
{
    if (at_ms < tasks->next_ms)
        tasks->next_ms = at_ms;
}

static void add_task(struct hook_tasks *tasks, const struct hook_config *hook,
                     enum hook_event event, const struct notice *notice, struct hook_entry *entry,
                     int64_t now_ms)
{
    struct hook_task *task = mem_push(&tasks->items, &tasks->count, &tasks->cap, sizeof *task);
    *task = (struct hook_task){hook, event, notice_copy(notice),
                               event == HOOK_RAISED ? 1 : entry->times + 1};
    entry->retry_ms = now_ms + hook->timeout_ms + CLAIM_MS;
    look_at(tasks, entry->retry_ms);
}

static bool is_wanted(const struct hook_config *hook, const struct config *config,
                      const struct notice *notice)
{
    const struct host_config *host = config_host(config, notice->host);
    enum level least = hook->level == ALERT_WARNING ? LEVEL_WARN : LEVEL_CRIT;
    return (hook->on & 1U << notice->kind) != 0 && notice->level >= least && host != NULL &&
           config_hook_hears(hook, host);
}

static void consider_standing(struct hook_tasks *tasks, struct hook_book *book,
                              const struct hook_config *hook, const struct notice *notice,
                              int64_t now_ms)
{
    struct hook_entry *entry = hook_book_find(book, hook->name, notice);
    if (entry == NULL)
        entry = hook_book_add(book, hook->name, notice);
    if (entry->told_ms > now_ms) // the clock was set back
        entry->told_ms = now_ms;
    bool worse = entry->told_ms > 0 && notice->level > entry->notice.level;
    int64_t quiet_ms = worse ? 0 : quiet_until(hook, entry);
    int64_t due_ms = quiet_ms > entry->retry_ms ? quiet_ms : entry->retry_ms;
    if (now_ms < due_ms) {
        look_at(tasks, due_ms);
        return;
    }
    enum hook_event event = !entry->open ? HOOK_RAISED : worse ? HOOK_WORSE : HOOK_AGAIN;
    add_task(tasks, hook, event, notice, entry, now_ms);
}

// "sw1: critical alarm: CARRIER-A: over"
static struct notice over(const struct notice *notice)
{
    struct notice copy = notice_copy(notice);
    free(copy.sentence);
    copy.sentence = notice->kind == NOTICE_HOST ? mem_printf(_("%s is live again"), notice->host)
                                                : mem_printf(_("%s: over"), notice->sentence);
    return copy;
}

static const struct hook_config *hook_of(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->hook_count; i++)
        if (strcmp(config->hooks[i].name, name) == 0)
            return &config->hooks[i];
    return NULL;
}

// What was told and is over; false: the entry says nothing any more.
static bool consider_told(struct hook_tasks *tasks, struct hook_entry *entry,
                          const struct config *config, const struct notice_sheet *sheet,
                          int64_t now_ms)
{
    const struct hook_config *hook = hook_of(config, entry->hook);
    bool old = now_ms - entry->told_ms > FORGET_MS;
    if (hook == NULL)
        return !old;
    // One that fell below the hook's level is over for it.
    const struct notice *standing = notice_sheet_find(sheet, &entry->notice);
    if (standing != NULL && is_wanted(hook, config, standing))
        return true;
    if (standing == NULL && !notice_sheet_covers(sheet, &entry->notice))
        return !old || now_ms < entry->retry_ms;
    if (now_ms < entry->retry_ms) {
        look_at(tasks, entry->retry_ms);
        return true;
    }
    if (entry->open && hook->recovery) {
        struct notice gone = over(&entry->notice);
        add_task(tasks, hook, HOOK_CLEARED, &gone, entry, now_ms);
        notice_dispose(&gone);
        return true;
    }
    entry->open = false;
    return now_ms < quiet_until(hook, entry);
}

void hook_due(struct hook_tasks *tasks, struct hook_book *book, const struct config *config,
              const struct notice_sheet *sheet, int64_t now_ms)
{
    tasks->next_ms = INT64_MAX;
    for (size_t i = 0; i < config->hook_count; i++)
        for (size_t j = 0; j < sheet->count; j++)
            if (is_wanted(&config->hooks[i], config, &sheet->standing[j]))
                consider_standing(tasks, book, &config->hooks[i], &sheet->standing[j], now_ms);
    for (size_t i = book->count; i-- > 0;)
        if (!consider_told(tasks, &book->entries[i], config, sheet, now_ms))
            hook_book_remove(book, i);
}

static struct hook_entry *entry_of(struct hook_book *book, const struct hook_task *task)
{
    struct hook_entry *entry = hook_book_find(book, task->hook->name, &task->notice);
    return entry != NULL ? entry : hook_book_add(book, task->hook->name, &task->notice);
}

void hook_done(struct hook_book *book, const struct hook_task *task, bool succeeded, int64_t now_ms)
{
    struct hook_entry *entry = entry_of(book, task);
    if (!succeeded) {
        int64_t quiet_ms = task->hook->quiet_ms;
        entry->retry_ms = now_ms + (quiet_ms >= 0 && quiet_ms < RETRY_MS ? quiet_ms : RETRY_MS);
        return;
    }
    entry->retry_ms = 0;
    entry->open = task->event != HOOK_CLEARED;
    if (!entry->open)
        return;
    notice_dispose(&entry->notice);
    entry->notice = notice_copy(&task->notice);
    entry->told_ms = now_ms;
    entry->times = task->times;
}

void hook_undone(struct hook_book *book, const struct hook_task *task)
{
    entry_of(book, task)->retry_ms = 0;
}

static json_t *text_json(const char *text)
{
    char *clean = text_clean_dup(text);
    json_t *json = json_string(clean);
    free(clean);
    return json;
}

char *hook_document(const struct hook_task *task, const struct config *config, int64_t now_ms)
{
    const struct notice *notice = &task->notice;
    const struct host_config *host = config_host(config, notice->host);
    char since[CLOCK_RFC3339_MAX], now[CLOCK_RFC3339_MAX];
    clock_rfc3339(notice->since_ms - notice->since_ms % 1000, since);
    clock_rfc3339(now_ms - now_ms % 1000, now);
    json_t *root =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:I, s:s, s:s, s:o, s:o, s:I, s:s}",
                  "event", hook_event_text(task->event), "hook", task->hook->name, "level",
                  notice_level_text(notice->level), "kind", notice_kind_words[notice->kind], "host",
                  notice->host, "environment", host != NULL ? host->environment : "", "scope",
                  text_json(notice->scope), "object", text_json(notice->object), "rows",
                  (json_int_t)notice->rows, "since", since, "time", now, "sentence",
                  text_json(notice->sentence), "detail", text_json(notice->detail), "times",
                  (json_int_t)task->times, "program", "nocdesk " NOCDESK_VERSION);
    char *line = json_dumps(root, JSON_COMPACT),
         *out = mem_printf("%s\n", line != NULL ? line : "");
    json_decref(root);
    free(line);
    return out;
}
