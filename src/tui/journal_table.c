// SPDX-License-Identifier: MIT

// Events as rows.
#include "tui/journal_table.h"

#include "base/lang.h"

enum { EVENT_HOST, EVENT_AT, EVENT_TEXT, EVENT_COLUMNS };

static const struct column columns[EVENT_COLUMNS] = {
    [EVENT_HOST] = {.name = "host",
                    .title = N_("Host"),
                    .kind = KIND_TEXT,
                    .key = true,
                    .help = N_("The host that it is about; unknown: the console itself.")},
    [EVENT_AT] = {.name = "at",
                  .title = N_("At"),
                  .kind = KIND_TIME,
                  .help = N_("When it happened; of what has happened again the last time.")},
    [EVENT_TEXT] = {.name = "text",
                    .title = N_("What happened"),
                    .kind = KIND_TEXT,
                    .key = true,
                    .width = 40,
                    .unbounded = true,
                    .help = N_("The sentence of the journal.")},
};

const struct schema journal_table_schema = {
    .name = "journal", .columns = columns, .column_count = EVENT_COLUMNS};

const struct table *journal_table_build(const struct journal *journal)
{
    struct table *table = table_new(&journal_table_schema);
    for (size_t i = 0; i < journal_count(journal); i++) {
        const struct event *event = journal_event(journal, i);
        size_t row = table_add_row(table);
        struct str text = {0};
        journal_event_words(event, &text);
        table_set_text(table, row, EVENT_HOST, event->host[0] != '\0' ? event->host : NULL);
        table_set_int(table, row, EVENT_AT, event->wall_ms);
        table_set_text(table, row, EVENT_TEXT, str_text(&text));
        table_set_level(table, row, EVENT_TEXT, event->level);
        str_dispose(&text);
    }
    return table_seal(table);
}
