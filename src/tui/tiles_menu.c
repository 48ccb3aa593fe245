// SPDX-License-Identifier: MIT

// Layouts and tiles as lists: typing narrows them, and each change is shown at once.
#include "tui/tiles_menu.h"

#include <string.h>

#include "base/lang.h"
#include "tui/state.h"

#define LINES_MAX 10

// What is shown in new tiles is read at full speed.
static void arrange(struct console *console, const struct tiles *tiles)
{
    overview_set_tiles(console->overview, tiles);
    console_look(console);
    console_update(console);
}

// The index-th layout with the typed text in its name.
static bool nth_layout(struct console *console, const struct prompt *prompt, int index,
                       struct layout *out)
{
    for (size_t i = 0; layout_at(console->config, i, out); i++)
        if (strcasestr(out->name, line_edit_text(&prompt->line)) != NULL && index-- == 0)
            return true;
    return false;
}

static int count_layouts(struct console *console, const struct prompt *prompt)
{
    struct layout layout;
    int count = 0;
    while (nth_layout(console, prompt, count, &layout))
        count++;
    return count;
}

static int keep_within(struct prompt *prompt, int count)
{
    prompt->chosen = prompt->chosen >= count ? count - 1 : prompt->chosen;
    prompt->chosen = prompt->chosen < 0 ? 0 : prompt->chosen;
    return prompt->chosen;
}

// The chosen one is shown; false, and the prompt says so: there is none, or it is broken.
static bool show_layout(struct console *console, struct prompt *prompt)
{
    struct layout layout;
    struct tiles tiles = {0};
    struct err err = {0}, why = {0};
    int at = keep_within(prompt, count_layouts(console, prompt));
    if (!nth_layout(console, prompt, at, &layout))
        err_set(&err, "no layout is called \"%s\"", line_edit_text(&prompt->line));
    else if (!tiles_parse(layout.tiles, &tiles, &why))
        err_set(&err, "[layout %s]: %s", layout.name, why.text);
    if (err.text[0] != '\0' || tiles.count == 0) {
        prompt_error(prompt, 0, &err);
        return false;
    }
    console->overview->focus = tiles.items[0].kind;
    arrange(console, &tiles);
    return true;
}

static void layout_chose(struct console *console, struct prompt *prompt)
{
    show_layout(console, prompt);
}

static bool layout_accept(struct console *console, struct prompt *prompt)
{
    return show_layout(console, prompt);
}

static void layout_cancel(struct console *console, struct prompt *prompt)
{
    (void)prompt;
    arrange(console, &console->tiles_before);
}

static int layout_lines(struct console *console, struct prompt *prompt, int width)
{
    (void)width;
    int count = count_layouts(console, prompt);
    return count < LINES_MAX ? count : LINES_MAX;
}

static int layout_draw(struct console *console, struct prompt *prompt, struct area area)
{
    int at = keep_within(prompt, count_layouts(console, prompt));
    int first = at >= area.height ? at - area.height + 1 : 0;
    struct layout layout;
    for (int line = 0; line < area.height && nth_layout(console, prompt, first + line, &layout);
         line++) {
        bool here = first + line == at;
        enum role role = here ? ROLE_CURSOR : ROLE_TEXT;
        draw_fill(area.top + line, area.left, area.width, role);
        draw_text(area.top + line, area.left + 2, 18, role, layout.name);
        draw_text(area.top + line, area.left + 21, area.width - 22, here ? ROLE_CURSOR : ROLE_HINT,
                  _(layout.help));
    }
    return area.height;
}

static const struct prompt_class layout_class = {
    .label = N_("layout:"),
    .help = N_("Up and Down show each, Enter takes it, Esc leaves the one before"),
    .changed = layout_chose,
    .chose = layout_chose,
    .accept = layout_accept,
    .cancel = layout_cancel,
    .lists = true,
    .draw_above = layout_draw,
    .lines_above = layout_lines,
};

enum next tiles_menu_open_layouts(struct console *console, int argument)
{
    (void)argument;
    struct tiles now = console->overview->tiles, tiles;
    struct layout layout;
    if (console->here >= 0)
        console_go(console, -1);
    console->tiles_before = now;
    console_open_prompt(console, &layout_class, "");
    for (size_t i = 0; layout_at(console->config, i, &layout); i++)
        if (tiles_parse(layout.tiles, &tiles, NULL) && tiles_equal(&tiles, &now))
            console->prompt->chosen = (int)i;
    return NEXT_PAINT;
}

// The kind in a place of the list: the shown ones in their order, then the others; -1: none.
static long kind_at(const struct console *console, size_t place)
{
    const struct overview *overview = console->overview;
    if (place < overview->tiles.count)
        return (long)overview->tiles.items[place].kind;
    place -= overview->tiles.count;
    for (size_t kind = 0; kind < overview->kinds; kind++)
        if (tiles_place(&overview->tiles, kind) < 0 && place-- == 0)
            return (long)kind;
    return -1;
}

static long nth_tile(const struct console *console, const struct prompt *prompt, int index)
{
    const char *text = line_edit_text(&prompt->line);
    long kind;
    for (size_t place = 0; (kind = kind_at(console, place)) >= 0; place++)
        if ((strcasestr(tile_name((size_t)kind), text) != NULL ||
             strcasestr(_(tile_title((size_t)kind)), text) != NULL) &&
            index-- == 0)
            return kind;
    return -1;
}

static int count_tiles(const struct console *console, const struct prompt *prompt)
{
    int count = 0;
    while (nth_tile(console, prompt, count) >= 0)
        count++;
    return count;
}

// The entry follows its tile.
static void follow(struct console *console, struct prompt *prompt, long kind)
{
    int count = count_tiles(console, prompt);
    for (int i = 0; i < count; i++)
        if (nth_tile(console, prompt, i) == kind)
            prompt->chosen = i;
}

static void toggle(const struct tiles *tiles, size_t kind, struct tiles *out, struct err *err)
{
    *out = *tiles;
    if (tiles_place(tiles, kind) < 0 && !tiles_show(out, kind))
        err_set(err, "an overview has at most %d tiles; hide one first", TILES_MAX);
    else if (tiles_place(tiles, kind) >= 0 && !tiles_hide(out, kind))
        err_set(err, "what needs a person is always shown; < and > move it");
}

static bool tiles_accept(struct console *console, struct prompt *prompt)
{
    struct err err = {0};
    struct tiles tiles;
    long kind = nth_tile(console, prompt, keep_within(prompt, count_tiles(console, prompt)));
    if (kind >= 0)
        toggle(&console->overview->tiles, (size_t)kind, &tiles, &err);
    else
        err_set(&err, "no tile is called \"%s\"", line_edit_text(&prompt->line));
    if (err.text[0] != '\0') {
        prompt_error(prompt, 0, &err);
    } else {
        arrange(console, &tiles);
        follow(console, prompt, kind);
    }
    return false; // the list stays open for the next one
}

static bool tiles_typed(struct console *console, struct prompt *prompt, int code_point)
{
    struct overview *overview = console->overview;
    long kind = nth_tile(console, prompt, keep_within(prompt, count_tiles(console, prompt)));
    if (code_point == '?')
        return prompt_show_hint(console, prompt);
    if (kind < 0 || code_point > 127 || strchr("<>+-|", code_point) == NULL)
        return false;
    struct tiles tiles = overview->tiles;
    long place = tiles_place(&tiles, (size_t)kind);
    if (code_point == '<' || code_point == '>') {
        tiles_move(&tiles, (size_t)kind, code_point == '<' ? -1 : 1);
    } else if (code_point == '|' && place > 0) {
        tiles.items[place].beside = !tiles.items[place].beside;
    } else if (code_point != '|' && place >= 0) {
        overview->focus = (size_t)kind;
        overview_resize(overview, code_point == '+' ? 1 : -1);
        return true;
    }
    arrange(console, &tiles);
    follow(console, prompt, kind);
    return true;
}

static int tiles_lines(struct console *console, struct prompt *prompt, int width)
{
    (void)width;
    int count = count_tiles(console, prompt);
    return count < LINES_MAX ? count : LINES_MAX;
}

static int tiles_draw(struct console *console, struct prompt *prompt, struct area area)
{
    const struct tiles *tiles = &console->overview->tiles;
    int at = keep_within(prompt, count_tiles(console, prompt));
    int first = at >= area.height ? at - area.height + 1 : 0;
    for (int line = 0; line < area.height; line++) {
        long kind = nth_tile(console, prompt, first + line);
        if (kind < 0)
            break;
        long place = tiles_place(tiles, (size_t)kind);
        const struct tile *tile = place >= 0 ? &tiles->items[place] : NULL;
        bool here = first + line == at;
        enum role role = here ? ROLE_CURSOR : tile == NULL ? ROLE_DIM : ROLE_TEXT;
        draw_fill(area.top + line, area.left, area.width, role);
        draw_textf(area.top + line, area.left + 2, 24, role, "[%s]%s%s", tile != NULL ? "x" : " ",
                   tile != NULL && tile->beside ? "+" : " ", _(tile_title((size_t)kind)));
        if (tile != NULL && tile->rows > 0)
            draw_textf(area.top + line, area.left + 27, 6, role, "%d", tile->rows);
        draw_text(area.top + line, area.left + 33, area.width - 34, here ? ROLE_CURSOR : ROLE_HINT,
                  _(tile_purpose((size_t)kind)));
    }
    return area.height;
}

static const struct prompt_class tiles_class = {
    .label = N_("tiles:"),
    .help = N_("Enter shows, hides  < > move  - + rows  | beside  Esc ends"),
    .typed = tiles_typed,
    .accept = tiles_accept,
    .lists = true,
    .draw_above = tiles_draw,
    .lines_above = tiles_lines,
};

enum next tiles_menu_open(struct console *console, int argument)
{
    (void)argument;
    if (console->here >= 0)
        console_go(console, -1);
    console_open_prompt(console, &tiles_class, "");
    return NEXT_PAINT;
}

enum next tiles_menu_step(struct console *console, int direction)
{
    overview_step(console->overview, direction);
    return NEXT_PAINT;
}

enum next tiles_menu_move(struct console *console, int places)
{
    struct tiles tiles = console->overview->tiles;
    if (tiles_move(&tiles, console->overview->focus, places))
        arrange(console, &tiles);
    else
        journal_answer(console->journal, LEVEL_INFO, "", "%s",
                       places < 0 ? _("this tile is the first one")
                                  : _("this tile is the last one"));
    return NEXT_PAINT;
}

enum next tiles_menu_resize(struct console *console, int rows)
{
    overview_resize(console->overview, rows);
    return NEXT_PAINT;
}

enum next tiles_menu_hide(struct console *console, int argument)
{
    (void)argument;
    struct tiles tiles = console->overview->tiles;
    size_t kind = console->overview->focus;
    size_t place = (size_t)tiles_place(&tiles, kind);
    if (!tiles_hide(&tiles, kind)) {
        journal_answer(console->journal, LEVEL_INFO, "", "what needs a person is always shown");
        return NEXT_PAINT;
    }
    console->overview->focus = tiles.items[place < tiles.count ? place : tiles.count - 1].kind;
    arrange(console, &tiles);
    journal_answer(console->journal, LEVEL_INFO, "", "%s is hidden; :tiles shows it again",
                   _(tile_title(kind)));
    return NEXT_PAINT;
}
