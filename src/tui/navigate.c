// SPDX-License-Identifier: MIT

// Ways through the console.
#include "tui/navigate.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/act.h"
#include "tui/detail.h"
#include "tui/explain.h"
#include "tui/help.h"
#include "tui/journal_view.h"
#include "tui/state.h"

enum next navigate_quit(struct console *console, int argument)
{
    (void)console;
    (void)argument;
    return NEXT_QUIT;
}

enum next navigate_suspend(struct console *console, int argument)
{
    (void)console;
    (void)argument;
    return NEXT_SUSPEND;
}

enum next navigate_redraw(struct console *console, int argument)
{
    (void)console;
    (void)argument;
    return NEXT_REDRAW;
}

enum next navigate_refresh(struct console *console, int argument)
{
    (void)argument;
    const struct probe *probe = guide_view_is_here(console) ? guide_view_probe(console)
                                : console->here >= 0        ? console->panes[console->here]->probe
                                                            : NULL;
    for (size_t i = 0; i < console->model->host_count; i++)
        if (console->model->hosts[i].selected)
            fleet_refresh(console->fleet, (long)i, probe);
    if (probe != NULL)
        journal_add(console->journal, LEVEL_INFO, "", "reading %s again", _(probe->title));
    else
        journal_add(console->journal, LEVEL_INFO, "", "reading everything again");
    return NEXT_PAINT;
}

// The innermost thing first: what an action waits for, a viewer, a message that stays, a filter,
// groups, the pane.
enum next navigate_back(struct console *console, int argument)
{
    (void)argument;
    if (acts_stop_waiting(console->acts))
        return NEXT_PAINT;
    if (console->viewer != NULL) {
        console_close_viewer(console);
    } else if (guide_view_return(console)) {
        return NEXT_PAINT; // what the visit changed in the pane went with it
    } else if (journal_unseen(console->journal) > 0) {
        journal_mark_seen(console->journal);
    } else if (table_view_filter(console_table(console))[0] != '\0') {
        table_view_set_filter(console_table(console), "", NULL, NULL);
    } else if (guide_view_is_here(console)) {
        guide_view_leave(console);
    } else if (console->here >= 0 && console->panes[console->here]->group > 0) {
        pane_show_all(console->panes[console->here]);
    } else if (console->here >= 0) {
        console_go(console, console->trail_count > 0 ? console->trail[--console->trail_count] : -1);
    } else {
        struct str keys = {0};
        keymap_keys(console->keymap, MODE_OVERVIEW, NULL, key_command_find("quit"), 1, "", &keys);
        journal_add(console->journal, LEVEL_INFO, "", "this is the overview; %s quits",
                    keys.len > 0 ? str_text(&keys) : ":quit");
        str_dispose(&keys);
    }
    return NEXT_PAINT;
}

// By name or number there is no way back but to the overview.
static void go_directly(struct console *console, long place)
{
    console->trail_count = 0;
    console_go(console, place);
}

enum next navigate_pane(struct console *console, int argument)
{
    if (argument > (int)console->pane_count)
        journal_add(console->journal, LEVEL_INFO, "",
                    P_("there is %zu pane", "there are %zu panes", console->pane_count),
                    console->pane_count);
    else
        go_directly(console, argument - 1);
    return NEXT_PAINT;
}

enum next navigate_way(struct console *console, int argument)
{
    bool more = argument < 0 ? console->way_at > 0 : console->way_at + 1 < console->way_count;
    if (more) {
        console->way_at = argument < 0 ? console->way_at - 1 : console->way_at + 1;
        long place = console->way[console->way_at];
        if (place == guide_view_place(console))
            guide_view_open(console); // the run may have ended since
        else
            go_directly(console, place);
    } else {
        journal_add(console->journal, LEVEL_INFO, "", "%s",
                    argument < 0 ? _("this is where you began") : _("this is where you came last"));
    }
    return NEXT_PAINT;
}

enum next navigate_related(struct console *console, int argument)
{
    if (!viewer_jump(console->viewer, argument))
        journal_add(console->journal, LEVEL_INFO, "", "no related rows here");
    return NEXT_PAINT;
}

enum next navigate_step(struct console *console, int argument)
{
    if (argument > 0 && split_step(console))
        return NEXT_PAINT;
    long places = (long)console->pane_count + 1; // the overview is one, the checklist is not
    go_directly(console, (console->here + 1 + argument + places) % places - 1);
    return NEXT_PAINT;
}

static void leave_trail(struct console *console)
{
    if (console->trail_count == TRAIL_MAX)
        memmove(&console->trail[0], &console->trail[1],
                --console->trail_count * sizeof *console->trail);
    console->trail[console->trail_count++] = console->here;
}

// With the cursor on a row, unless that is 0; false: the row is gone.
static bool enter_pane(struct console *console, const struct probe *probe, uint64_t row)
{
    for (size_t i = 0; i < console->pane_count; i++) {
        if (console->panes[i]->probe != probe)
            continue;
        pane_show_all(console->panes[i]);
        console_go(console, (long)i);
        struct table_view *table = console->panes[i]->rows;
        if (row == 0 || table_view_go(table, row))
            return true;
        table_view_set_filter(table, "", NULL, NULL); // it may hide the row that was asked for
        if (table_view_go(table, row))
            return true;
    }
    journal_add(console->journal, LEVEL_INFO, "", "that row of %s is gone", _(probe->title));
    return false;
}

bool navigate_to(struct console *console, const struct probe *probe, uint64_t row)
{
    if (console->here < 0 || console->panes[console->here]->probe != probe)
        leave_trail(console);
    return enter_pane(console, probe, row);
}

static void enter_row(struct console *console, struct viewer_goal goal)
{
    struct viewer *under = console->viewer;
    console->viewer = NULL; // what it leads to is left for it again
    if (enter_pane(console, goal.probe, goal.row)) {
        detail_open_row(console);
        console_put_under(console, under);
    } else {
        console_go(console, under->place);
        console->viewer = under;
    }
}

// The line that was chosen; a text without one is left.
static enum next enter_line(struct console *console)
{
    struct viewer_goal goal = viewer_chosen(console->viewer);
    if (goal.kind == GOAL_NONE)
        return navigate_back(console, 0);
    if (goal.kind == GOAL_FIELD)
        return explain_open(console, 0);
    enter_row(console, goal);
    return NEXT_PAINT;
}

static void open_target(struct console *console, const struct overview_target *target)
{
    struct row_ref row;
    bool has_row = table_view_current(console_table(console), &row);
    if (target->kind == SECTION_JOURNAL)
        navigate_journal(console, 0);
    else if (target->kind == SECTION_CHECKLIST)
        guide_view_enter_tile(console, has_row ? &row : NULL);
    else if (target->probe != NULL)
        navigate_to(console, target->probe, target->row);
    else
        detail_open_host(console, target->host);
}

enum next navigate_enter(struct console *console, int argument)
{
    (void)argument;
    if (console->viewer != NULL)
        return enter_line(console);
    if (console->here >= 0) {
        if (!pane_enter_group(console->panes[console->here], console->model))
            detail_open_row(console);
        return NEXT_PAINT;
    }
    struct overview_target target;
    if (overview_target(console->overview, console->model, &target))
        open_target(console, &target);
    return NEXT_PAINT;
}

enum next navigate_worst(struct console *console, int argument)
{
    (void)argument;
    struct overview_target target;
    if (overview_worst(console->overview, &target))
        open_target(console, &target);
    else
        journal_add(console->journal, LEVEL_INFO, "", "nothing needs a person now");
    return NEXT_PAINT;
}

enum next navigate_window(struct console *console, int argument)
{
    (void)argument;
    struct pane *pane = console->panes[console->here];
    if (pane_next_variant(pane))
        pane_update(pane, console->model);
    else
        journal_add(console->journal, LEVEL_INFO, "", "%s has one window only",
                    _(pane->probe->title));
    return NEXT_PAINT;
}

enum next navigate_group(struct console *console, int argument)
{
    (void)argument;
    struct pane *pane = console->panes[console->here];
    if (pane_next_group(pane))
        pane_update(pane, console->model);
    else
        journal_add(console->journal, LEVEL_INFO, "", "%s are not counted in groups",
                    _(pane->probe->title));
    return NEXT_PAINT;
}

enum next navigate_only_host(struct console *console, int argument)
{
    (void)argument;
    struct row_ref row;
    if (!table_view_current(console_table(console), &row))
        return NEXT_PAINT;
    const struct cell *host = table_cell(row.table, row.row, 0);
    if (!host->known)
        return NEXT_PAINT;
    char *filter = mem_printf("host=\"%.*s\"", (int)host->len, host->as.text);
    console_choose_hosts(console, filter, NULL, NULL);
    free(filter);
    return NEXT_PAINT;
}

enum next navigate_all_hosts(struct console *console, int argument)
{
    (void)argument;
    console_choose_hosts(console, "", NULL, NULL);
    return NEXT_PAINT;
}

enum next navigate_help(struct console *console, int argument)
{
    (void)argument;
    console_open_viewer(console, &help_viewer);
    return NEXT_PAINT;
}

enum next navigate_journal(struct console *console, int argument)
{
    (void)argument;
    journal_mark_seen(console->journal);
    console_open_viewer(console, &journal_viewer);
    return NEXT_PAINT;
}
