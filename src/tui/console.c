// SPDX-License-Identifier: MIT

// The console's state, and how it is painted.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tui/act_question.h"
#include "tui/bar.h"
#include "tui/chord.h"
#include "tui/flood_keys.h"
#include "tui/kept.h"
#include "tui/question.h"
#include "tui/replay.h"
#include "tui/screen.h"
#include "tui/shield_view.h"
#include "tui/state.h"
#include "tui/tiles_feed.h"

#define TWO_BOTTOM_LINES_FROM 20 // rows of the screen
#define VIEWERS_MAX           8  // one over the other

enum mode console_mode(const struct console *console)
{
    if (console->prompt != NULL)
        return MODE_PROMPT;
    if (console->viewer != NULL)
        return MODE_VIEWER;
    if (guide_view_is_here(console))
        return MODE_GUIDE;
    return console->here >= 0 ? MODE_PANE : MODE_OVERVIEW;
}

const char *console_pane_name(const struct console *console)
{
    return console->here >= 0 ? console->panes[console->here]->probe->schema->name : NULL;
}

// The tiles of panes are in the order of the panes.
long console_pane_place(const struct console *console)
{
    size_t tile = console->overview->focus;
    if (console->here >= 0 || tile < SECTIONS)
        return console->here;
    return (long)(tile - SECTIONS);
}

struct table_view *console_table(struct console *console)
{
    if (console->here >= 0)
        return console->panes[console->here]->rows;
    return console->overview->sections[console->overview->focus];
}

// The hosts' rows change, so what a filter over them chooses may change with every update.
static void choose_hosts(struct console *console)
{
    struct model *model = console->model;
    model->selected_count = 0;
    for (size_t i = 0; i < model->host_count; i++) {
        model->hosts[i].selected =
            filter_match(console->hosts_shown, console->overview->host_tables[i], 0);
        model->selected_count += model->hosts[i].selected;
    }
}

static void tell_news(struct console *console, struct table_view *table)
{
    char *news = table_view_take_news(table);
    if (news != NULL)
        journal_add(console->journal, LEVEL_INFO, "", "%s", news);
    free(news);
}

static void update_place(struct console *console, long place)
{
    if (place < 0) {
        tiles_feed(console);
        overview_update(console->overview, console->model, console->keymap);
    } else if (place != guide_view_place(console)) {
        pane_update(console->panes[place], console->model);
    }
}

static void take_readings(struct console *console)
{
    model_update(console->model, console->journal);
    guide_view_notice(console);
    overview_update_hosts(console->overview, console->model);
}

void console_go_on(struct console *console)
{
    if (console->player != NULL)
        replay_go_on(console, take_readings);
}

void console_update(struct console *console)
{
    console_go_on(console);
    if (console->player != NULL)
        replay_settle(console);
    take_readings(console);
    choose_hosts(console);
    overview_update_attention(console->overview, console->model);
    alerts_update(console->alerts, console->model, console->overview->attention.worst);
    update_place(console, console->here);
    guide_view_update(console);
    if (console->here >= 0)
        tell_news(console, console->panes[console->here]->rows);
    if (console->split.on && !guide_view_is_here(console)) {
        update_place(console, console->split.other);
        if (console->split.other >= 0)
            free(table_view_take_news(console->panes[console->split.other]->rows));
    }
    flood_keys_update(console);
    acts_update(console);
    shield_view_update(console);
    question_update(console);
    act_question_update(console);
    keeper_tick(console->keeper, console->memory);
    kept_tick(console);
}

bool console_prepares(const struct console *console)
{
    return console->here >= 0 && table_view_prepares(console->panes[console->here]->rows);
}

static bool shows(const struct probe *pane, const struct probe *probe)
{
    for (const char *const *name = pane->beside; name != NULL && *name != NULL; name++)
        if (strcmp(*name, probe->schema->name) == 0)
            return true;
    return pane == probe;
}

// Only what is shown is read at full speed; the overview needs its figures.
void console_look(struct console *console)
{
    const struct probe **looked = mem_array(probe_count() + 1, sizeof *looked);
    size_t count = 0;
    bool both = console->split.on && !guide_view_is_here(console);
    long other = both ? console->split.other : console->here;
    bool overview = console->here < 0 || other < 0;
    for (size_t i = 0; probes[i] != NULL; i++)
        if ((overview && (!probes[i]->on_demand || overview_shows(console->overview, probes[i]))) ||
            (console->here >= 0 && shows(console->panes[console->here]->probe, probes[i])) ||
            (other >= 0 && shows(console->panes[other]->probe, probes[i])) ||
            guide_view_looks(console, probes[i]))
            looked[count++] = probes[i];
    fleet_look(console->fleet, looked);
    free(looked);
}

static void close_viewers(struct console *console)
{
    viewer_free(console->viewer);
    console->viewer = NULL;
}

// What one had gone back from is forgotten as soon as one goes elsewhere.
static void note_way(struct console *console, long pane)
{
    if (console->way_count > 0 && console->way[console->way_at] == pane)
        return;
    if (console->way_count > 0)
        console->way_count = console->way_at + 1;
    if (console->way_count == TRAIL_MAX)
        memmove(&console->way[0], &console->way[1], --console->way_count * sizeof *console->way);
    console->way[console->way_count++] = pane;
    console->way_at = console->way_count - 1;
}

void console_go(struct console *console, long pane)
{
    close_viewers(console);
    note_way(console, pane);
    bool was_guide = guide_view_is_here(console), is_guide = pane == guide_view_place(console);
    if (pane != console->here && !was_guide && !is_guide &&
        (!console->split.on || pane == console->split.other)) {
        console->split.swapped ^= console->split.on; // a place is on the screen once only
        console->split.other = console->here;
    }
    console->here = pane;
    if (console->split.on && console->split.other == pane)
        console->split.other = pane >= 0 ? -1 : 0;
    if (was_guide != is_guide)
        guide_view_looked(console, is_guide);
    console_look(console);
    console_update(console);
    if (pane >= 0)
        free(table_view_take_news(console->panes[pane]->rows)); // of the time when nobody looked
}

void console_put_under(struct console *console, struct viewer *under)
{
    console->viewer->under = under;
    struct viewer *deepest = console->viewer;
    for (size_t depth = 1; depth < VIEWERS_MAX && deepest != NULL; depth++)
        deepest = deepest->under;
    if (deepest == NULL)
        return;
    viewer_free(deepest->under); // each keeps a table alive
    deepest->under = NULL;
}

struct viewer *console_push_viewer(struct console *console, const struct viewer_class *kind)
{
    struct viewer *under = console->viewer;
    console->viewer = viewer_new(kind);
    console->viewer->place = console->here;
    console_put_under(console, under);
    return console->viewer;
}

void console_close_viewer(struct console *console)
{
    struct viewer *closed = console->viewer, *under = closed->under;
    closed->under = NULL;
    viewer_free(closed);
    console->viewer = NULL;
    if (under != NULL && under->place != console->here)
        console_go(console, under->place);
    console->viewer = under;
}

void console_open_viewer(struct console *console, const struct viewer_class *kind)
{
    if (console->viewer != NULL && console->viewer->kind == kind)
        console_close_viewer(console);
    else
        console_push_viewer(console, kind);
}

void console_open_prompt(struct console *console, const struct prompt_class *kind, const char *text)
{
    prompt_free(console->prompt);
    console->prompt = prompt_new(kind, text);
}

bool console_choose_hosts(struct console *console, const char *text, size_t *position,
                          struct err *err)
{
    struct filter *filter;
    size_t at = 0;
    bool ok = filter_parse(text, &host_table_schema, &filter, &at, err);
    if (position != NULL)
        *position = at;
    if (!ok)
        return false;
    filter_free(console->hosts_shown);
    console->hosts_shown = filter;
    char *kept = mem_strdup(text);
    free(console->host_filter);
    console->host_filter = kept;
    console_update(console);
    return true;
}

static int bottom_lines(void)
{
    return screen_rows() >= TWO_BOTTOM_LINES_FROM ? 2 : 1;
}

// Between the bars.
static struct area middle(void)
{
    return (struct area){1, 0, screen_rows() - 1 - bottom_lines(), screen_cols()};
}

// The key that led nowhere is not taken for the first of others: it was not meant so.
static void tell_dead_end(struct console *console, const struct chord_keys *keys)
{
    char name[CHORD_KEYS_NAME];
    if (keys->items[keys->count - 1] == CHORD_ESC)
        return;
    chord_keys_print(keys, name);
    journal_add(console->journal, LEVEL_INFO, "", "%s does nothing here", name);
}

enum next console_press(struct console *console, int chord)
{
    if (chord == CHORD_ESC && console->prompt == NULL && replay_stop(console))
        return NEXT_PAINT;
    if (console->viewer != NULL && console->viewer->count == 0) // typed before it was painted
        viewer_lay_out(console, console->viewer, middle());
    enum mode mode = console_mode(console);
    struct chord_keys keys = {.count = 0};
    if (console->pressed_in == mode)
        keys = console->pressed;
    console->pressed = (struct chord_keys){.count = 0};
    keys.items[keys.count++] = chord;
    const struct key_command *command;
    switch (keymap_look(console->keymap, mode, console_pane_name(console), &keys, &command)) {
    case KEYMAP_COMMAND:
        return command->run(console, command->argument);
    case KEYMAP_BEGINS:
        console->pressed = keys;
        console->pressed_in = mode;
        break;
    case KEYMAP_NOTHING:
        if (keys.count > 1)
            tell_dead_end(console, &keys);
        else if (console->prompt != NULL && chord_is_text(chord))
            prompt_insert(console, console->prompt, chord);
        break;
    }
    return NEXT_PAINT;
}

void console_paste(struct console *console, int code_point)
{
    if (console->prompt != NULL)
        prompt_paste(console->prompt, code_point);
    else
        journal_add(console->journal, LEVEL_INFO, "",
                    "pasted text goes into prompts only; nothing was done");
}

void console_end_paste(struct console *console)
{
    if (console->prompt != NULL)
        prompt_end_paste(console, console->prompt);
}

static void draw_place(struct console *console, long place, struct area area)
{
    bool has_focus = place == console->here;
    if (place == guide_view_place(console))
        guide_view_draw(console, area);
    else if (place >= 0)
        pane_draw(console->panes[place], console->model, area, has_focus);
    else
        overview_draw(console->overview, console->model, area, has_focus);
}

void console_paint(struct console *console)
{
    int rows = screen_rows(), cols = screen_cols();
    int bottom = bottom_lines();
    struct area area = middle();
    screen_begin();
    if (area.height >= 1) {
        struct area here, other;
        here = area;
        if (!guide_view_is_here(console) && split_areas(&console->split, area, &here, &other)) {
            split_draw_line(area, here, other);
            draw_place(console, console->split.other, other);
        }
        draw_place(console, console->here, here);
        if (console->viewer != NULL)
            viewer_draw(console, console->viewer, area);
    }
    bar_draw_top(console, 0, cols);
    bar_draw_bottom(console, rows - bottom, bottom, cols);
    if (console->prompt != NULL)
        prompt_draw(console, console->prompt, (struct area){area.top, 0, rows - 1, cols});
    screen_end();
}
