// SPDX-License-Identifier: MIT

// The overview's tables, and where the keyboard is among them.
#include "tui/overview.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/guide_view.h"
#include "tui/headline.h"
#include "tui/host_grid.h"
#include "tui/journal_table.h"
#include "tui/pane_table.h"

static void add_tables(struct overview *overview, const struct config *config,
                       struct preparer *preparer)
{
    overview->kinds = tile_kinds();
    overview->sections = mem_array(overview->kinds, sizeof(struct table_view *));
    overview->panes = mem_array(overview->kinds, sizeof *overview->panes);
    overview->rows_shown = mem_array(overview->kinds, sizeof *overview->rows_shown);
    overview->sections[SECTION_HOSTS] = table_view_new(&host_table_schema, NULL);
    overview->sections[SECTION_ATTENTION] = table_view_new(&attention_schema, NULL);
    overview->sections[SECTION_PANES] = table_view_new(&pane_table_schema, NULL);
    overview->sections[SECTION_JOURNAL] = table_view_new(&journal_table_schema, NULL);
    overview->sections[SECTION_CHECKLIST] = table_view_new(guide_end_probe.schema, NULL);
    table_view_hide_host(overview->sections[SECTION_JOURNAL], true); // the sentences name it
    table_view_set_config(overview->sections[SECTION_HOSTS], config);
    table_view_set_config(overview->sections[SECTION_ATTENTION], config);
    table_view_hide_host(overview->sections[SECTION_PANES], true);
    table_view_be_calm(overview->sections[SECTION_PANES]);
    for (size_t kind = SECTIONS; kind < overview->kinds; kind++) {
        const struct probe *probe = tile_probe(kind);
        overview->panes[kind] = pane_new(probe, probe->default_sort, preparer, config);
        overview->sections[kind] = overview->panes[kind]->all;
    }
}

struct overview *overview_new(size_t host_count, const struct config *config,
                              struct preparer *preparer, struct err *err)
{
    struct overview *overview = mem_alloc(sizeof *overview);
    add_tables(overview, config, preparer);
    layout_configured(config, &overview->configured, err);
    overview_set_tiles(overview, &overview->configured);
    overview->focus = overview->configured.items[0].kind;
    int bans = schema_find(&host_table_schema, "bans");
    table_view_hide(overview->sections[SECTION_HOSTS], (size_t)bans, probe_find("bans") == NULL);
    // No column is wide enough for it: it stands below the list, of the row under the cursor.
    int advice = schema_find(&attention_schema, "advice");
    table_view_hide(overview->sections[SECTION_ATTENTION], (size_t)advice, true);
    for (size_t i = 0; i < OVERVIEW_FILLED; i++)
        overview->filled[i] = true;
    overview->host_count = host_count;
    overview->figures = mem_array(host_count, sizeof *overview->figures);
    overview->host_tables = mem_array(host_count, sizeof *overview->host_tables);
    for (size_t i = 0; i < host_count; i++)
        overview->figures[i] = host_figures_new();
    return overview;
}

void overview_forget(struct overview *overview)
{
    for (size_t i = 0; i < overview->host_count; i++) {
        host_figures_free(overview->figures[i]);
        overview->figures[i] = host_figures_new();
    }
    for (size_t kind = 0; kind < overview->kinds; kind++)
        table_view_forget_changes(overview->sections[kind]);
}

static void own_dispose(struct own_rows *rows)
{
    table_unref(rows->table);
    free((void *)(uintptr_t)rows->words);
    *rows = (struct own_rows){0};
}

void overview_give(struct overview *overview, enum section kind, const struct own_rows *rows)
{
    struct own_rows before = overview->own[kind];
    overview->own[kind] = *rows;
    overview->own[kind].words = rows->words != NULL ? mem_strdup(rows->words) : NULL;
    table_view_set_tables(overview->sections[kind], &rows->table, NULL, rows->table != NULL);
    own_dispose(&before);
}

void overview_free(struct overview *overview)
{
    if (overview == NULL)
        return;
    for (size_t kind = 0; kind < overview->kinds; kind++) {
        if (kind < SECTIONS)
            table_view_free(overview->sections[kind]);
        pane_free(overview->panes[kind]);
    }
    for (size_t kind = 0; kind < SECTIONS; kind++)
        own_dispose(&overview->own[kind]);
    for (size_t i = 0; i < overview->host_count; i++) {
        host_figures_free(overview->figures[i]);
        table_unref(overview->host_tables[i]);
    }
    attention_dispose(&overview->attention);
    free(overview->worst_key);
    table_unref(overview->pane_table);
    free(overview->sections);
    free(overview->panes);
    free(overview->rows_shown);
    free(overview->figures);
    free(overview->host_tables);
    free(overview);
}

void overview_set_tiles(struct overview *overview, const struct tiles *tiles)
{
    overview->tiles = *tiles;
    if (tiles_place(tiles, overview->focus) < 0)
        overview->focus = tiles->items[0].kind;
    // What is not shown keeps no readings alive.
    for (size_t kind = SECTIONS; kind < overview->kinds; kind++)
        if (tiles_place(tiles, kind) < 0)
            table_view_set_readings(overview->sections[kind], NULL, 0);
}

bool overview_shows(const struct overview *overview, const struct probe *probe)
{
    for (size_t i = 0; i < overview->tiles.count; i++)
        if (tile_probe(overview->tiles.items[i].kind) == probe)
            return true;
    return false;
}

void overview_update_hosts(struct overview *overview, const struct model *model)
{
    for (size_t i = 0; i < overview->host_count; i++) {
        const struct table *old = overview->host_tables[i];
        overview->host_tables[i] = host_table_build(model, i, overview->figures[i]);
        table_unref(old);
    }
}

static void show_hosts(struct overview *overview, const struct model *model)
{
    const struct table **tables = mem_array(model->host_count + 1, sizeof *tables);
    bool *stale = mem_array(model->host_count + 1, sizeof *stale);
    size_t count = 0;
    for (size_t i = 0; i < model->host_count; i++) {
        if (!model->hosts[i].selected)
            continue;
        stale[count] = !model_host_is_well(&model->hosts[i]);
        tables[count++] = overview->host_tables[i];
    }
    table_view_set_tables(overview->sections[SECTION_HOSTS], tables, stale, count);
    free(tables);
    free(stale);
}

// Columns of the list that say nothing now make room; what the operator hides stays hidden.
static void hide_empty(struct overview *overview)
{
    static const char *const names[OVERVIEW_FILLED] = {"age_s"};
    const struct table *table = overview->attention.table;
    for (size_t i = 0; i < OVERVIEW_FILLED; i++) {
        size_t col = (size_t)schema_find(&attention_schema, names[i]);
        bool filled = false;
        for (size_t row = 0; row < table_rows(table) && !filled; row++)
            filled = table_cell(table, row, col)->known;
        if (filled != overview->filled[i])
            table_view_hide(overview->sections[SECTION_ATTENTION], col, !filled);
        overview->filled[i] = filled;
    }
}

void overview_update_attention(struct overview *overview, const struct model *model)
{
    struct attention old = overview->attention;
    overview->attention = (struct attention){0};
    attention_build(&overview->attention, model);
    table_view_hide_host(overview->sections[SECTION_ATTENTION], model->host_count == 1);
    table_view_set_tables(overview->sections[SECTION_ATTENTION], &overview->attention.table, NULL,
                          1);
    attention_dispose(&old);
    hide_empty(overview);
}

void overview_update(struct overview *overview, const struct model *model,
                     const struct keymap *keymap)
{
    show_hosts(overview, model);
    free(overview->worst_key);
    overview->worst_key = headline_key(keymap);
    const struct table *panes = overview->pane_table;
    overview->pane_table = pane_table_build(model, keymap);
    table_view_set_tables(overview->sections[SECTION_PANES], &overview->pane_table, NULL, 1);
    table_unref(panes);
    for (size_t i = 0; i < overview->tiles.count; i++)
        if (overview->panes[overview->tiles.items[i].kind] != NULL)
            pane_update(overview->panes[overview->tiles.items[i].kind], model);
    // What is gone from these lists is no news: it is well again.
    for (size_t i = 0; i < overview->tiles.count; i++)
        free(table_view_take_news(overview->sections[overview->tiles.items[i].kind]));
}

bool overview_is_grid(const struct overview *overview)
{
    return table_view_count(overview->sections[SECTION_HOSTS]) >= HOST_GRID_FROM;
}

static bool in_grid(const struct overview *overview)
{
    return overview->focus == SECTION_HOSTS && overview_is_grid(overview);
}

// Into the tile before or behind; false: there is none.
static bool leave_tile(struct overview *overview, int direction)
{
    long to = tiles_place(&overview->tiles, overview->focus) + direction;
    if (to < 0 || to >= (long)overview->tiles.count)
        return false;
    overview->focus = overview->tiles.items[to].kind;
    return true;
}

void overview_step(struct overview *overview, int direction)
{
    const struct tiles *tiles = &overview->tiles;
    if (!leave_tile(overview, direction))
        overview->focus = tiles->items[direction > 0 ? 0 : tiles->count - 1].kind;
}

void overview_resize(struct overview *overview, int rows)
{
    struct tile *tile = &overview->tiles.items[tiles_place(&overview->tiles, overview->focus)];
    int shown = overview->rows_shown[tile->kind];
    int wanted = (tile->rows > 0 ? tile->rows : shown) + rows;
    // More than there is to see would only be felt when it is taken away again.
    if (rows < 0 && shown > 0 && wanted >= shown)
        wanted = shown - 1;
    tile->rows = wanted < 1 ? 1 : wanted > TILE_ROWS_MAX ? TILE_ROWS_MAX : wanted;
}

enum table_click overview_click_grid(struct overview *overview, int row, int col)
{
    struct table_view *hosts = overview->sections[SECTION_HOSTS];
    long index = host_grid_at(hosts, overview->grid, row, col);
    long at = (long)table_view_position(hosts);
    if (index < 0)
        return TABLE_CLICK_NOTHING;
    table_view_move(hosts, index - at);
    return index == at ? TABLE_CLICK_CURSOR : TABLE_CLICK_ROW;
}

void overview_move(struct overview *overview, long rows)
{
    struct table_view *table = overview->sections[overview->focus];
    size_t count = table_view_count(table);
    size_t line = in_grid(overview) ? (size_t)host_grid_columns(table, overview->width) : 1;
    bool at_begin = count == 0 || table_view_position(table) < line;
    bool at_end = count == 0 || table_view_position(table) + line >= count;
    if (rows < 0 && at_begin && leave_tile(overview, -1))
        return;
    if (rows > 0 && at_end && leave_tile(overview, 1))
        return;
    table_view_move(table, rows * (long)line);
}

void overview_move_column(struct overview *overview, int columns)
{
    struct table_view *table = overview->sections[overview->focus];
    if (in_grid(overview))
        table_view_move(table, columns);
    else
        table_view_move_column(table, columns);
}

static struct overview_target target_of(const struct attention_target *found)
{
    return (struct overview_target){SECTION_ATTENTION, found->host, found->probe, found->row};
}

bool overview_worst(const struct overview *overview, struct overview_target *target)
{
    if (overview->attention.count == 0)
        return false;
    *target = target_of(&overview->attention.targets[0]);
    return true;
}

bool overview_target(const struct overview *overview, const struct model *model,
                     struct overview_target *target)
{
    struct row_ref row;
    *target =
        (struct overview_target){.kind = overview->focus, .probe = tile_probe(overview->focus)};
    if (overview->focus == SECTION_JOURNAL || overview->focus == SECTION_CHECKLIST)
        return true;
    if (!table_view_current(overview->sections[overview->focus], &row))
        return target->probe != NULL;
    if (overview->focus == SECTION_ATTENTION) {
        *target = target_of(&overview->attention.targets[row.row]);
    } else if (overview->focus == SECTION_PANES) {
        target->probe = pane_table_probe(row.row);
    } else if (target->probe != NULL) {
        target->row = row.id;
    } else {
        for (size_t i = 0; i < model->host_count; i++)
            if (overview->host_tables[i] == row.table)
                target->host = i;
    }
    return true;
}

bool overview_target_elsewhere(const struct overview *overview, size_t index,
                               struct overview_target *target)
{
    struct row_ref row;
    const struct attention *attention = &overview->attention;
    if (overview->focus != SECTION_ATTENTION ||
        !table_view_current(overview->sections[SECTION_ATTENTION], &row))
        return false;
    for (size_t i = 0; i < attention->folded_count; i++) {
        const struct attention_folded *folded = &attention->folded[i];
        if (folded->row != row.row || index-- > 0)
            continue;
        *target = target_of(&folded->target);
        return true;
    }
    return false;
}
