// SPDX-License-Identifier: MIT

// Chooses the worst rows of a reading, and says of each what it is.
#include "tui/attention_rows.h"

#include <stdlib.h>
#include <string.h>

// Of one pane of one host so many rows are looked at for what is one trouble.
#define LOOKED_AT 32

struct ranked_row {
    struct row_ref row;
    enum level level;
    double rank;
};

// Puts a row among the worst ones, if it is one of them.
static void keep_worst(struct ranked_row worst[LOOKED_AT], size_t *count,
                       const struct ranked_row *row)
{
    size_t at = *count;
    while (at > 0 && (row->level > worst[at - 1].level ||
                      (row->level == worst[at - 1].level && row->rank > worst[at - 1].rank)))
        at--;
    if (at == LOOKED_AT)
        return;
    size_t moved = (*count < LOOKED_AT ? *count : LOOKED_AT - 1) - at;
    memmove(&worst[at + 1], &worst[at], moved * sizeof *worst);
    worst[at] = *row;
    *count += *count < LOOKED_AT;
}

static size_t choose(const struct attention_reading *reading, struct ranked_row worst[LOOKED_AT])
{
    const struct table *table = reading->table;
    size_t count = 0;
    for (size_t i = 0, left = reading->total; left > 0 && i < table_rows(table); i++) {
        enum level level = table_row_level(table, i);
        if (level < LEVEL_WARN)
            continue;
        left--;
        struct ranked_row row = {
            {table, i, table_row_id(table, i)}, level, attention_rank(reading->scale, table, i)};
        if (attention_is_banned(reading->scale, table, i))
            row.level = LEVEL_WARN;
        keep_worst(worst, &count, &row);
    }
    return count;
}

static void add_row(struct attention_rows *rows, const struct attention_reading *reading,
                    const struct ranked_row *ranked)
{
    const struct row_ref *row = &ranked->row;
    struct advice_said said = advice_for(reading->advice, row->table, row->row);
    struct finding *finding =
        findings_add(&rows->worst, reading->host, reading->probe, ranked->level);
    finding->production = reading->production;
    finding->harm = said.harm;
    finding->rank = ranked->rank;
    finding_take_row(finding, row, rows->texts);
    if (said.text == NULL)
        return;
    char *advice = advice_words(said.text, row->table, row->row);
    finding->advice = arena_strndup(rows->texts, advice, strlen(advice));
    free(advice);
}

void attention_rows_take(struct attention_rows *rows, const struct attention_reading *reading)
{
    struct ranked_row worst[LOOKED_AT];
    attention_rows_dispose(rows);
    if (reading->table == NULL || reading->total == 0)
        return;
    rows->total = reading->total;
    rows->texts = arena_new();
    size_t count = choose(reading, worst);
    for (size_t i = 0; i < count; i++)
        add_row(rows, reading, &worst[i]);
}

void attention_rows_dispose(struct attention_rows *rows)
{
    findings_dispose(&rows->worst);
    if (rows->texts != NULL)
        arena_free(rows->texts);
    *rows = (struct attention_rows){0};
}
