// SPDX-License-Identifier: MIT

// A bounded list of events.
#include "tui/journal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"

#define EVENTS_MAX    1000
#define TOAST_FADE_MS 6000
#define PASSING_MS    30000
#define BAD_ANSWER_MS 30000 // an action that failed is not hidden by the alarms of the same host

struct journal {
    struct event events[EVENTS_MAX]; // a ring
    size_t next, count;
    uint64_t stamp;
};

struct journal *journal_new(void)
{
    return mem_alloc(sizeof(struct journal));
}

static void event_dispose(struct event *event)
{
    free(event->host);
    free(event->text);
    *event = (struct event){0};
}

void journal_free(struct journal *journal)
{
    for (size_t i = 0; journal != NULL && i < EVENTS_MAX; i++)
        event_dispose(&journal->events[i]);
    free(journal);
}

static struct event *newest(struct journal *journal, size_t index)
{
    return &journal->events[(journal->next + 2 * EVENTS_MAX - 1 - index) % EVENTS_MAX];
}

// The place of the host's newest event; count when it has none.
static size_t newest_of_host(struct journal *journal, const char *host)
{
    size_t i = 0;
    while (i < journal->count && strcmp(newest(journal, i)->host, host) != 0)
        i++;
    return i;
}

// What happens again is the newest again.
static struct event *bring_forward(struct journal *journal, size_t index)
{
    struct event moved = *newest(journal, index);
    for (; index > 0; index--)
        *newest(journal, index) = *newest(journal, index - 1);
    *newest(journal, 0) = moved;
    return newest(journal, 0);
}

static bool is_same(const struct event *event, enum level level, const char *host, const char *text)
{
    return event->level == level && strcmp(event->host, host) == 0 &&
           strcmp(event->text, text) == 0;
}

// Takes the text. place: of the event that may be the same one; count when there is none.
static void add_at(struct journal *journal, size_t place, enum level level, const char *host,
                   struct str *text)
{
    struct event *event = place < journal->count ? newest(journal, place) : NULL;
    journal->stamp++;
    if (event != NULL && is_same(event, level, host, str_text(text))) {
        event = bring_forward(journal, place);
        event->repeats++;
        str_dispose(text);
    } else {
        event = &journal->events[journal->next];
        journal->next = (journal->next + 1) % EVENTS_MAX;
        if (journal->count < EVENTS_MAX)
            journal->count++;
        event_dispose(event);
        *event = (struct event){
            .level = level, .host = mem_strdup(host), .text = str_take(text), .repeats = 1};
    }
    event->wall_ms = clock_shown_wall_ms();
    event->mono_ms = clock_mono_ms();
    event->seen = level == LEVEL_NONE;
}

void journal_add(struct journal *journal, enum level level, const char *host, const char *fmt, ...)
{
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, _(fmt), args);
    va_end(args);
    add_at(journal, newest_of_host(journal, host), level, host, &text);
}

void journal_repeat(struct journal *journal, enum level level, const char *host, const char *fmt,
                    ...)
{
    struct str text = {0};
    size_t place = 0;
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, _(fmt), args);
    va_end(args);
    while (place < journal->count && !is_same(newest(journal, place), level, host, str_text(&text)))
        place++;
    add_at(journal, place, level, host, &text);
}

void journal_answer(struct journal *journal, enum level level, const char *host, const char *fmt,
                    ...)
{
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, _(fmt), args);
    va_end(args);
    add_at(journal, newest_of_host(journal, host), level, host, &text);
    newest(journal, 0)->answer = true;
}

void journal_end_answers(struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++) {
        struct event *event = newest(journal, i);
        if (event->answer && event->passing)
            event->seen = true;
    }
}

void journal_let_pass(struct journal *journal)
{
    if (journal->count > 0)
        newest(journal, 0)->passing = true;
}

void journal_is_standing(struct journal *journal)
{
    if (journal->count > 0)
        newest(journal, 0)->standing = true;
}

uint64_t journal_stamp(const struct journal *journal)
{
    return journal->stamp;
}

void journal_event_words(const struct event *event, struct str *out)
{
    str_append(out, event->text);
    if (event->repeats > 1)
        str_appendf(out, P_(" (%u time)", " (%u times)", event->repeats), event->repeats);
}

size_t journal_count(const struct journal *journal)
{
    return journal->count;
}

const struct event *journal_event(const struct journal *journal, size_t index)
{
    return &journal->events[(journal->next + 2 * EVENTS_MAX - 1 - index) % EVENTS_MAX];
}

static bool stays(const struct event *event)
{
    return event->level >= LEVEL_WARN &&
           (!event->passing || clock_mono_ms() - event->mono_ms <= PASSING_MS);
}

static bool is_fresh_answer(const struct event *event, int64_t now)
{
    int64_t first_ms = event->level >= LEVEL_WARN ? BAD_ANSWER_MS : TOAST_FADE_MS;
    return event->answer && now - event->mono_ms <= first_ms;
}

const struct event *journal_toast(const struct journal *journal, bool standing)
{
    const struct event *best = NULL;
    int64_t now = clock_mono_ms();
    for (size_t i = 0; i < journal->count; i++) {
        const struct event *event = journal_event(journal, i);
        if (!event->seen && is_fresh_answer(event, now))
            return event;
    }
    for (size_t i = 0; i < journal->count; i++) {
        const struct event *event = journal_event(journal, i);
        if (event->seen || (event->standing && !standing) ||
            (!stays(event) && now - event->mono_ms > TOAST_FADE_MS))
            continue;
        // A fresh answer to the operator's own key goes before an older error.
        if (!stays(event) && now - event->mono_ms <= TOAST_FADE_MS && best == NULL)
            return event;
        if (best == NULL || event->level > best->level)
            best = event;
    }
    return best;
}

size_t journal_unseen(const struct journal *journal)
{
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++) {
        const struct event *event = journal_event(journal, i);
        count += !event->seen && stays(event);
    }
    return count;
}

void journal_mark_seen(struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++)
        newest(journal, i)->seen = true;
}

void journal_fade(struct journal *journal, int64_t before_wall_ms)
{
    for (size_t i = 0; i < journal->count; i++) {
        struct event *event = newest(journal, i);
        if (!stays(event) && !event->answer && event->wall_ms < before_wall_ms)
            event->seen = true;
    }
}

void journal_forget_hosts(struct journal *journal)
{
    struct event kept[EVENTS_MAX] = {0};
    size_t count = 0;
    for (size_t i = journal->count; i-- > 0;) {
        struct event *event = newest(journal, i);
        if (event->host[0] == '\0')
            kept[count++] = *event;
        else
            event_dispose(event);
    }
    memset(journal->events, 0, sizeof journal->events);
    memcpy(journal->events, kept, count * sizeof *kept);
    journal->count = count;
    journal->next = count % EVENTS_MAX;
    journal->stamp++;
}
