// SPDX-License-Identifier: MIT

// Tiles of hosts.
#include "tui/host_grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/accent.h"
#include "tui/host_table.h"

#define SIGN_COLS  3
#define VALUE_COLS 11 // "connecting"
#define NAME_MAX   24

static int name_cols(struct table_view *hosts)
{
    int widest = 4;
    struct row_ref row;
    for (size_t i = 0; table_view_at(hosts, i, &row); i++) {
        const struct cell *cell = table_cell(row.table, row.row, 0);
        int cols = cell->known ? (int)cell->len : 0; // names are ASCII
        widest = cols > widest ? cols : widest;
    }
    return widest < NAME_MAX ? widest : NAME_MAX;
}

static int tile_cols(struct table_view *hosts)
{
    return SIGN_COLS + name_cols(hosts) + 1 + VALUE_COLS;
}

int host_grid_columns(struct table_view *hosts, int width)
{
    int columns = width / tile_cols(hosts);
    return columns > 1 ? columns : 1;
}

int host_grid_lines(struct table_view *hosts, int width)
{
    int columns = host_grid_columns(hosts, width);
    return ((int)table_view_count(hosts) + columns - 1) / columns;
}

// Calls now of a host that is live, else its state.
static void value_of(const struct row_ref *row, struct str *out, enum level *level)
{
    static const char live[] = "live";
    const struct schema *schema = table_schema(row->table);
    size_t state_col = (size_t)schema_find(schema, "state");
    const struct cell *state = table_cell(row->table, row->row, state_col);
    size_t calls_col = (size_t)schema_find(schema, "calls");
    const struct cell *calls = table_cell(row->table, row->row, calls_col);
    if (state->known && strncmp(state->as.text, live, state->len < 4 ? state->len : 4) == 0) {
        *level = (enum level)calls->level;
        cell_format(out, &schema->columns[calls_col], calls, 0);
        return;
    }
    *level = state->known ? (enum level)state->level : LEVEL_NONE;
    if (state->known)
        cell_format(out, &schema->columns[state_col], state, 0);
}

static void draw_tile(struct table_view *hosts, const struct row_ref *row, struct area tile,
                      bool cursor)
{
    const struct cell *cell = table_cell(row->table, row->row, 0);
    char *name = cell->known ? mem_strndup(cell->as.text, cell->len) : mem_strdup("");
    enum level worst = table_row_level(row->table, row->row), level;
    struct str value = {0};
    value_of(row, &value, &level);
    enum accent accent = table_view_accent(hosts, name);
    enum role ground = cursor ? ROLE_CURSOR : ROLE_TEXT;
    int names = tile.width - SIGN_COLS - 1 - VALUE_COLS;
    draw_fill(tile.top, tile.left, tile.width - 1, ground);
    if (worst >= LEVEL_WARN)
        draw_text(tile.top, tile.left, 2,
                  cursor                ? role_of_cursor_level(worst)
                  : worst == LEVEL_CRIT ? ROLE_ALERT
                                        : ROLE_WARN,
                  worst == LEVEL_CRIT ? "!!" : " !");
    draw_text(tile.top, tile.left + SIGN_COLS, names, cursor ? ROLE_CURSOR : accent_role(accent),
              name);
    draw_text(tile.top, tile.left + SIGN_COLS + names + 1, VALUE_COLS - 1,
              cursor ? role_of_cursor_level(level) : role_of_level(level), str_text(&value));
    str_dispose(&value);
    free(name);
}

// Index of the first line's first host: the cursor's line is in the area.
static int first_shown(struct table_view *hosts, struct area area)
{
    int columns = host_grid_columns(hosts, area.width);
    int line = (int)table_view_position(hosts) / columns;
    return line >= area.height ? (line - area.height + 1) * columns : 0;
}

long host_grid_at(struct table_view *hosts, struct area area, int row, int col)
{
    int columns = host_grid_columns(hosts, area.width);
    int line = row - area.top, column = (col - area.left) / tile_cols(hosts);
    if (line < 0 || line >= area.height || column >= columns)
        return -1;
    long index = first_shown(hosts, area) + (long)line * columns + column;
    return index < (long)table_view_count(hosts) ? index : -1;
}

void host_grid_draw(struct table_view *hosts, struct area area, bool has_focus)
{
    if (area.height < 1)
        return;
    int columns = host_grid_columns(hosts, area.width), width = tile_cols(hosts);
    int at = (int)table_view_position(hosts);
    int first = first_shown(hosts, area);
    struct row_ref row;
    for (int line = 0; line < area.height; line++)
        for (int col = 0; col < columns; col++) {
            int index = first + line * columns + col;
            if (table_view_at(hosts, (size_t)index, &row))
                draw_tile(hosts, &row,
                          (struct area){area.top + line, area.left + col * width, 1, width},
                          has_focus && index == at);
        }
}
