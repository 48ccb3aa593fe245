// SPDX-License-Identifier: MIT

// Changes of conditions as events of the journal: what a pane shows anyway is for the record, or
// not told at all.
#include "tui/news.h"

#include <string.h>

#include "base/lang.h"
#include "probe/probe.h"

static void tell_host(const struct notice_change *change, struct journal *journal)
{
    const struct notice *notice = &change->notice;
    if (notice->level < LEVEL_CRIT)
        return; // a host without news says so in its row
    if (change->event == NOTICE_CLEARED) {
        journal_add(journal, LEVEL_OK, notice->host, "%s is live again", notice->host);
        return;
    }
    journal_add(journal, notice->level, notice->host, "%s", notice->sentence);
    journal_is_standing(journal);
}

static void tell_reading(const struct notice_change *change, struct journal *journal)
{
    const struct notice *notice = &change->notice;
    const struct probe *probe = probe_find(notice->scope);
    if (change->event == NOTICE_CLEARED)
        journal_add(journal, LEVEL_OK, notice->host, "%s: %s is read again", notice->host,
                    probe != NULL ? _(probe->title) : notice->scope);
    else
        journal_add(journal, LEVEL_NONE, notice->host, "%s", notice->sentence);
}

// Each is news once; many at once are one sentence.
static void tell_row(const struct notice_change *change, struct journal *journal)
{
    const struct notice *notice = &change->notice;
    if (change->event == NOTICE_CLEARED)
        journal_add(journal, LEVEL_NONE, notice->host, "%s: over", notice->sentence);
    else if (change->fresh > 1)
        journal_add(journal, notice->level, notice->host, "%s: %zu new %s", notice->host,
                    change->fresh, notice_rows_text(notice->kind, notice->level, change->fresh));
    else
        journal_repeat(journal, notice->level, notice->host, "%s", notice->sentence);
    if (change->event != NOTICE_CLEARED)
        journal_is_standing(journal);
    if (notice->kind == NOTICE_ATTACK) // of hours: it stands under what needs a person
        journal_let_pass(journal);
}

static bool is_row_news(const struct notice *notice)
{
    return notice->kind == NOTICE_ATTACK ||
           (notice->kind == NOTICE_ALARM && notice->level >= LEVEL_CRIT);
}

// One quiet sentence for what the console found when it began.
static void tell_first(const struct notice_change *changes, size_t count, enum notice_kind kind,
                       struct journal *journal)
{
    const struct notice *first = NULL;
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        const struct notice *notice = &changes[i].notice;
        if (!changes[i].first || notice->kind != kind || !is_row_news(notice))
            continue;
        first = notice;
        rows += notice->rows;
    }
    if (first != NULL)
        journal_add(journal, LEVEL_NONE, first->host,
                    "%s: already there when this console began: %zu %s", first->host, rows,
                    notice_rows_text(kind, first->level, rows));
}

void news_tell(const struct notice_watch *watch, struct journal *journal)
{
    size_t count;
    const struct notice_change *changes = notice_watch_changes(watch, &count);
    for (size_t i = 0; i < count; i++) {
        const struct notice *notice = &changes[i].notice;
        if (notice->kind == NOTICE_HOST)
            tell_host(&changes[i], journal);
        else if (notice->kind == NOTICE_READING)
            tell_reading(&changes[i], journal);
        else if (is_row_news(notice) && !changes[i].first)
            tell_row(&changes[i], journal);
    }
    tell_first(changes, count, NOTICE_ALARM, journal);
    tell_first(changes, count, NOTICE_ATTACK, journal);
}
