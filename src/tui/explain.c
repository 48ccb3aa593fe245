// SPDX-License-Identifier: MIT

// One cell explained: meaning, window, source, age, thresholds.
#include "tui/explain.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "table/row_label.h"
#include "tui/column_layout.h"
#include "tui/detail.h"
#include "tui/feeds.h"
#include "tui/state.h"

static void add_value(struct viewer *viewer, const struct column *column, const struct cell *cell)
{
    struct str shown = {0}, exact = {0};
    cell_format(&shown, column, cell, clock_shown_wall_ms());
    if (cell->known)
        column_add_unit(&shown, column, false);
    enum level level = (enum level)cell->level;
    str_append(&shown, level == LEVEL_CRIT   ? _("  !! critical")
                       : level == LEVEL_WARN ? _("  ! warning")
                                             : "");
    viewer_pair(viewer, ROLE_DIM, _("Value"), cell->known ? role_of_level(level) : ROLE_DIM,
                cell->known ? str_text(&shown)
                            : _("– (unknown: nobody said it, or it cannot be "
                                "worked out; it is not zero)"));
    cell_plain(&exact, column, cell);
    if (cell->known && strcmp(str_text(&exact), str_text(&shown)) != 0)
        viewer_pair(viewer, ROLE_DIM, _("Exactly"), ROLE_TEXT, str_text(&exact));
    viewer_pair(viewer, ROLE_DIM, _("Means"), ROLE_TEXT,
                column->help != NULL ? _(column->help) : "–");
    viewer_pair(viewer, ROLE_DIM, _("In filters"), ROLE_TEXT, column->name);
    str_dispose(&shown);
    str_dispose(&exact);
}

static void add_reading(struct console *console, struct viewer *viewer, const struct pane *pane)
{
    const struct schema *schema = pane->probe->schema;
    const struct snapshot *snapshot = model_snapshot(console->model, viewer->host, pane->probe);
    struct str feed = {0}, text = {0};
    if (schema->variants != NULL)
        viewer_pair(viewer, ROLE_DIM, _("Window"), ROLE_TEXT, _(schema->variants[pane->variant]));
    viewer_pair(viewer, ROLE_DIM, _("Host"), ROLE_TEXT,
                console->model->hosts[viewer->host].config->name);
    feeds_words(console->model, viewer->host, pane->probe, &feed);
    viewer_pair(viewer, ROLE_DIM, _("Read"), ROLE_TEXT, str_text(&feed));
    if (snapshot != NULL && snapshot->fallback)
        viewer_pair(viewer, ROLE_DIM, "", ROLE_WARN, _("a fallback: the first source failed"));
    if (snapshot != NULL && snapshot->table_count > 0) {
        char every[AGE_TEXT_MAX];
        model_age(snapshot->period_ms, every);
        if (snapshot->took_us > 0)
            str_appendf(&text, _("every %s; the last reading took %.1f ms"), every,
                        (double)snapshot->took_us / 1000);
        else
            str_appendf(&text, _("every %s"), every);
        viewer_pair(viewer, ROLE_DIM, "", ROLE_TEXT, str_text(&text));
    }
    if (snapshot != NULL && snapshot->note[0] != '\0')
        viewer_pair(viewer, ROLE_DIM, _("Note"), ROLE_INFO, snapshot->note);
    if (snapshot != NULL && snapshot->error[0] != '\0')
        viewer_pair(viewer, ROLE_DIM, _("Problem"), ROLE_WARN, snapshot->error);
    str_dispose(&feed);
    str_dispose(&text);
}

// Thresholds are conditions over the row: each is said with whether it holds now.
static void add_condition(struct viewer *viewer, const struct profile_threshold *threshold,
                          const char *label, enum role role, const char *condition)
{
    struct filter *filter = NULL;
    size_t position;
    if (condition == NULL)
        return;
    bool ok = filter_parse(condition, table_schema(viewer->table), &filter, &position, NULL);
    bool holds = ok && filter_match(filter, viewer->table, viewer->row);
    struct str text = {0};
    str_appendf(&text, "%s%s%s%s", condition, threshold->word[0] != '\0' ? "  " : "",
                _(threshold->word), holds ? _("  (holds now)") : "");
    viewer_pair(viewer, ROLE_DIM, label, holds ? role : ROLE_TEXT, str_text(&text));
    str_dispose(&text);
    filter_free(filter);
}

static void add_thresholds(struct console *console, struct viewer *viewer,
                           const struct column *column)
{
    const struct profile *profile = fleet_profile(console->fleet, viewer->host);
    const char *probe = table_schema(viewer->table)->name;
    bool any = false;
    for (size_t i = 0; profile != NULL && i < profile->threshold_count; i++) {
        const struct profile_threshold *threshold = &profile->thresholds[i];
        if (strcmp(threshold->probe, probe) != 0 || strcmp(threshold->column, column->name) != 0)
            continue;
        any = true;
        add_condition(viewer, threshold, _("Critical when"), ROLE_CRIT, threshold->crit);
        add_condition(viewer, threshold, _("Warning when"), ROLE_WARN, threshold->warn);
        struct str place = {0};
        str_appendf(&place, "%s:%d", threshold->place.path, threshold->place.line);
        viewer_pair(viewer, ROLE_DIM, "", ROLE_DIM, str_text(&place));
        str_dispose(&place);
    }
    if (!any)
        viewer_pair(viewer, ROLE_DIM, _("Judged by"), ROLE_DIM, _("no threshold"));
}

// How the profile has it read: each source in the order in which it is tried.
static void add_sources(struct console *console, struct viewer *viewer)
{
    const struct profile *profile = fleet_profile(console->fleet, viewer->host);
    const struct profile_probe *plan =
        profile != NULL ? profile_probe(profile, table_schema(viewer->table)->name) : NULL;
    if (plan == NULL)
        return;
    viewer_text(viewer, ROLE_TEXT, "");
    viewer_text(viewer, ROLE_TITLE, _("How it is read, first choice first"));
    for (size_t i = 0; i < plan->source_count; i++) {
        const struct profile_source *source = &plan->sources[i];
        struct str name = {0};
        str_appendf(&name, "%s %s", source->reader, source->name);
        viewer_text(viewer, ROLE_STRONG, str_text(&name));
        str_dispose(&name);
        for (size_t j = 0; source->section != NULL && j < source->section->count; j++)
            viewer_pair(viewer, ROLE_DIM, source->section->entries[j].key, ROLE_TEXT,
                        source->section->entries[j].value);
    }
}

static size_t host_of_row(const struct console *console, const struct row_ref *row)
{
    const struct cell *cell = table_cell(row->table, row->row, 0);
    for (size_t i = 0; cell->known && i < console->model->host_count; i++) {
        const char *name = console->model->hosts[i].config->name;
        if (strlen(name) == cell->len && memcmp(name, cell->as.text, cell->len) == 0)
            return i;
    }
    return 0;
}

// Rows of the overview are the console's own: they are found in what it shows.
static bool find_own_row(struct console *console, struct viewer *viewer)
{
    struct row_ref row;
    if (!table_view_row(console->overview->sections[viewer->section], viewer->id, &row))
        return false;
    const struct table *old = viewer->table;
    viewer->table = table_ref(row.table);
    viewer->row = row.row;
    table_unref(old);
    return true;
}

static void build(struct console *console, struct viewer *viewer)
{
    const struct pane *pane = viewer->pane >= 0 ? console->panes[viewer->pane] : NULL;
    const struct column *column = &table_schema(viewer->table)->columns[viewer->column];
    if (!(pane != NULL ? detail_find_row(console, viewer) : find_own_row(console, viewer)))
        viewer_text(viewer, ROLE_WARN, _("This row is gone; below is what it was last."));
    add_value(viewer, column, table_cell(viewer->table, viewer->row, viewer->column));
    if (pane != NULL)
        add_reading(console, viewer, pane);
    else
        viewer_pair(viewer, ROLE_DIM, _("Made of"), ROLE_TEXT,
                    _("the newest readings of the panes; their titles say how old each is"));
    add_thresholds(console, viewer, column);
    add_sources(console, viewer);
}

static const struct viewer_class explain_viewer = {
    .name = "explained", .title = N_("Explained"), .build = build};

// What `of` says of row, pane and host, in one column of it.
static void open_for(struct console *console, const struct viewer *of, size_t column)
{
    struct row_ref row = {of->table, of->row, of->id};
    struct viewer *viewer = console_push_viewer(console, &explain_viewer);
    struct str label = {0};
    if (of->pane < 0 && of->section == SECTION_HOSTS)
        cell_plain(&label, &table_schema(of->table)->columns[0], table_cell(of->table, of->row, 0));
    else
        row_label(&row, &label);
    viewer->title = mem_printf(_("%s of %s"), _(table_schema(of->table)->columns[column].title),
                               str_text(&label));
    str_dispose(&label);
    viewer->table = table_ref(of->table);
    viewer->row = of->row;
    viewer->column = column;
    viewer->id = of->id;
    viewer->pane = of->pane;
    viewer->section = of->section;
    viewer->host = of->host;
}

static void explain_chosen(struct console *console)
{
    struct viewer_goal goal = viewer_chosen(console->viewer);
    if (goal.kind == GOAL_FIELD && console->viewer->table != NULL)
        open_for(console, console->viewer, goal.column);
    else
        journal_add(console->journal, LEVEL_INFO, "",
                    "choose a value first, with the keys that move up and down");
}

enum next explain_open(struct console *console, int argument)
{
    (void)argument;
    struct table_view *table = console_table(console);
    struct row_ref row;
    if (console->viewer != NULL) {
        explain_chosen(console);
        return NEXT_PAINT;
    }
    if (!table_view_current(table, &row) ||
        (guide_view_is_here(console) && guide_view_probe(console) == NULL))
        return NEXT_PAINT;
    if (console->here >= 0 &&
        table_view_schema(table) != console->panes[console->here]->probe->schema) {
        journal_add(console->journal, LEVEL_INFO, "",
                    "these are counts of rows; Enter shows the rows");
        return NEXT_PAINT;
    }
    struct viewer of = {.table = row.table,
                        .row = row.row,
                        .id = row.id,
                        .pane = console_pane_place(console),
                        .section = console->overview->focus,
                        .host = host_of_row(console, &row)};
    open_for(console, &of, (size_t)table_view_column(table));
    return NEXT_PAINT;
}
