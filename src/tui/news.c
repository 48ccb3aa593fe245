// SPDX-License-Identifier: MIT

// Remembers which rows were told, until they have been away long enough to be news again.
#include "tui/news.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tui/table_view.h"

#define TOLD_ONE_BY_ONE 3 // of one reading; more are told in one sentence

static const struct subject {
    const char *probe, *column;
    const char *word; // of the column; NULL: the cell is beyond a threshold
    enum level level;
    int64_t away_ms; // so long away, it is news when it comes back
    const char *one, *many, *new_one;
} subjects[] = {
    {"alarms", "severity", "critical", LEVEL_CRIT, 0, "critical alarm", "critical alarms",
     "critical alarm:"},
    {"flood", "verdict", NULL, LEVEL_WARN, 600000, "attacking source", "attacking sources",
     "attack from"},
};
#define SUBJECTS (sizeof subjects / sizeof *subjects)

struct told {
    uint64_t row;
    int64_t seen_ms; // monotonic
};

struct news {
    struct told_rows {
        struct told *items;
        size_t count, cap;
        bool begun;
    } subjects[SUBJECTS];
};

struct news *news_new(void)
{
    return mem_alloc(sizeof(struct news));
}

void news_free(struct news *news)
{
    for (size_t i = 0; news != NULL && i < SUBJECTS; i++)
        free(news->subjects[i].items);
    free(news);
}

static bool is_news(const struct subject *subject, const struct cell *cell)
{
    if (!cell->known || subject->word == NULL)
        return cell->known && cell->level >= LEVEL_WARN;
    return cell->len == strlen(subject->word) &&
           memcmp(cell->as.text, subject->word, cell->len) == 0;
}

// Whether the row was told before; from now on it was.
static bool was_told(struct told_rows *rows, uint64_t row, int64_t now_ms)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].row != row)
            continue;
        rows->items[i].seen_ms = now_ms;
        return true;
    }
    struct told *told = mem_push(&rows->items, &rows->count, &rows->cap, sizeof *told);
    *told = (struct told){row, now_ms};
    return false;
}

static void forget_away(struct told_rows *rows, int64_t now_ms, int64_t away_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].seen_ms >= now_ms - away_ms)
            rows->items[kept++] = rows->items[i];
    rows->count = kept;
}

static void tell_row(const struct subject *subject, const char *host, const struct row_ref *row,
                     size_t col, struct journal *journal)
{
    struct str label = {0}, why = {0};
    table_view_label(row, &label);
    if (subject->word == NULL)
        cell_plain(&why, &table_schema(row->table)->columns[col],
                   table_cell(row->table, row->row, col));
    journal_repeat(journal, subject->level, host, "%s: %s %s%s%s", host, subject->new_one,
                   str_text(&label), why.len > 0 ? ": " : "", str_text(&why));
    str_dispose(&label);
    str_dispose(&why);
}

static void take_subject(struct told_rows *rows, const struct subject *subject, const char *host,
                         const struct table *table, struct journal *journal)
{
    int col = schema_find(table_schema(table), subject->column);
    int64_t now_ms = clock_shown_mono_ms();
    struct row_ref fresh[TOLD_ONE_BY_ONE];
    size_t count = 0;
    for (size_t row = 0; col >= 0 && row < table_rows(table); row++) {
        uint64_t id = table_row_id(table, row);
        if (!is_news(subject, table_cell(table, row, (size_t)col)) || was_told(rows, id, now_ms))
            continue;
        if (count < TOLD_ONE_BY_ONE)
            fresh[count] = (struct row_ref){table, row, id};
        count++;
    }
    forget_away(rows, now_ms, subject->away_ms);
    if (count > 0 && !rows->begun)
        journal_add(journal, LEVEL_NONE, host, "%s: already there when this console began: %zu %s",
                    host, count, count == 1 ? subject->one : subject->many);
    else if (count > TOLD_ONE_BY_ONE)
        journal_add(journal, subject->level, host, "%s: %zu new %s", host, count, subject->many);
    for (size_t i = 0; rows->begun && count <= TOLD_ONE_BY_ONE && i < count; i++)
        tell_row(subject, host, &fresh[i], (size_t)col, journal);
    rows->begun = true;
}

void news_take(struct news *news, const struct probe *probe, const char *host,
               const struct table *table, struct journal *journal)
{
    for (size_t i = 0; i < SUBJECTS; i++)
        if (strcmp(subjects[i].probe, probe->schema->name) == 0)
            take_subject(&news->subjects[i], &subjects[i], host, table, journal);
}
