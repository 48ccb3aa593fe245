// SPDX-License-Identifier: MIT

// One pass over the rows, whatever their number.
#include "tui/group_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "table/id_index.h"

enum { GROUP_HOST, GROUP_NAME, GROUP_CALLS, GROUP_TALKING, GROUP_LONGEST, GROUP_COLUMNS };

static const struct column columns[GROUP_COLUMNS] = {
    [GROUP_HOST] = {.name = "host",
                    .title = "Host",
                    .kind = KIND_TEXT,
                    .key = true,
                    .help = "The host that carries the calls."},
    [GROUP_NAME] = {.name = "group",
                    .title = "Group",
                    .kind = KIND_TEXT,
                    .key = true,
                    .width = 20,
                    .help = "What the calls have in common; Enter shows them."},
    [GROUP_CALLS] = {.name = "calls",
                     .title = "Calls",
                     .kind = KIND_INT,
                     .help = "Calls in progress."},
    [GROUP_TALKING] = {.name = "talking",
                       .title = "Talking",
                       .kind = KIND_INT,
                       .help = "Those of them that were answered."},
    [GROUP_LONGEST] = {.name = "longest_s",
                       .title = "Longest",
                       .kind = KIND_DURATION_S,
                       .ticks = 1,
                       .help = "The longest conversation among them; unknown: none talks."},
};

const struct schema group_table_schema = {
    .name = "groups", .columns = columns, .column_count = GROUP_COLUMNS};

struct group {
    size_t first; // row
    int64_t calls, talking;
    double longest_s; // < 0: unknown
};

struct groups {
    struct group *items;
    size_t count, cap;
    struct id_index index;
};

static struct group *group_of(struct groups *groups, const struct table *table, size_t row,
                              size_t column)
{
    const struct cell *cell = table_cell(table, row, column);
    uint64_t id = HASH_SEED;
    if (cell->known)
        id = hash_bytes(hash_bytes(HASH_SEED, "=", 1), cell->as.text, cell->len);
    uint32_t *at = id_index_put(&groups->index, id, (uint32_t)groups->count);
    if (*at < groups->count)
        return &groups->items[*at];
    struct group *group = mem_push(&groups->items, &groups->count, &groups->cap, sizeof *group);
    *group = (struct group){.first = row, .longest_s = -1};
    return group;
}

static void count_row(struct group *group, const struct table *table, size_t row, int state,
                      int duration)
{
    const struct cell *word = state >= 0 ? table_cell(table, row, (size_t)state) : NULL;
    const struct cell *time = duration >= 0 ? table_cell(table, row, (size_t)duration) : NULL;
    group->calls++;
    if (word != NULL && word->known && word->len == strlen("talking") &&
        memcmp(word->as.text, "talking", word->len) == 0)
        group->talking++;
    if (time != NULL && time->known && time->as.real > group->longest_s)
        group->longest_s = time->as.real;
}

static void keep(struct table *out, const struct group *group, const struct table *table,
                 size_t column)
{
    size_t row = table_add_row(out);
    const struct cell *host = table_cell(table, group->first, 0);
    const struct cell *name = table_cell(table, group->first, column);
    if (host->known)
        table_set_bytes(out, row, GROUP_HOST, host->as.text, host->len);
    if (name->known)
        table_set_bytes(out, row, GROUP_NAME, name->as.text, name->len);
    table_set_int(out, row, GROUP_CALLS, group->calls);
    table_set_int(out, row, GROUP_TALKING, group->talking);
    if (group->longest_s >= 0)
        table_set_real(out, row, GROUP_LONGEST, group->longest_s);
}

const struct table *group_table_build(const struct table *table, size_t column)
{
    struct groups groups = {0};
    int state = schema_find(table_schema(table), "state");
    int duration = schema_find(table_schema(table), "duration_s");
    id_index_reset(&groups.index, table_rows(table));
    for (size_t row = 0; row < table_rows(table); row++)
        count_row(group_of(&groups, table, row, column), table, row, state, duration);
    struct table *out = table_new(&group_table_schema);
    for (size_t i = 0; i < groups.count; i++)
        keep(out, &groups.items[i], table, column);
    id_index_dispose(&groups.index);
    free(groups.items);
    return table_seal(out);
}

void group_table_filter(const struct table *groups, size_t row, const struct column *column,
                        struct str *out)
{
    const struct cell *name = table_cell(groups, row, GROUP_NAME);
    str_appendf(out, "%s=\"", column->name);
    for (size_t i = 0; name->known && i < name->len; i++) {
        if (name->as.text[i] == '"' || name->as.text[i] == '\\')
            str_append_char(out, '\\');
        str_append_char(out, name->as.text[i]);
    }
    str_append_char(out, '"');
}
