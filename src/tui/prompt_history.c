// SPDX-License-Identifier: MIT

// Remembered texts, oldest first.
#include "tui/prompt_history.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct typed {
    const void *kind;
    char *text;
};

struct prompt_history {
    struct typed *items;
    size_t count, cap;
};

struct prompt_history *prompt_history_new(void)
{
    return mem_alloc(sizeof(struct prompt_history));
}

void prompt_history_free(struct prompt_history *history)
{
    if (history == NULL)
        return;
    for (size_t i = 0; i < history->count; i++)
        free(history->items[i].text);
    free(history->items);
    free(history);
}

static void take_away(struct prompt_history *history, size_t index)
{
    free(history->items[index].text);
    history->count--;
    memmove(&history->items[index], &history->items[index + 1],
            (history->count - index) * sizeof *history->items);
}

static size_t count_of(const struct prompt_history *history, const void *kind, size_t *oldest)
{
    size_t count = 0;
    for (size_t i = history->count; i-- > 0;) {
        if (history->items[i].kind != kind)
            continue;
        count++;
        *oldest = i;
    }
    return count;
}

void prompt_history_add(struct prompt_history *history, const void *kind, const char *text)
{
    if (text[0] == '\0')
        return;
    for (size_t i = history->count; i-- > 0;)
        if (history->items[i].kind == kind && strcmp(history->items[i].text, text) == 0)
            take_away(history, i);
    size_t oldest = 0;
    if (count_of(history, kind, &oldest) >= PROMPT_HISTORY_MAX)
        take_away(history, oldest);
    struct typed *typed = mem_push(&history->items, &history->count, &history->cap, sizeof *typed);
    *typed = (struct typed){kind, mem_strdup(text)};
}

const char *prompt_history_get(const struct prompt_history *history, const void *kind, size_t back)
{
    for (size_t i = history->count; i-- > 0;)
        if (history->items[i].kind == kind && back-- == 0)
            return history->items[i].text;
    return NULL;
}
