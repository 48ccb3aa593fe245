// SPDX-License-Identifier: MIT

// A guided run in the console: from the list's name to verdicts, evidence and the end.
#include "tui/guide_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "checklist/lists.h"
#include "tui/guide_state.h"
#include "tui/journal_view.h"

#define FIRST_MS 20000 // for so long everything is read at full speed

static void close_run(struct guide_view *view, struct acts *acts)
{
    size_t steps = view->guide != NULL ? guide_step_count(view->guide) : 0;
    for (size_t i = 0; i < steps; i++) {
        for (size_t j = 0; j < guide_step(view->guide, i)->item_count; j++)
            guide_evidence_dispose(&view->evidence[i][j]);
        free(view->evidence[i]);
    }
    if (acts != NULL)
        acts_leave_steps(acts);
    for (size_t i = 0; i < view->pane_count; i++)
        pane_free(view->panes[i]);
    table_unref(view->end_table);
    guide_memory_close(&view->memory);
    guide_free(view->guide);
    check_free(view->check);
    checklists_free(view->lists, view->host_count);
    free(view->evidence);
    free(view->panes);
    free(view->list);
    free(view->title);
    guide_visit_forget(view);
    view->evidence = NULL;
    view->panes = NULL;
    view->pane_count = 0;
    view->end_table = NULL;
    view->guide = NULL;
    view->check = NULL;
    view->lists = NULL;
    view->list = view->title = NULL;
}

static void free_menu(struct guide_view *view)
{
    for (size_t i = 0; i < view->menu_count; i++) {
        free(view->menu_names[i]);
        guide_past_dispose(&view->menu_pasts[i]);
    }
    free(view->menu_names);
    free(view->menu_pasts);
    table_unref(view->menu_table);
    view->menu_names = NULL;
    view->menu_pasts = NULL;
    view->menu_table = NULL;
    view->menu_count = 0;
}

static void find_lists(struct fleet *fleet, struct guide_view *view)
{
    free_menu(view);
    view->menu_names = checklist_names(fleet_profile(fleet, 0)->name, &view->menu_count);
    view->menu_pasts = mem_array(view->menu_count + 1, sizeof *view->menu_pasts);
}

struct guide_view *guide_view_new(struct console *console)
{
    struct guide_view *view = mem_alloc(sizeof *view);
    view->host_count = fleet_host_count(console->fleet);
    view->visit = -1;
    view->menu = pane_new(&guide_menu_probe, NULL, NULL, console->config);
    view->memory.memory = console->memory;
    if (console->player != NULL)
        snprintf(view->memory.said, sizeof view->memory.said, "%s", _("this is a replay"));
    if (view->host_count > 0)
        find_lists(console->fleet, view);
    return view;
}

void guide_view_free(struct guide_view *view)
{
    if (view == NULL)
        return;
    close_run(view, NULL);
    free_menu(view);
    run_story_free(view->last);
    pane_free(view->menu);
    free(view);
}

const char *guide_view_list(const struct console *console, size_t index)
{
    const struct guide_view *view = console->guide;
    return index < view->menu_count ? view->menu_names[index] : NULL;
}

long guide_view_place(const struct console *console)
{
    return (long)console->pane_count;
}

bool guide_view_is_here(const struct console *console)
{
    return console->here == guide_view_place(console);
}

static const struct checklist **load(struct console *console, const char *list,
                                     struct err_list *errors)
{
    size_t count = console->guide->host_count;
    const char **profiles = mem_array(count + 1, sizeof *profiles);
    for (size_t i = 0; i < count; i++)
        profiles[i] = fleet_profile(console->fleet, i)->name;
    const struct checklist **lists = checklists_load(profiles, count, list, errors);
    free(profiles);
    return lists;
}

bool guide_view_check(struct console *console, const char *list, struct err_list *errors)
{
    if (list == NULL)
        return true;
    const struct checklist **lists = load(console, list, errors);
    checklists_free(lists, lists != NULL ? console->guide->host_count : 0);
    return lists != NULL;
}

const struct pane *guide_pane(const struct guide_view *view)
{
    if (view->page == GUIDE_MENU || view->guide == NULL)
        return view->menu;
    size_t here = guide_here(view->guide);
    return view->panes[view->page == GUIDE_END ? view->pane_count - 1 : here];
}

enum guide_page guide_view_page(const struct console *console)
{
    return console->guide->page;
}

struct guide *guide_view_guide(const struct console *console)
{
    return console->guide->guide;
}

bool guide_view_recalls(const struct console *console)
{
    return console->guide->memory.recalling;
}

const struct probe *guide_view_probe(const struct console *console)
{
    const struct guide_view *view = console->guide;
    if (view->page != GUIDE_STEP || view->guide == NULL)
        return NULL;
    return guide_step(view->guide, guide_here(view->guide))->step->probe;
}

void guide_put_in_place(struct console *console)
{
    struct guide_view *view = console->guide;
    if (view->guide == NULL)
        view->page = GUIDE_MENU;
    else if (view->page != GUIDE_MENU)
        view->page =
            guide_here(view->guide) < guide_step_count(view->guide) ? GUIDE_STEP : GUIDE_END;
    console->panes[guide_view_place(console)] = (struct pane *)(uintptr_t)guide_pane(view);
}

void guide_view_show(struct console *console)
{
    guide_put_in_place(console);
    console_go(console, guide_view_place(console));
}

void guide_make_menu(struct console *console)
{
    struct guide_view *view = console->guide;
    table_unref(view->menu_table);
    view->menu_table =
        guide_menu_build(fleet_profile(console->fleet, 0)->name,
                         (const char *const *)view->menu_names, view->menu_pasts, view->menu_count);
}

void guide_view_open_menu(struct console *console)
{
    struct guide_view *view = console->guide;
    guide_visit_end(console);
    find_lists(console->fleet, view);
    for (size_t i = 0; i < view->menu_count; i++)
        guide_memory_ask_menu(&view->memory, i, view->menu_names[i]);
    guide_make_menu(console);
    table_view_hide_host(view->menu->rows, true);
    view->page = GUIDE_MENU;
    guide_view_show(console);
}

void guide_view_open(struct console *console)
{
    struct guide_view *view = console->guide;
    guide_visit_end(console);
    if (view->guide == NULL) {
        guide_view_open_menu(console);
        return;
    }
    view->page = GUIDE_STEP;
    guide_view_show(console);
}

static void make_panes(struct guide_view *view, const struct config *config)
{
    size_t steps = guide_step_count(view->guide);
    view->pane_count = steps + 1;
    view->panes = mem_array(view->pane_count, sizeof(struct pane *));
    view->evidence = mem_array(view->pane_count, sizeof(struct guide_evidence *));
    for (size_t i = 0; i < steps; i++) {
        const struct guide_step *step = guide_step(view->guide, i);
        const struct probe *probe = step->step->probe;
        struct pane *pane =
            pane_new(probe != NULL ? probe : &guide_person_probe, NULL, NULL, config);
        if (probe != NULL) {
            guide_evidence_columns(pane->rows, step->step);
            pane->variant = step->step->variant;
        }
        view->panes[i] = pane;
        view->evidence[i] = mem_array(step->item_count + 1, sizeof(struct guide_evidence));
    }
    view->panes[steps] = pane_new(&guide_end_probe, NULL, NULL, config);
}

void guide_view_begin(struct console *console, const char *list, bool fresh)
{
    struct guide_view *view = console->guide;
    struct err_list errors = {0};
    const struct checklist **lists = load(console, list, &errors);
    for (size_t i = 0; i < errors.count; i++)
        journal_answer(console->journal, LEVEL_WARN, "", "%s", errors.texts[i]);
    err_list_dispose(&errors);
    if (lists == NULL)
        return;
    close_run(view, console->acts);
    guide_notice_forget(console);
    size_t count;
    view->lists = lists;
    view->list = mem_strdup(list);
    view->title = mem_strdup(lists[0]->title);
    view->check = check_new(console->fleet, lists);
    check_attend(view->check);
    check_update(view->check);
    check_judge(view->check, 0);
    const struct check_step *steps = check_steps(view->check, &count);
    view->guide =
        guide_new(steps, count, console->config->operator_name, guide_memory_keep, &view->memory);
    make_panes(view, console->config);
    struct str hosts = {0};
    for (size_t i = 0; i < view->host_count; i++)
        str_appendf(&hosts, "%s%s", i > 0 ? " " : "", fleet_host(console->fleet, i)->name);
    guide_memory_begin(&view->memory, view->guide, lists[0], str_text(&hosts),
                       console->config->operator_name, fresh);
    str_dispose(&hosts);
    view->settled = false;
    view->began_ms = clock_mono_ms();
    view->page = GUIDE_STEP;
    guide_view_show(console);
}

void guide_view_leave(struct console *console)
{
    struct guide_view *view = console->guide;
    if (view->guide != NULL && view->page != GUIDE_MENU) {
        struct guide_progress progress;
        guide_progress(view->guide, &progress);
        struct str keys = {0};
        keymap_keys(console->keymap, MODE_OVERVIEW, NULL, key_command_find("checklist"), 1, "",
                    &keys);
        journal_answer(console->journal, LEVEL_INFO, "",
                       "%s left, %zu of %zu steps done; %s goes on", _(view->title),
                       progress.decided, progress.steps,
                       keys.len > 0 ? str_text(&keys) : ":checklist");
        str_dispose(&keys);
    }
    guide_visit_end(console);
    console_go(console, console->trail_count > 0 ? console->trail[--console->trail_count] : -1);
}

void guide_view_end(struct console *console)
{
    struct guide_view *view = console->guide;
    struct guide_progress progress;
    guide_progress(view->guide, &progress);
    journal_end_answers(console->journal);
    journal_answer(
        console->journal, LEVEL_OK, "",
        P_("%s is done: %zu step in %lld min", "%s is done: %zu steps in %lld min", progress.steps),
        _(view->title), progress.steps, (long long)(progress.used_ms + 30000) / 60000);
    guide_memory_end(&view->memory);
    close_run(view, console->acts);
    guide_notice_forget(console);
    guide_view_open_menu(console);
}

static void update_page(struct console *console)
{
    struct guide_view *view = console->guide;
    const struct table *end;
    switch (view->page) {
    case GUIDE_MENU:
        if (view->menu_table != NULL)
            table_view_set_tables(view->menu->rows, &view->menu_table, NULL, 1);
        break;
    case GUIDE_STEP:
        if (guide_view_probe(console) != NULL)
            guide_evidence_update(view, guide_here(view->guide));
        break;
    case GUIDE_END:
        end = guide_end_build(view->guide);
        table_view_set_tables(view->panes[view->pane_count - 1]->rows, &end, NULL, 1);
        table_view_hide_host(view->panes[view->pane_count - 1]->rows,
                             console->model->selected_count == 1);
        table_unref(view->end_table);
        view->end_table = end;
        break;
    }
}

void guide_view_update(struct console *console)
{
    guide_view_recall(console);

    struct guide_view *view = console->guide;
    if (view->guide != NULL) {
        bool was_settled = view->settled;
        check_look(view->check, guide_view_is_here(console) ? guide_view_probe(console) : NULL);
        view->settled = check_update(view->check) || view->settled ||
                        clock_mono_ms() - view->began_ms > FIRST_MS;
        check_judge(view->check, 0);
        guide_update(view->guide);
        for (size_t i = 0; i < console->model->host_count; i++)
            guide_show_host(view->guide, i, console->model->hosts[i].selected);
        if (view->settled != was_settled)
            console_look(console);
    }
    if (guide_view_is_here(console))
        update_page(console);
}

void guide_view_looked(struct console *console, bool here)
{
    struct guide_view *view = console->guide;
    if (view->guide == NULL)
        return;
    if (here)
        guide_go(view->guide, guide_here(view->guide));
    else if (view->visit < 0)
        guide_leave(view->guide);
}

bool guide_view_looks(const struct console *console, const struct probe *probe)
{
    const struct guide_view *view = console->guide;
    if (view->guide == NULL)
        return false;
    if (guide_view_is_here(console) && probe == guide_view_probe(console))
        return true;
    const struct probe *const *wanted = check_probes(view->check);
    for (size_t i = 0; !view->settled && wanted[i] != NULL; i++)
        if (wanted[i] == probe)
            return true;
    return false;
}

bool guide_view_tab(const struct console *console, char *out, size_t size, enum level *level)
{
    const struct guide_view *view = console->guide;
    struct guide_progress progress;
    if (view->guide == NULL)
        return false;
    guide_progress(view->guide, &progress);
    *level = progress.faces[FACE_CRITICAL] > 0                                 ? LEVEL_CRIT
             : progress.faces[FACE_WARNING] + progress.faces[FACE_UNKNOWN] > 0 ? LEVEL_WARN
                                                                               : LEVEL_NONE;
    snprintf(out, size, "%s %zu/%zu", _(view->title), progress.decided, progress.steps);
    return true;
}

char *guide_view_chosen(struct console *console)
{
    struct guide_view *view = console->guide;
    struct row_ref row;
    if (view->page != GUIDE_MENU || !table_view_current(view->menu->rows, &row))
        return NULL;
    struct str name = {0};
    cell_plain(&name, &guide_menu_probe.schema->columns[1], table_cell(row.table, row.row, 1));
    return str_take(&name);
}

bool guide_view_go_to_row(struct console *console)
{
    struct guide_view *view = console->guide;
    struct row_ref row;
    if (view->page != GUIDE_END ||
        !table_view_current(view->panes[view->pane_count - 1]->rows, &row))
        return false;
    guide_go(view->guide, guide_end_step(view->guide, row.table, row.row));
    guide_view_show(console);
    return true;
}

size_t guide_view_step(const struct console *console)
{
    const struct guide_view *view = console->guide;
    bool at_it = view->guide != NULL && view->page != GUIDE_MENU &&
                 (guide_view_is_here(console) || view->visit >= 0);
    return at_it ? guide_here(view->guide) : SIZE_MAX;
}

void guide_view_acted(struct console *console, size_t step, const struct plan *plan,
                      const char *text, bool well)
{
    struct guide *guide = console->guide->guide;
    if (guide == NULL || step == SIZE_MAX)
        return;
    for (size_t i = 0; i < plan->host_count; i++)
        guide_acted(guide, step, plan->hosts[i]->config->name, plan->hosts[i]->audit, text, well);
    if (plan->host_count == 0)
        guide_acted(guide, step, "", "", text, well);
}
