// SPDX-License-Identifier: MIT

// Three tables of the one engine, arranged in the room there is.
#include "tui/overview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tui/feeds.h"
#include "tui/host_grid.h"
#include "tui/pane_table.h"
#include "tui/traffic_line.h"
#include "tui/wrap.h"

#define SIDE_BY_SIDE_COLS 160
#define SIDE_BY_SIDE_ROWS 18
#define PANES_COLS        44 // beside what needs a person
#define LEAST_LINES       3  // title, heading, one row
#define LEAST_ROWS        4  // with the heading, before a sentence takes room
#define SENTENCE_LINES    3

static const char *const titles[SECTIONS] = {
    [SECTION_HOSTS] = "Hosts",
    [SECTION_ATTENTION] = "Needs a person",
    [SECTION_PANES] = "Panes",
};

struct overview *overview_new(size_t host_count, const struct config *config)
{
    struct overview *overview = mem_alloc(sizeof *overview);
    overview->sections[SECTION_HOSTS] = table_view_new(&host_table_schema, NULL);
    overview->sections[SECTION_ATTENTION] = table_view_new(&attention_schema, NULL);
    overview->sections[SECTION_PANES] = table_view_new(&pane_table_schema, NULL);
    table_view_set_config(overview->sections[SECTION_HOSTS], config);
    table_view_set_config(overview->sections[SECTION_ATTENTION], config);
    table_view_hide_host(overview->sections[SECTION_PANES], true);
    int bans = schema_find(&host_table_schema, "bans");
    table_view_hide(overview->sections[SECTION_HOSTS], (size_t)bans, probe_find("bans") == NULL);
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
    for (int section = 0; section < SECTIONS; section++)
        table_view_forget_changes(overview->sections[section]);
}

void overview_free(struct overview *overview)
{
    if (overview == NULL)
        return;
    for (int section = 0; section < SECTIONS; section++)
        table_view_free(overview->sections[section]);
    for (size_t i = 0; i < overview->host_count; i++) {
        host_figures_free(overview->figures[i]);
        table_unref(overview->host_tables[i]);
    }
    attention_dispose(&overview->attention);
    table_unref(overview->pane_table);
    free(overview->figures);
    free(overview->host_tables);
    free(overview);
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
    static const char *const names[OVERVIEW_FILLED] = {"age_s", "advice"};
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

void overview_update(struct overview *overview, const struct model *model,
                     const struct keymap *keymap)
{
    show_hosts(overview, model);
    struct attention old = overview->attention;
    overview->attention = (struct attention){0};
    attention_build(&overview->attention, model);
    table_view_hide_host(overview->sections[SECTION_ATTENTION], model->host_count == 1);
    table_view_set_tables(overview->sections[SECTION_ATTENTION], &overview->attention.table, NULL,
                          1);
    attention_dispose(&old);
    hide_empty(overview);
    const struct table *panes = overview->pane_table;
    overview->pane_table = pane_table_build(model, keymap);
    table_view_set_tables(overview->sections[SECTION_PANES], &overview->pane_table, NULL, 1);
    table_unref(panes);
    // What is gone from these lists is no news: it is well again.
    for (int section = 0; section < SECTIONS; section++)
        free(table_view_take_news(overview->sections[section]));
}

// Many hosts are tiles; what is chosen of them by a filter or by the choice of hosts may be few.
static bool is_grid(struct overview *overview)
{
    return table_view_count(overview->sections[SECTION_HOSTS]) >= HOST_GRID_FROM;
}

static void draw_section_title(struct overview *overview, enum section section, struct area area)
{
    struct table_view *table = overview->sections[section];
    bool focus = overview->has_focus && overview->focus == section;
    char text[120];
    size_t count = table_view_count(table), total = table_view_total(table);
    if (count != total)
        snprintf(text, sizeof text, " %s  %zu of %zu ", titles[section], count, total);
    else
        snprintf(text, sizeof text, " %s  %zu ", titles[section], total);
    draw_rule(area.top, area.left, area.width, ROLE_RULE);
    int col = area.left + 1;
    col += draw_text(area.top, col, area.width - 2, focus ? ROLE_TITLE : ROLE_DIM, text);
    if (table_view_filter(table)[0] != '\0')
        col += draw_textf(area.top, col, area.left + area.width - col - 1, ROLE_INFO, "filter %s ",
                          table_view_filter(table));
    if (section == SECTION_HOSTS && is_grid(overview))
        draw_text(area.top, col, area.left + area.width - col - 1, ROLE_DIM, "calls now ");
}

// Nothing needs a person: said only when everything could be read.
static void draw_all_clear(const struct model *model, struct area area)
{
    size_t unread = 0;
    for (size_t host = 0; host < model->host_count; host++)
        for (size_t i = 0; probes[i] != NULL && model->hosts[host].selected; i++) {
            enum feed_word word = feeds_word_resting(model, host, probes[i]);
            unread += probes[i]->pane && word != FEED_LIVE && word != FEED_OFF;
        }
    area.left += 3;
    area.width -= 3;
    if (unread == 0)
        wrap_draw(area, ROLE_OK, 0, "Nothing: every pane is read, no row is beyond its threshold.");
    else
        wrap_draw(area, ROLE_DIM, 0, "Nothing so far; not everything has been read yet.");
}

// Under the hosts, when all of them have room; the lines used.
static int draw_traffic(struct overview *overview, const struct model *model, struct area area)
{
    int rows = 1 + (int)table_view_count(overview->sections[SECTION_HOSTS]);
    int lines = traffic_lines(model), room = area.height - rows;
    if (lines > room)
        lines = room;
    if (lines < 1)
        return 0;
    area.top += area.height - lines;
    area.height = lines;
    traffic_lines_draw(model, area);
    return lines;
}

// Appends a cell of the list; true: its column cuts it or is not on the screen.
static bool add_whole(const struct table_view *table, const struct row_ref *row, const char *name,
                      struct str *out)
{
    int col = schema_find(&attention_schema, name);
    const struct cell *cell = table_cell(row->table, row->row, (size_t)col);
    if (!cell->known)
        return false;
    char *text = mem_strndup(cell->as.text, cell->len);
    str_appendf(out, "%s%s", out->len > 0 ? " – " : "", text);
    bool cut = draw_width(text) > table_view_shown_width(table, col);
    free(text);
    return cut;
}

// The whole problem of the row under the cursor and what to do, where a column cuts it and the rows
// leave room; the lines used.
static int draw_sentence(struct overview *overview, struct area area)
{
    struct table_view *table = overview->sections[SECTION_ATTENTION];
    int rows = 1 + (int)table_view_count(table), lines = SENTENCE_LINES;
    struct row_ref row;
    if (!overview->has_focus || overview->focus != SECTION_ATTENTION ||
        area.height < lines + LEAST_ROWS || !table_view_current(table, &row))
        return 0;
    struct str words = {0};
    bool cut = add_whole(table, &row, "problem", &words);
    cut |= add_whole(table, &row, "advice", &words);
    if (cut) {
        // Right under the rows when they end before, else at the foot.
        area.top += rows < area.height - lines ? rows : area.height - lines;
        area.height = lines;
        area.left += 3;
        area.width -= 4;
        wrap_draw(area, ROLE_INFO, 0, str_text(&words));
    } else {
        lines = 0;
    }
    str_dispose(&words);
    return lines;
}

static void draw_section(struct overview *overview, const struct model *model, enum section section,
                         struct area area)
{
    if (area.height < 1)
        return;
    draw_section_title(overview, section, area);
    area.top++;
    area.height--;
    if (area.height < 1)
        return;
    struct table_view *table = overview->sections[section];
    if (section == SECTION_ATTENTION && table_view_total(table) == 0) {
        draw_all_clear(model, area);
        return;
    }
    if (section == SECTION_HOSTS && is_grid(overview) && table_view_count(table) > 0) {
        host_grid_draw(table, area, overview->has_focus && overview->focus == section);
        return;
    }
    if (section == SECTION_HOSTS)
        area.height -= draw_traffic(overview, model, area);
    if (section == SECTION_ATTENTION)
        area.height -= draw_sentence(overview, area);
    table_view_draw(table, area, clock_shown_wall_ms(),
                    overview->has_focus && overview->focus == section);
    if (table_view_count(table) > 0)
        return;
    struct area rows = {area.top + 1, area.left, area.height - 1, area.width};
    draw_text(rows.top, rows.left + 3, rows.width - 3, ROLE_DIM,
              section == SECTION_HOSTS && model->selected_count == 0
                  ? "No host matches the choice of hosts."
                  : "No row matches the filter.");
}

static int wanted_lines(struct overview *overview, const struct model *model, enum section section)
{
    int rows = (int)table_view_count(overview->sections[section]);
    if (section == SECTION_HOSTS && is_grid(overview))
        return 1 + host_grid_lines(overview->sections[section], overview->width);
    int below = section == SECTION_HOSTS ? traffic_lines(model) : 0;
    return 2 + (rows > 0 ? rows : 1) + below;
}

static void take(int *lines, int least, int *excess)
{
    int spare = *lines > least ? *lines - least : 0;
    int taken = *excess < spare ? *excess : spare;
    *lines -= taken;
    *excess -= taken;
}

// What a section without the focus keeps while the others can give: the hosts all their rows.
static int least_beside(struct overview *overview, enum section section, int height)
{
    int rows = (int)table_view_count(overview->sections[section]);
    if (section == SECTION_PANES)
        return 1;
    if (section == SECTION_HOSTS && rows + 2 > LEAST_LINES + 1)
        return rows + 2 < height / 3 ? rows + 2 : height / 3;
    return LEAST_LINES + 1;
}

// When there is not enough room: first the panes, then all without the focus, down to their titles.
static void share_lines(struct overview *overview, const struct model *model, int height,
                        int lines[SECTIONS])
{
    static const enum section order[SECTIONS] = {SECTION_PANES, SECTION_ATTENTION, SECTION_HOSTS};
    int excess = -height;
    for (int section = 0; section < SECTIONS; section++) {
        lines[section] = wanted_lines(overview, model, (enum section)section);
        excess += lines[section];
    }
    if (excess <= 0) {
        lines[SECTION_ATTENTION] -= excess;
        return;
    }
    if (overview->focus != SECTION_PANES)
        take(&lines[SECTION_PANES], 0, &excess);
    for (int i = 0; i < SECTIONS; i++)
        if (order[i] != overview->focus)
            take(&lines[order[i]], least_beside(overview, order[i], height), &excess);
    take(&lines[overview->focus], LEAST_LINES + 2, &excess);
    for (int i = 0; i < SECTIONS; i++)
        if (order[i] != overview->focus)
            take(&lines[order[i]], 1, &excess);
    take(&lines[overview->focus], 0, &excess);
    // A heading without rows says nothing.
    for (int i = 0; i < SECTIONS; i++) {
        enum section section = order[i];
        int least = section == SECTION_PANES ? 0 : 1;
        if (section == overview->focus || lines[section] >= LEAST_LINES || lines[section] <= least)
            continue;
        enum section heir = section == SECTION_ATTENTION ? overview->focus : SECTION_ATTENTION;
        lines[heir] += lines[section] - least;
        lines[section] = least;
    }
}

static void draw_wide(struct overview *overview, const struct model *model, struct area area)
{
    int hosts = wanted_lines(overview, model, SECTION_HOSTS);
    int least_below = wanted_lines(overview, model, SECTION_PANES);
    if (hosts > area.height - least_below)
        hosts = area.height - least_below;
    if (hosts < LEAST_LINES + 1)
        hosts = LEAST_LINES + 1;
    draw_section(overview, model, SECTION_HOSTS,
                 (struct area){area.top, area.left, hosts, area.width});
    struct area below = {area.top + hosts, area.left, area.height - hosts,
                         area.width - PANES_COLS - 1};
    draw_section(overview, model, SECTION_ATTENTION, below);
    below.left += below.width + 1;
    below.width = area.width - below.width - 1;
    draw_section(overview, model, SECTION_PANES, below);
}

void overview_draw(struct overview *overview, const struct model *model, struct area area,
                   bool has_focus)
{
    overview->has_focus = has_focus;
    overview->width = area.width;
    if (area.width >= SIDE_BY_SIDE_COLS && area.height >= SIDE_BY_SIDE_ROWS) {
        draw_wide(overview, model, area);
        return;
    }
    int lines[SECTIONS];
    share_lines(overview, model, area.height, lines);
    for (int section = 0; section < SECTIONS; section++) {
        draw_section(overview, model, (enum section)section,
                     (struct area){area.top, area.left, lines[section], area.width});
        area.top += lines[section];
    }
}

void overview_move(struct overview *overview, long rows)
{
    struct table_view *table = overview->sections[overview->focus];
    size_t count = table_view_count(table);
    size_t line = overview->focus == SECTION_HOSTS && is_grid(overview)
                      ? (size_t)host_grid_columns(table, overview->width)
                      : 1;
    bool at_begin = count == 0 || table_view_position(table) < line;
    bool at_end = count == 0 || table_view_position(table) + line >= count;
    rows *= (long)line;
    if (rows < 0 && at_begin && overview->focus > 0)
        overview->focus--;
    else if (rows > 0 && at_end && overview->focus < SECTIONS - 1)
        overview->focus++;
    else
        table_view_move(table, rows);
}

void overview_move_column(struct overview *overview, int columns)
{
    struct table_view *table = overview->sections[overview->focus];
    if (overview->focus == SECTION_HOSTS && is_grid(overview))
        table_view_move(table, columns);
    else
        table_view_move_column(table, columns);
}

bool overview_target(const struct overview *overview, const struct model *model,
                     struct overview_target *target)
{
    struct row_ref row;
    *target = (struct overview_target){.section = overview->focus};
    if (!table_view_current(overview->sections[overview->focus], &row))
        return false;
    if (overview->focus == SECTION_ATTENTION) {
        const struct attention_target *found = &overview->attention.targets[row.row];
        target->host = found->host;
        target->probe = found->probe;
        target->row = found->row;
    } else if (overview->focus == SECTION_PANES) {
        target->probe = pane_table_probe(row.row);
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
        *target = (struct overview_target){SECTION_ATTENTION, folded->target.host,
                                           folded->target.probe, folded->target.row};
        return true;
    }
    return false;
}
