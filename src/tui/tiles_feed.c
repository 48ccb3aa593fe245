// SPDX-License-Identifier: MIT

// The tiles whose rows are the console's own.
#include "tui/tiles_feed.h"

#include "base/lang.h"
#include "tui/journal_table.h"
#include "tui/state.h"

static void feed_journal(struct console *console)
{
    struct overview *overview = console->overview;
    uint64_t stamp = journal_stamp(console->journal);
    if (overview->own[SECTION_JOURNAL].table != NULL && overview->journal_stamp == stamp)
        return;
    overview->journal_stamp = stamp;
    overview_give(overview, SECTION_JOURNAL,
                  &(struct own_rows){.table = journal_table_build(console->journal),
                                     .empty = N_("Nothing has happened yet.")});
}

static void feed_checklist(struct console *console)
{
    struct guide_tile tile;
    guide_view_tile(console, &tile);
    overview_give(console->overview, SECTION_CHECKLIST,
                  &(struct own_rows){tile.table, tile.words, tile.level, tile.empty});
}

void tiles_feed(struct console *console)
{
    const struct tiles *tiles = &console->overview->tiles;
    if (tiles_place(tiles, SECTION_JOURNAL) >= 0)
        feed_journal(console);
    if (tiles_place(tiles, SECTION_CHECKLIST) >= 0)
        feed_checklist(console);
}
