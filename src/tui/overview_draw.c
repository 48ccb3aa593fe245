// SPDX-License-Identifier: MIT

// Draws the tiles of the overview in the room there is.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/feeds.h"
#include "tui/headline.h"
#include "tui/host_grid.h"
#include "tui/overview.h"
#include "tui/pane_table.h"
#include "tui/screen.h"
#include "tui/traffic_line.h"
#include "tui/wrap.h"

#define SIDE_BY_SIDE_COLS 160
#define SIDE_BY_SIDE_ROWS 18
#define BESIDE_COLS       60 // of the narrowest of tiles that share their lines
#define PANES_COLS        44 // of the list of panes among them
#define LEAST_ROWS        4  // with the heading, before a sentence takes room
#define SENTENCE_LINES    3

static bool has_keyboard(const struct overview *overview, size_t kind)
{
    return overview->has_focus && overview->focus == kind;
}

// What of the chosen hosts' readings is not live, in words; the rows of those hosts are old, or not
// there.
static void add_feeds(const struct model *model, const struct probe *probe, struct str *out)
{
    size_t live = 0, wanted = 0, loading = 0;
    for (size_t host = 0; host < model->host_count; host++) {
        enum feed_word word = feeds_word(model, host, probe);
        if (!model->hosts[host].selected || word == FEED_OFF)
            continue;
        wanted++;
        live += word == FEED_LIVE;
        loading += word == FEED_WAITING || word == FEED_LOADING;
    }
    if (live == wanted)
        return;
    if (live == 0 && loading == wanted)
        str_appendf(out, "%s ", _("waiting"));
    else if (wanted == 1)
        str_appendf(out, "%s ", _("not live"));
    else
        str_appendf(out, P_("live on %zu of %zu host ", "live on %zu of %zu hosts ", wanted), live,
                    wanted);
}

static int draw_word(struct area area, int col, enum role role, const struct str *text)
{
    int end = area.left + area.width - 1;
    return text->len > 0 && col < end
               ? col + draw_text(area.top, col, end - col, role, str_text(text))
               : col;
}

// The column behind its words.
static int draw_tile_title(struct overview *overview, const struct model *model, size_t kind,
                           struct area area)
{
    struct table_view *table = overview->sections[kind];
    struct str text = {0};
    size_t count = table_view_count(table), total = table_view_total(table);
    const struct own_rows *own = kind < SECTIONS ? &overview->own[kind] : NULL;
    bool needs_table = overview->panes[kind] != NULL || kind == SECTION_CHECKLIST;
    bool has_words = own != NULL && own->words != NULL && own->words[0] != '\0';
    bool read = !needs_table || (table_view_table(table, 0) != NULL && !has_words);
    str_appendf(&text, " %s  ", _(tile_title(kind)));
    if ((read || has_words) && count != total)
        str_appendf(&text, _("%zu of %zu "), count, total);
    else if (read)
        str_appendf(&text, "%zu ", total);
    draw_rule(area.top, area.left, area.width, ROLE_RULE);
    int col =
        draw_word(area, area.left + 1, has_keyboard(overview, kind) ? ROLE_TITLE : ROLE_DIM, &text);
    str_clear(&text);
    if (has_words)
        str_appendf(&text, "%s ", own->words);
    col = draw_word(area, col, own != NULL ? role_of_level(own->level) : ROLE_DIM, &text);
    str_clear(&text);
    if (overview->panes[kind] != NULL)
        add_feeds(model, tile_probe(kind), &text);
    col = draw_word(area, col, ROLE_WARN, &text);
    str_clear(&text);
    if (overview->panes[kind] != NULL && pane_lost_words(overview->panes[kind], model, &text))
        str_append_char(&text, ' ');
    col = draw_word(area, col, ROLE_WARN, &text);
    str_clear(&text);
    if (table_view_filter(table)[0] != '\0')
        str_appendf(&text, _("filter %s "), table_view_filter(table));
    col = draw_word(area, col, ROLE_INFO, &text);
    str_clear(&text);
    if (kind == SECTION_HOSTS && overview_is_grid(overview))
        str_appendf(&text, "– %s", _("calls now "));
    col = draw_word(area, col, ROLE_DIM, &text);
    str_dispose(&text);
    return col;
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
    if (unread == 0 && model->host_count > 0 && model->hosts[0].config->assumed)
        wrap_draw(area, ROLE_INFO, 0,
                  _("Nothing on this machine. No host is configured: nocdesk init asks for one."));
    else if (unread == 0)
        wrap_draw(area, ROLE_OK, 0,
                  _("Nothing: every pane is read, no row is beyond its threshold."));
    else
        wrap_draw(area, ROLE_DIM, 0, _("Nothing so far; not everything has been read yet."));
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
    if (!has_keyboard(overview, SECTION_ATTENTION) || area.height < lines + LEAST_ROWS ||
        !table_view_current(table, &row))
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

static void draw_hosts(struct overview *overview, const struct model *model, struct area area)
{
    struct table_view *table = overview->sections[SECTION_HOSTS];
    bool has_focus = has_keyboard(overview, SECTION_HOSTS);
    if (overview_is_grid(overview)) {
        overview->grid = area;
        host_grid_draw(table, area, has_focus);
        return;
    }
    area.height -= draw_traffic(overview, model, area);
    table_view_draw(table, area, clock_shown_wall_ms(), has_focus);
}

static void draw_rows(struct overview *overview, const struct model *model, size_t kind,
                      struct area area)
{
    struct table_view *table = overview->sections[kind];
    struct area below = {area.top + 1, area.left, area.height - 1, area.width};
    if (kind == SECTION_ATTENTION && table_view_total(table) == 0) {
        draw_all_clear(model, area);
        return;
    }
    if (kind == SECTION_HOSTS) {
        draw_hosts(overview, model, area);
    } else {
        if (kind == SECTION_ATTENTION)
            area.height -= draw_sentence(overview, area);
        table_view_draw(table, area, clock_shown_wall_ms(), has_keyboard(overview, kind));
    }
    if (table_view_count(table) > 0)
        return;
    if (overview->panes[kind] != NULL)
        pane_draw_empty(overview->panes[kind], model, below);
    else if (overview->own[kind].empty != NULL && table_view_total(table) == 0)
        draw_text(below.top, below.left + 3, below.width - 3, ROLE_DIM,
                  _(overview->own[kind].empty));
    else
        draw_text(below.top, below.left + 3, below.width - 3, ROLE_DIM,
                  kind == SECTION_HOSTS && model->selected_count == 0
                      ? _("No host matches the choice of hosts.")
                      : _("No row matches the filter."));
}

// The column behind the words of its title.
static int draw_tile(struct overview *overview, const struct model *model, size_t kind,
                     struct area area)
{
    if (area.height < 1)
        return area.left;
    screen_add_zone(&(struct zone){.area = area, .kind = ZONE_TILE, .place = (long)kind});
    if (area.height > 1)
        draw_rows(overview, model, kind,
                  (struct area){area.top + 1, area.left, area.height - 1, area.width});
    overview->rows_shown[kind] = area.height > 2 ? area.height - 2 : 0;
    return draw_tile_title(overview, model, kind, area);
}

// With at most so many rows; 0: with all.
static int wanted_lines(struct overview *overview, const struct model *model, size_t kind,
                        int limit)
{
    bool grid = kind == SECTION_HOSTS && overview_is_grid(overview);
    int rows = grid ? host_grid_lines(overview->sections[kind], overview->width)
                    : (int)table_view_count(overview->sections[kind]);
    int below = kind == SECTION_HOSTS && !grid && limit == 0 ? traffic_lines(model) : 0;
    if (limit > 0 && rows > limit)
        rows = limit;
    return (grid ? 1 : 2) + (rows > 0 ? rows : 1) + below;
}

// What a tile without the keyboard keeps while the others can give: the hosts all their rows.
static int least_lines(struct overview *overview, const struct tile *tile, int height)
{
    int rows = (int)table_view_count(overview->sections[tile->kind]);
    if (tile->kind == SECTION_PANES)
        return 1;
    if (tile->kind == SECTION_HOSTS && tile->rows == 0 && rows + 2 > TILE_LEAST_LINES + 1)
        return rows + 2 < height / 3 ? rows + 2 : height / 3;
    return TILE_LEAST_LINES + 1;
}

// The room that tiles without a number share goes to what needs a person, else to the first.
static size_t heir_of(const struct tiles *tiles)
{
    long heir = -1;
    for (size_t i = 0; i < tiles->count; i++) {
        const struct tile *tile = &tiles->items[i];
        if (tile->rows == 0 && tile->kind == SECTION_ATTENTION)
            return i;
        if (tile->rows == 0 && tile->kind != SECTION_HOSTS && heir < 0)
            heir = (long)i;
    }
    return heir >= 0 ? (size_t)heir : (size_t)tiles_place(tiles, SECTION_ATTENTION);
}

// How many tiles from one on stand side by side.
static size_t band_end(const struct tiles *tiles, size_t from, int width)
{
    size_t end = from + 1;
    while (end < tiles->count && tiles->items[end].beside &&
           (int)(end + 1 - from) * BESIDE_COLS <= width)
        end++;
    return end;
}

// The bands from the first tile to the last; ends is parallel: the tile behind each.
static size_t make_bands(struct overview *overview, const struct model *model, struct area area,
                         struct tile_band *bands, size_t *ends)
{
    const struct tiles *tiles = &overview->tiles;
    bool wide = area.width >= SIDE_BY_SIDE_COLS && area.height >= SIDE_BY_SIDE_ROWS;
    size_t count = 0, heir = heir_of(tiles);
    for (size_t i = 0; i < tiles->count; i = ends[count++]) {
        struct tile_band *band = &bands[count];
        *band = (struct tile_band){.yields = true};
        ends[count] = wide ? band_end(tiles, i, area.width) : i + 1;
        for (size_t at = i; at < ends[count]; at++) {
            const struct tile *tile = &tiles->items[at];
            int wanted = wanted_lines(overview, model, tile->kind, tile->rows);
            int whole = wanted_lines(overview, model, tile->kind, 0);
            int least = least_lines(overview, tile, area.height);
            band->wanted = wanted > band->wanted ? wanted : band->wanted;
            band->whole = whole > band->whole ? whole : band->whole;
            band->least = least > band->least ? least : band->least;
            band->yields &= tile->kind == SECTION_PANES;
            band->focus |= tile->kind == overview->focus;
            band->heir |= at == heir;
        }
    }
    return count;
}

// The column behind the words of its last title.
static int draw_band(struct overview *overview, const struct model *model, size_t from, size_t end,
                     struct area area)
{
    const struct tile *tiles = overview->tiles.items;
    int flexible = (int)(end - from), room = area.width - (flexible - 1);
    for (size_t i = from; i < end && end - from > 1; i++)
        if (tiles[i].kind == SECTION_PANES) {
            room -= PANES_COLS;
            flexible--;
        }
    int right = area.left + area.width, behind = area.left;
    for (size_t i = from; i < end; i++) {
        bool fixed = tiles[i].kind == SECTION_PANES && end - from > 1;
        area.width = fixed ? PANES_COLS : room / flexible;
        if (i + 1 == end)
            area.width = right - area.left;
        behind = draw_tile(overview, model, tiles[i].kind, area);
        area.left += area.width + 1;
    }
    return behind;
}

// Tiles without room are named: what is not there may not look as if it were nothing. They stand
// behind the title, whose count stays whole.
static void draw_missing(const struct overview *overview, const size_t *ends, const int *lines,
                         size_t count, struct area title, int behind)
{
    struct str text = {0}, names = {0};
    for (size_t band = 0; band < count; band++)
        for (size_t i = band > 0 ? ends[band - 1] : 0; i < ends[band] && lines[band] < 1; i++)
            str_appendf(&names, "%s%s", names.len > 0 ? ", " : "",
                        _(tile_title(overview->tiles.items[i].kind)));
    if (names.len > 0)
        str_appendf(&text, _(" no room for %s "), str_text(&names));
    str_dispose(&names);
    int width = draw_width(str_text(&text));
    int room = title.left + title.width - behind; // the title ends with a space
    if (text.len > 0 && room > 0)
        draw_text(title.top, title.left + title.width - 1 - (width < room ? width : room), room,
                  ROLE_DIM, str_text(&text));
    str_dispose(&text);
}

void overview_draw(struct overview *overview, const struct model *model, struct area area,
                   bool has_focus)
{
    struct tile_band bands[TILES_MAX];
    size_t ends[TILES_MAX];
    int lines[TILES_MAX];
    overview->has_focus = has_focus;
    overview->width = area.width;
    overview->grid = (struct area){0};
    memset(overview->rows_shown, 0, overview->kinds * sizeof *overview->rows_shown);
    int said = headline_draw(&overview->attention, overview->worst_key, area);
    area.top += said;
    area.height -= said;
    size_t count = make_bands(overview, model, area, bands, ends);
    tiles_share(bands, count, area.height, lines);
    struct area band = area, last = area;
    int behind = area.left;
    for (size_t i = 0; i < count; i++) {
        band.height = lines[i];
        int end = draw_band(overview, model, i > 0 ? ends[i - 1] : 0, ends[i], band);
        last = lines[i] > 0 ? band : last;
        behind = lines[i] > 0 ? end : behind;
        band.top += lines[i];
    }
    draw_missing(overview, ends, lines, count, last, behind);
}
