// SPDX-License-Identifier: MIT

// Details, alive as long as they are open.
#include "tui/detail.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "table/row_label.h"
#include "tui/column_layout.h"
#include "tui/feeds.h"
#include "tui/pane_extra.h"
#include "tui/related.h"
#include "tui/state.h"

#define FACTS_MAX 3 // of a related row

bool detail_find_row(struct console *console, struct viewer *viewer)
{
    const struct pane *pane = console->panes[viewer->pane];
    for (size_t host = 0; host < console->model->host_count; host++) {
        const struct table *table = model_table(console->model, host, pane->probe, pane->variant);
        size_t row;
        if (table == NULL || !table_find(table, viewer->id, &row))
            continue;
        const struct table *old = viewer->table;
        viewer->table = table_ref(table);
        viewer->row = row;
        viewer->host = host;
        table_unref(old);
        return true;
    }
    return false;
}

// Each item of a list on a line of its own.
static void add_list(struct viewer *viewer, const struct column *column, const struct cell *cell)
{
    const char *at = cell->as.text, *end = at + cell->len;
    const char *title = _(column->title);
    while (at < end) {
        const char *sign = memmem(at, (size_t)(end - at), "; ", 2);
        size_t len = (size_t)((sign != NULL ? sign : end) - at);
        char *item = mem_strndup(at, len);
        viewer_pair(viewer, ROLE_DIM, title, role_of_level((enum level)cell->level), item);
        free(item);
        title = "";
        at += len + (sign != NULL ? 2 : 0);
    }
}

static void add_figure(struct str *out, const struct column *column, double value)
{
    struct cell cell = {.known = true};
    if (column->kind == KIND_INT)
        cell.as.integer = (int64_t)(value + 0.5);
    else
        cell.as.real = value;
    cell_format(out, column, &cell, clock_shown_wall_ms());
}

// "12 to 140, last 96/s"; of is the column of one value.
static void add_range(struct str *out, const struct column *of, const struct series_range *range)
{
    struct str least = {0}, most = {0}, newest = {0};
    add_figure(&least, of, range->least);
    add_figure(&most, of, range->most);
    add_figure(&newest, of, range->newest);
    // TRANSLATORS: of a line of values the least, the greatest and the newest: "12 to 140, last 96"
    str_appendf(out, _("%s to %s, last %s"), str_text(&least), str_text(&most), str_text(&newest));
    column_add_unit(out, of, false);
    str_dispose(&least);
    str_dispose(&most);
    str_dispose(&newest);
}

// "▁▂▃▅  12 to 140, last 96/s"
static void add_line(struct str *out, const struct column *column, const struct cell *cell)
{
    struct column of = {.kind = column->series_of, .unit = column->unit};
    struct series_range range;
    if (of.kind == KIND_TEXT)
        of.kind = KIND_REAL;
    series_append(out, cell->as.series, cell->len, column->width > 0 ? column->width : cell->len,
                  column->series_top);
    str_append(out, "  ");
    if (series_range(cell->as.series, cell->len, &range))
        add_range(out, &of, &range);
}

static void add_cell(struct viewer *viewer, const struct schema *schema, size_t at,
                     const struct cell *cell)
{
    const struct column *column = &schema->columns[at];
    static const char *const words[] = {[LEVEL_NONE] = "",
                                        [LEVEL_OK] = "",
                                        [LEVEL_INFO] = "",
                                        [LEVEL_WARN] = N_("warning"),
                                        [LEVEL_CRIT] = N_("critical")};
    struct str text = {0};
    if (column->list && cell->known) {
        add_list(viewer, column, cell);
        return;
    }
    if (column->kind == KIND_SERIES && cell->known) {
        add_line(&text, column, cell);
    } else {
        cell_format(&text, column, cell, clock_shown_wall_ms());
        if (cell->known)
            column_add_unit(&text, column, false);
    }
    if (words[cell->level][0] != '\0')
        str_appendf(&text, "  %s %s", cell->level == LEVEL_CRIT ? "!!" : "!",
                    _(words[cell->level]));
    viewer_link(viewer, ROLE_DIM, _(column->title),
                cell->known ? role_of_level((enum level)cell->level) : ROLE_DIM, str_text(&text),
                (struct viewer_goal){.kind = GOAL_FIELD, .column = at});
    str_dispose(&text);
}

static void add_meanings(struct viewer *viewer, const struct schema *schema)
{
    viewer_text(viewer, ROLE_TEXT, "");
    viewer_text(viewer, ROLE_TITLE, _("What the fields mean"));
    for (size_t col = 0; col < schema->column_count; col++)
        if (schema->columns[col].help != NULL)
            viewer_pair(viewer, ROLE_DIM, _(schema->columns[col].title), ROLE_TEXT,
                        _(schema->columns[col].help));
}

// Whether a field says what the row's name says already.
static bool is_named(const struct cell *cell, const char *label, size_t len)
{
    return memmem(label, len, cell->as.text, cell->len) != NULL;
}

// Appends "  State talking, Duration 2:00" to the row's name: what is wrong with the row first,
// then its foremost fields.
static void add_facts(const struct row_ref *row, struct str *out)
{
    size_t facts = 0, named = out->len;
    const struct schema *schema = table_schema(row->table);
    for (int wrong = 1; wrong >= 0; wrong--)
        for (size_t col = 1; col < schema->column_count && facts < FACTS_MAX; col++) {
            const struct column *column = &schema->columns[col];
            const struct cell *cell = table_cell(row->table, row->row, col);
            bool is_text = column->kind == KIND_TEXT || column->kind == KIND_ADDRESS;
            if (!cell->known || (cell->level >= LEVEL_WARN) != wrong ||
                (!wrong && (column->key || column->priority > 1)) ||
                (is_text && is_named(cell, str_text(out), named)))
                continue;
            str_appendf(out, "%s%s ", facts++ > 0 ? ", " : "  ", _(column->title));
            cell_format(out, column, cell, clock_shown_wall_ms());
            column_add_unit(out, column, false);
        }
}

static void add_related_rows(struct console *console, struct viewer *viewer,
                             const struct probe *probe, const struct related_rows *rows)
{
    for (size_t i = 0; i < rows->shown; i++) {
        const struct row_ref *row = &rows->rows[i].row;
        struct str text = {0};
        if (rows->rows[i].host != viewer->host)
            str_appendf(&text, "%s ", console->model->hosts[rows->rows[i].host].config->name);
        row_label(row, &text);
        add_facts(row, &text);
        viewer_link(viewer, ROLE_KEY, _(probe->title),
                    role_of_level(table_row_level(row->table, row->row)), str_text(&text),
                    (struct viewer_goal){.kind = GOAL_ROW, .probe = probe, .row = row->id});
        str_dispose(&text);
    }
    if (rows->total > rows->shown) {
        struct str more = {0};
        str_appendf(&more, _("and %zu more"), rows->total - rows->shown);
        viewer_pair(viewer, ROLE_DIM, _(probe->title), ROLE_DIM, str_text(&more));
        str_dispose(&more);
    }
}

// "Related, from one to the next with Tab"
static void add_related_title(struct console *console, struct viewer *viewer)
{
    struct str title = {0}, key = {0};
    if (keymap_keys(console->keymap, MODE_VIEWER, NULL, key_command_find("next-related"), 1, "",
                    &key) > 0)
        str_appendf(&title, _("Related, from one to the next with %s"), str_text(&key));
    else
        str_append(&title, _("Related"));
    viewer_text(viewer, ROLE_TITLE, str_text(&title));
    str_dispose(&title);
    str_dispose(&key);
}

// Looks through every pane's rows, but only when there are other ones.
static void find_related(struct console *console, struct viewer *viewer)
{
    struct related_keys keys;
    const struct probe *of = console->panes[viewer->pane]->probe;
    uint64_t stamp = model_stamp(console->model);
    if (viewer->related != NULL && viewer->related_at == stamp)
        return;
    viewer->related = mem_resize(viewer->related, console->pane_count, sizeof *viewer->related);
    viewer->related_at = stamp;
    related_keys_of(viewer->table, viewer->row, &keys);
    for (size_t i = 0; i < console->pane_count; i++)
        related_find(console->model, &keys, viewer->host, of, viewer->id, console->panes[i]->probe,
                     &viewer->related[i]);
}

static void add_related(struct console *console, struct viewer *viewer)
{
    bool titled = false;
    find_related(console, viewer);
    for (size_t i = 0; i < console->pane_count; i++) {
        if (viewer->related[i].total == 0)
            continue;
        if (!titled) {
            viewer_text(viewer, ROLE_TEXT, "");
            add_related_title(console, viewer);
        }
        titled = true;
        add_related_rows(console, viewer, console->panes[i]->probe, &viewer->related[i]);
    }
}

static void build_row(struct console *console, struct viewer *viewer)
{
    const struct pane *pane = console->panes[viewer->pane];
    const struct schema *schema = pane->probe->schema;
    if (!detail_find_row(console, viewer))
        viewer_text(viewer, ROLE_WARN, _("This row is gone; below is what it was last."));
    const struct pane_extra *extra = pane_extra_of(pane->probe);
    if (extra != NULL && extra->story != NULL)
        extra->story(console, viewer);
    for (size_t col = 0; col < schema->column_count; col++)
        add_cell(viewer, schema, col, table_cell(viewer->table, viewer->row, col));
    struct str feed = {0};
    feeds_words(console->model, viewer->host, pane->probe, &feed);
    viewer_pair(viewer, ROLE_DIM, _("Read"), ROLE_TEXT, str_text(&feed));
    str_dispose(&feed);
    add_related(console, viewer);
    add_meanings(viewer, schema);
}

static const struct viewer_class row_viewer = {
    .name = "details", .title = N_("Details"), .build = build_row};

void detail_open_row(struct console *console)
{
    struct row_ref row;
    if (!table_view_current(console_table(console), &row))
        return;
    struct viewer *viewer = console_push_viewer(console, &row_viewer);
    struct str label = {0};
    row_label(&row, &label);
    viewer->title =
        mem_printf("%s: %s", _(console->panes[console->here]->probe->title), str_text(&label));
    str_dispose(&label);
    viewer->pane = console->here;
    viewer->table = table_ref(row.table);
    viewer->row = row.row;
    viewer->id = row.id;
}

static void add_link(struct console *console, struct viewer *viewer, size_t host)
{
    const struct host_status *status = &console->model->hosts[host].status;
    const struct host_config *config = console->model->hosts[host].config;
    char state[STATE_TEXT_MAX], line[160];
    model_state(status, state);
    if (status->word == HOST_LIVE)
        snprintf(state, sizeof state, "%s", _(model_host_word(console->model, host)));
    viewer_pair(viewer, ROLE_DIM, _("State"), role_of_level(model_state_level(status->word)),
                state);
    if (status->error[0] != '\0')
        viewer_pair(viewer, ROLE_DIM, _("Problem"), ROLE_CRIT, status->error);
    const char *address = config->link == LINK_LOCAL ? _("this machine") : config->address;
    // TRANSLATORS: the host's address in the configuration, and the one that it is reached at
    snprintf(line, sizeof line, status->link.peer[0] != '\0' ? _("%s, connected to %s") : "%s",
             address, status->link.peer);
    viewer_pair(viewer, ROLE_DIM, _("Address"), ROLE_TEXT, line);
    if (config->environment[0] != '\0')
        viewer_pair(viewer, ROLE_DIM, _("Environment"), ROLE_TEXT, config->environment);
    if (status->link.rtt_ms >= 0) {
        snprintf(line, sizeof line, "%lld ms", (long long)status->link.rtt_ms);
        viewer_pair(viewer, ROLE_DIM, _("Round trip"), ROLE_TEXT, line);
    }
    if (status->link.notes[0] != '\0')
        viewer_pair(viewer, ROLE_DIM, _("Note"), ROLE_INFO, status->link.notes);
    struct fleet_load load;
    fleet_host_load(console->fleet, host, &load);
    snprintf(line, sizeof line,
             _("%llu commands, %llu SQL statements, %llu HTTP requests, %llu connections"),
             (unsigned long long)load.commands, (unsigned long long)load.statements,
             (unsigned long long)load.requests, (unsigned long long)load.connects);
    viewer_pair(viewer, ROLE_DIM, _("Asked so far"), ROLE_TEXT, line);
}

static void add_feeds(struct console *console, struct viewer *viewer, size_t host)
{
    viewer_text(viewer, ROLE_TEXT, "");
    viewer_text(viewer, ROLE_TITLE, _("What is read there"));
    for (size_t i = 0; probes[i] != NULL; i++) {
        struct str words = {0};
        const struct snapshot *snapshot = model_snapshot(console->model, host, probes[i]);
        enum feed_word word = feeds_word(console->model, host, probes[i]);
        feeds_words(console->model, host, probes[i], &words);
        viewer_pair(viewer, ROLE_DIM, _(probes[i]->title), role_of_level(model_feed_level(word)),
                    str_text(&words));
        if (snapshot != NULL && snapshot->error[0] != '\0')
            viewer_pair(viewer, ROLE_DIM, "", ROLE_WARN, snapshot->error);
        if (snapshot != NULL && snapshot->note[0] != '\0')
            viewer_pair(viewer, ROLE_DIM, "", ROLE_INFO, snapshot->note);
        str_dispose(&words);
    }
}

// "▁▂▃ ▅  12 to 140, last 96  41 of 60 min" of the last hour, a block two minutes where the room
// allows.
static void add_hour(struct viewer *viewer, const struct history *history,
                     enum history_figure which, const struct column *column, double top)
{
    struct history_line line;
    struct str text = {0};
    struct series_range range;
    history_line(history, which, clock_shown_mono_ms(), &line);
    size_t cols = viewer->width >= 70 ? HISTORY_MINUTES / 2 : HISTORY_MINUTES / 5;
    if (!series_range(line.minutes, HISTORY_MINUTES, &range))
        return;
    series_append(&text, line.minutes, HISTORY_MINUTES, cols, top);
    str_append(&text, "  ");
    add_range(&text, column, &range);
    str_append(&text, "  ");
    // TRANSLATORS: so many minutes of an hour are known
    str_appendf(&text, _("%zu of %d min"), range.known, HISTORY_MINUTES);
    viewer_pair(viewer, ROLE_DIM, _(column->title), ROLE_TEXT, str_text(&text));
    str_dispose(&text);
}

static void add_hours(struct console *console, struct viewer *viewer)
{
    static const struct {
        enum history_figure which;
        const char *column;
        double top;
    } lines[HISTORY_FIGURES] = {
        {HISTORY_CALLS, "calls", 0}, {HISTORY_CPS, "cps", 0},     {HISTORY_ASR, "asr_pct", 100},
        {HISTORY_ACD, "acd_s", 0},   {HISTORY_SIP, "sip_pps", 0},
    };
    const struct history *history = host_figures_history(console->overview->figures[viewer->host]);
    viewer_text(viewer, ROLE_TEXT, "");
    viewer_text(viewer, ROLE_TITLE, _("The last hour"));
    size_t before = viewer->count;
    for (size_t i = 0; i < HISTORY_FIGURES; i++) {
        int at = schema_find(&host_table_schema, lines[i].column);
        add_hour(viewer, history, lines[i].which, &host_table_schema.columns[at], lines[i].top);
    }
    if (viewer->count == before)
        viewer_text(viewer, ROLE_DIM, _("Nothing of it is known yet; it is kept from now on."));
}

static bool is_hour(const struct column *column)
{
    size_t len = strlen(column->name);
    return len > 5 && strcmp(column->name + len - 5, "_hour") == 0;
}

static void build_host(struct console *console, struct viewer *viewer)
{
    const struct table *figures = console->overview->host_tables[viewer->host];
    add_link(console, viewer, viewer->host);
    add_feeds(console, viewer, viewer->host);
    viewer_text(viewer, ROLE_TEXT, "");
    viewer_text(viewer, ROLE_TITLE, _("Figures"));
    for (size_t col = 1; col < host_table_schema.column_count; col++)
        if (table_cell(figures, 0, col)->known &&
            strcmp(host_table_schema.columns[col].name, "problem") != 0 &&
            !is_hour(&host_table_schema.columns[col]))
            add_cell(viewer, &host_table_schema, col, table_cell(figures, 0, col));
    add_hours(console, viewer);
}

static const struct viewer_class host_viewer = {
    .name = "host", .title = N_("Host"), .build = build_host};

void detail_open_host(struct console *console, size_t host)
{
    struct viewer *viewer = console_push_viewer(console, &host_viewer);
    viewer->host = host;
    viewer->table = table_ref(console->overview->host_tables[host]);
    viewer->id = table_row_id(viewer->table, 0);
    viewer->section = SECTION_HOSTS;
    viewer->title = mem_printf(_("Host %s"), console->model->hosts[host].config->name);
}
