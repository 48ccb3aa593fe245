// SPDX-License-Identifier: MIT

// Clicks and the wheel, by what was drawn there.
#include "tui/mouse.h"

#include "base/lang.h"
#include "tui/guide_keys.h"
#include "tui/navigate.h"
#include "tui/state.h"

#define WHEEL_ROWS 3

enum next mouse_toggle(struct console *console, int argument)
{
    (void)argument;
    bool on = !screen_has_mouse();
    screen_set_mouse(on);
    journal_answer(console->journal, LEVEL_INFO, "", "%s",
                   on ? _("the mouse is on: rows, headings, tabs, buttons, wheel; most terminals "
                          "still select text with Shift")
                      : _("the mouse is off: the terminal selects text again"));
    return NEXT_PAINT;
}

// The tile that shows a table; -1: none of those that are shown.
static long tile_of(const struct console *console, const struct table_view *table)
{
    const struct overview *overview = console->overview;
    for (size_t i = 0; i < overview->tiles.count; i++)
        if (overview->sections[overview->tiles.items[i].kind] == table)
            return (long)overview->tiles.items[i].kind;
    return -1;
}

static bool place_shows(const struct console *console, long place, const struct table_view *table)
{
    return place >= 0 ? console->panes[place]->rows == table : tile_of(console, table) >= 0;
}

// The keyboard goes where the table is.
static void focus(struct console *console, const struct table_view *table)
{
    if (console_table(console) == table)
        return;
    if (console->split.on && place_shows(console, console->split.other, table))
        console_go(console, console->split.other);
    if (console->here < 0 && tile_of(console, table) >= 0)
        console->overview->focus = (size_t)tile_of(console, table);
}

// What was drawn may be gone by now: a second click comes before the next paint.
static bool is_shown(struct console *console, const struct table_view *table)
{
    if (console_table(console) == table)
        return true;
    bool two = console->split.on && !guide_view_is_here(console);
    return (two && place_shows(console, console->split.other, table)) ||
           (console->here < 0 && tile_of(console, table) >= 0);
}

// Opens what is chosen; a step of the checklist is decided by keys only.
static enum next open_chosen(struct console *console)
{
    if (!guide_view_is_here(console))
        return navigate_enter(console, 0);
    return guide_view_page(console) == GUIDE_MENU ? guide_keys_take(console, 0)
                                                  : guide_keys_details(console, 0);
}

// A first click chooses, one on what is chosen opens.
static enum next click_table(struct console *console, struct table_view *table,
                             const struct mouse_event *event)
{
    bool had_keyboard = console_table(console) == table;
    focus(console, table);
    switch (table_view_click(table, event->row, event->col)) {
    case TABLE_CLICK_HEADING:
        table_view_sort_here(table);
        break;
    case TABLE_CLICK_CURSOR:
        return had_keyboard ? open_chosen(console) : NEXT_PAINT;
    case TABLE_CLICK_ROW:
    case TABLE_CLICK_NOTHING:
        break;
    }
    return NEXT_PAINT;
}

// Where a tile has no table: its title, the grid of hosts, nothing at all.
static enum next click_tile(struct console *console, size_t kind, const struct mouse_event *event)
{
    struct table_view *table = console->overview->sections[kind];
    bool had_keyboard = console_table(console) == table;
    focus(console, table);
    if (kind == SECTION_HOSTS && console->overview->grid.height > 0) {
        enum table_click clicked = overview_click_grid(console->overview, event->row, event->col);
        return had_keyboard && clicked == TABLE_CLICK_CURSOR ? open_chosen(console) : NEXT_PAINT;
    }
    if (had_keyboard && (kind == SECTION_JOURNAL || kind == SECTION_CHECKLIST))
        return open_chosen(console);
    if (had_keyboard && tile_probe(kind) != NULL)
        navigate_to(console, tile_probe(kind), 0);
    return NEXT_PAINT;
}

static enum next click_entry(struct console *console, const struct zone *zone, int row)
{
    const struct prompt *prompt = console->prompt;
    if (prompt == NULL)
        return NEXT_PAINT;
    int height = zone->area.height;
    int first = prompt->chosen >= height ? prompt->chosen - height + 1 : 0;
    int entry = first + row - zone->area.top;
    if (entry == prompt->chosen)
        return prompt_accept(console, 0);
    return prompt_choose(console, entry - prompt->chosen);
}

static enum next click(struct console *console, const struct zone *zone,
                       const struct mouse_event *event)
{
    switch (zone->kind) {
    case ZONE_TABLE:
        return click_table(console, zone->table, event);
    case ZONE_TILE:
        return click_tile(console, (size_t)zone->place, event);
    case ZONE_TAB:
        if (zone->place == guide_view_place(console))
            guide_view_open(console);
        else
            navigate_pane(console, (int)zone->place + 1);
        break;
    case ZONE_ENTRIES:
        return click_entry(console, zone, event->row);
    case ZONE_COMMAND:
        return zone->command->run(console, zone->command->argument);
    case ZONE_TEXT:
        if (viewer_click(console->viewer, event->row - zone->area.top))
            return navigate_enter(console, 0);
        break;
    case ZONE_NOTHING:
        break;
    }
    return NEXT_PAINT;
}

static void turn_wheel(struct console *console, const struct zone *zone, int direction)
{
    if (zone->kind == ZONE_TEXT)
        viewer_scroll(console->viewer, direction * WHEEL_ROWS);
    else if (zone->kind == ZONE_ENTRIES)
        prompt_choose(console, direction);
    else if (zone->kind == ZONE_TILE)
        focus(console, console->overview->sections[zone->place]);
    else if (zone->kind == ZONE_TABLE) {
        focus(console, zone->table);
        table_view_move(zone->table, direction * WHEEL_ROWS);
    }
}

// Under a prompt and under a text nothing else is meant.
static bool is_there(struct console *console, const struct zone *zone)
{
    const struct prompt *prompt = console->prompt;
    if (zone->kind == ZONE_COMMAND)
        return (zone->command->modes & (unsigned)console_mode(console)) != 0;
    if (prompt != NULL)
        return zone->kind == ZONE_ENTRIES && prompt->kind->lists;
    if (console->viewer != NULL)
        return zone->kind == ZONE_TEXT || zone->kind == ZONE_TAB;
    return zone->kind == ZONE_TAB || (zone->kind == ZONE_TABLE && is_shown(console, zone->table)) ||
           (zone->kind == ZONE_TILE && is_shown(console, console->overview->sections[zone->place]));
}

enum next mouse_take(struct console *console, const struct mouse_event *event)
{
    struct zone zone = screen_zone_at(event->row, event->col);
    console->pressed = (struct chord_keys){.count = 0};
    if (!is_there(console, &zone))
        return NEXT_PAINT;
    if (event->kind == MOUSE_CLICK)
        return click(console, &zone, event);
    turn_wheel(console, &zone, event->kind == MOUSE_WHEEL_UP ? -1 : 1);
    return NEXT_PAINT;
}
