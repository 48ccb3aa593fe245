// SPDX-License-Identifier: MIT

// One pass over the rows, whatever their number.
#include "tui/group_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/lang.h"
#include "base/mem.h"
#include "table/id_index.h"

enum { GROUP_HOST, GROUP_NAME, GROUP_CALLS, GROUP_TALKING, GROUP_LONGEST, GROUP_COLUMNS };

static const struct column columns[GROUP_COLUMNS] = {
    [GROUP_HOST] = {.name = "host",
                    .title = N_("Host"),
                    .kind = KIND_TEXT,
                    .key = true,
                    .help = N_("The host that carries the calls.")},
    [GROUP_NAME] = {.name = "group",
                    .title = N_("Group"),
                    .kind = KIND_TEXT,
                    .key = true,
                    .width = 20,
                    .help = N_("What the calls have in common; Enter shows them.")},
    [GROUP_CALLS] = {.name = "calls",
                     .title = N_("Calls"),
                     .kind = KIND_INT,
                     .help = N_("Calls in progress.")},
    [GROUP_TALKING] = {.name = "talking",
                       .title = N_("Talking"),
                       .kind = KIND_INT,
                       .help = N_("Those of them that were answered.")},
    [GROUP_LONGEST] = {.name = "longest_s",
                       .title = N_("Longest"),
                       .kind = KIND_DURATION_S,
                       .ticks = 1,
                       .help = N_("The longest conversation among them; unknown: none talks.")},
};

static const struct schema call_groups = {
    .name = "groups", .columns = columns, .column_count = GROUP_COLUMNS};

enum {
    CHAIN_HOST,
    CHAIN_NAME,
    CHAIN_DROPPED,
    CHAIN_PPS,
    CHAIN_PACKETS,
    CHAIN_RULES,
    CHAIN_COLUMNS
};

static const struct column chain_columns[CHAIN_COLUMNS] = {
    [CHAIN_HOST] = {.name = "host",
                    .title = N_("Host"),
                    .kind = KIND_TEXT,
                    .key = true,
                    .help = N_("The host whose firewall it is.")},
    [CHAIN_NAME] = {.name = "group",
                    .title = N_("Group"),
                    .kind = KIND_TEXT,
                    .key = true,
                    .width = 24,
                    .help = N_("What the rules have in common; Enter shows them.")},
    [CHAIN_DROPPED] = {.name = "dropped_pps",
                       .title = N_("Dropped/s"),
                       .kind = KIND_REAL,
                       .total = true,
                       .help = N_("Packets a second that its rules drop or reject.")},
    [CHAIN_PPS] = {.name = "pps",
                   .title = N_("Packets/s"),
                   .kind = KIND_REAL,
                   .help =
                       N_("Packets a second that its rules match; one packet may match several.")},
    [CHAIN_PACKETS] = {.name = "packets",
                       .title = N_("Packets"),
                       .kind = KIND_INT,
                       .help = N_("Packets that its rules have matched.")},
    [CHAIN_RULES] = {.name = "rules",
                     .title = N_("Rules"),
                     .kind = KIND_INT,
                     .total = true,
                     .help = N_("How many rules there are, policies among them.")},
};

static const struct schema chain_groups = {
    .name = "groups", .columns = chain_columns, .column_count = CHAIN_COLUMNS};

static bool are_rules(const struct schema *schema)
{
    return schema_find(schema, "effect") >= 0;
}

const struct schema *group_table_schema(const struct schema *of)
{
    return are_rules(of) ? &chain_groups : &call_groups;
}

const char *group_table_sort(const struct schema *of)
{
    return are_rules(of) ? "-dropped_pps,-pps" : "-calls,group";
}

struct group {
    size_t first; // row
    int64_t rows, talking, packets;
    double longest_s;    // < 0: unknown
    double pps, dropped; // NaN: unknown
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
    *group = (struct group){.first = row, .longest_s = -1, .pps = NAN, .dropped = NAN};
    return group;
}

static void count_row(struct group *group, const struct table *table, size_t row, int state,
                      int duration)
{
    const struct cell *word = state >= 0 ? table_cell(table, row, (size_t)state) : NULL;
    const struct cell *time = duration >= 0 ? table_cell(table, row, (size_t)duration) : NULL;
    group->rows++;
    if (word != NULL && word->known && word->len == strlen("talking") &&
        memcmp(word->as.text, "talking", word->len) == 0)
        group->talking++;
    if (time != NULL && time->known && time->as.real > group->longest_s)
        group->longest_s = time->as.real;
}

static void add_rate(double *sum, const struct cell *pps)
{
    if (pps->known)
        *sum = isnan(*sum) ? pps->as.real : *sum + pps->as.real;
}

static void count_rule(struct group *group, const struct table *table, size_t row)
{
    const struct schema *schema = table_schema(table);
    const struct cell *pps = table_cell(table, row, (size_t)schema_find(schema, "pps"));
    const struct cell *packets = table_cell(table, row, (size_t)schema_find(schema, "packets"));
    const struct cell *effect = table_cell(table, row, (size_t)schema_find(schema, "effect"));
    group->rows++;
    group->packets += packets->known ? packets->as.integer : 0;
    add_rate(&group->pps, pps);
    if (effect->known && effect->len == strlen("drops") &&
        memcmp(effect->as.text, "drops", effect->len) == 0)
        add_rate(&group->dropped, pps);
}

static void set_figures(struct table *out, size_t row, const struct group *group)
{
    if (table_schema(out) == &chain_groups) {
        table_set_real(out, row, CHAIN_DROPPED, group->dropped);
        table_set_real(out, row, CHAIN_PPS, group->pps);
        table_set_int(out, row, CHAIN_PACKETS, group->packets);
        table_set_int(out, row, CHAIN_RULES, group->rows);
        return;
    }
    table_set_int(out, row, GROUP_CALLS, group->rows);
    table_set_int(out, row, GROUP_TALKING, group->talking);
    if (group->longest_s >= 0)
        table_set_real(out, row, GROUP_LONGEST, group->longest_s);
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
    set_figures(out, row, group);
}

const struct table *group_table_build(const struct table *table, size_t column)
{
    struct groups groups = {0};
    int state = schema_find(table_schema(table), "state");
    int duration = schema_find(table_schema(table), "duration_s");
    id_index_reset(&groups.index, table_rows(table));
    bool rules = are_rules(table_schema(table));
    for (size_t row = 0; row < table_rows(table); row++) {
        struct group *group = group_of(&groups, table, row, column);
        if (rules)
            count_rule(group, table, row);
        else
            count_row(group, table, row, state, duration);
    }
    struct table *out = table_new(group_table_schema(table_schema(table)));
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
