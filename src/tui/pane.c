// SPDX-License-Identifier: MIT

// A pane: title, feeds, sentences, table.
#include "tui/pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/feeds.h"
#include "tui/figures.h"
#include "tui/group_table.h"
#include "tui/pane_extra.h"
#include "tui/table_marks.h"
#include "tui/wrap.h"

#define STRIP_ROWS_MIN 5 // heading and rows that a strip leaves

struct pane *pane_new(const struct probe *probe, const char *sort, struct preparer *preparer,
                      const struct config *config)
{
    struct pane *pane = mem_alloc(sizeof *pane);
    pane->probe = probe;
    pane->variant = model_default_variant(probe);
    pane->all = pane->rows = table_view_new(probe->schema, sort);
    table_view_set_preparer(pane->all, preparer);
    table_view_set_config(pane->all, config);
    if (probe->groups != NULL) {
        pane->groups =
            table_view_new(group_table_schema(probe->schema), group_table_sort(probe->schema));
        table_view_set_config(pane->groups, config);
    }
    return pane;
}

static void forget_groups(struct pane *pane)
{
    for (size_t i = 0; i < pane->grouped_count; i++) {
        table_unref(pane->grouped[i]);
        table_unref(pane->from[i]);
    }
    free(pane->grouped);
    free(pane->from);
    pane->grouped = pane->from = NULL;
    pane->grouped_count = 0;
}

void pane_free(struct pane *pane)
{
    if (pane == NULL)
        return;
    forget_groups(pane);
    table_view_free(pane->all);
    table_view_free(pane->groups);
    free(pane);
}

bool pane_next_variant(struct pane *pane)
{
    const char *const *variants = pane->probe->schema->variants;
    if (variants == NULL || variants[0] == NULL)
        return false;
    pane->variant = variants[pane->variant + 1] != NULL ? pane->variant + 1 : 0;
    table_view_forget_changes(pane->rows);
    return true;
}

static size_t group_column(const struct pane *pane)
{
    return (size_t)schema_find(pane->probe->schema, pane->probe->groups[pane->group - 1]);
}

bool pane_next_group(struct pane *pane)
{
    if (pane->groups == NULL)
        return false;
    pane->group = pane->probe->groups[pane->group] != NULL ? pane->group + 1 : 0;
    pane->rows = pane->group > 0 ? pane->groups : pane->all;
    table_view_forget_changes(pane->groups);
    forget_groups(pane);
    return true;
}

void pane_show_all(struct pane *pane)
{
    pane->group = 0;
    pane->rows = pane->all;
}

bool pane_enter_group(struct pane *pane, const struct model *model)
{
    struct row_ref row;
    struct str filter = {0};
    if (pane->group == 0 || !table_view_current(pane->groups, &row))
        return pane->group > 0;
    group_table_filter(row.table, row.row, &pane->probe->schema->columns[group_column(pane)],
                       &filter);
    pane_show_all(pane);
    pane_update(pane, model);
    table_view_set_filter(pane->all, str_text(&filter), NULL, NULL);
    str_dispose(&filter);
    return true;
}

// The groups of these tables; what was built already is kept.
static const struct table *const *build_groups(struct pane *pane, const struct table *const *tables,
                                               size_t count)
{
    const struct table **grouped = mem_array(count + 1, sizeof *grouped);
    const struct table **from = mem_array(count + 1, sizeof *from);
    for (size_t i = 0; i < count; i++) {
        for (size_t old = 0; old < pane->grouped_count; old++)
            if (pane->from[old] == tables[i])
                grouped[i] = table_ref(pane->grouped[old]);
        if (grouped[i] == NULL)
            grouped[i] = group_table_build(tables[i], group_column(pane));
        from[i] = table_ref(tables[i]);
    }
    forget_groups(pane);
    pane->grouped = grouped;
    pane->from = from;
    pane->grouped_count = count;
    return grouped;
}

void pane_update(struct pane *pane, const struct model *model)
{
    const struct table **tables = mem_array(model->host_count + 1, sizeof *tables);
    struct table_reading *readings = mem_array(model->host_count + 1, sizeof *readings);
    size_t count = 0;
    for (size_t i = 0; i < model->host_count; i++) {
        const struct table *table = model_table(model, i, pane->probe, pane->variant);
        if (!model->hosts[i].selected || table == NULL)
            continue;
        bool live = feeds_word(model, i, pane->probe) == FEED_LIVE;
        int64_t read_ms = model_snapshot(model, i, pane->probe)->read_mono_ms;
        // What is not live stands still: the call may have ended.
        readings[count] = (struct table_reading){
            .stale = !live, .age_ms = live ? clock_shown_mono_ms() - read_ms : 0};
        tables[count++] = table;
    }
    const struct table *const *shown = pane->group > 0 ? build_groups(pane, tables, count) : tables;
    for (size_t i = 0; i < count; i++)
        readings[i].table = shown[i];
    table_view_hide_host(pane->rows, model->selected_count == 1);
    table_view_set_readings(pane->rows, readings, count);
    free(readings);
    free(tables);
}

static int draw_part(int row, int col, int end, enum role role, const char *text)
{
    return col < end ? col + draw_text(row, col, end - col, role, text) : col;
}

void pane_count_words(struct pane *pane, struct str *out)
{
    size_t count = table_view_count(pane->rows), total = table_view_total(pane->rows);
    str_clear(out);
    if (count > 0)
        str_appendf(out, _("row %zu of %zu"), table_view_position(pane->rows) + 1, count);
    else
        str_append(out, _("no rows"));
    if (count != total)
        str_appendf(out, _(", %zu in all"), total);
    size_t seen, marked = table_marks_count(pane->rows, &seen);
    if (marked > 0)
        str_appendf(out, _(", %zu marked"), marked);
    if (seen < marked)
        str_appendf(out, _(" (%zu hidden)"), marked - seen);
    size_t come, gone;
    table_view_changes(pane->rows, &come, &gone);
    if (come > 0)
        str_appendf(out, _(", %zu new"), come);
    if (gone > 0)
        str_appendf(out, _(", %zu gone"), gone);
}

bool pane_lost_words(const struct pane *pane, const struct model *model, struct str *out)
{
    struct figure lost = {false, 0};
    for (size_t host = 0; host < model->host_count; host++) {
        const struct profile *profile = fleet_profile(model->fleet, host);
        const struct profile_probe *plan =
            profile != NULL ? profile_probe(profile, pane->probe->schema->name) : NULL;
        if (!model->hosts[host].selected || plan == NULL || plan->source_count == 0 ||
            strcmp(plan->sources[0].reader, "capture") != 0)
            continue;
        struct figure here = figure_sum(figure_table(model, host, "sip"), "kernel_drops");
        lost.known |= here.known;
        lost.value += here.value;
    }
    str_clear(out);
    if (lost.known && lost.value > 0)
        str_appendf(out,
                    P_("! %.0f packet lost by the kernel", "! %.0f packets lost by the kernel",
                       (unsigned long)lost.value),
                    lost.value);
    return out->len > 0;
}

static void draw_title(struct pane *pane, const struct model *model, struct area area,
                       bool has_focus)
{
    int row = area.top, col = area.left + 1, end = area.left + area.width;
    struct str text = {0};
    const char *const *variants = pane->probe->schema->variants;
    col = draw_part(row, col, end, has_focus ? ROLE_TITLE : ROLE_DIM, _(pane->probe->title));
    if (variants != NULL) {
        str_appendf(&text, "  %s", _(variants[pane->variant]));
        col = draw_part(row, col, end, ROLE_STRONG, str_text(&text));
    }
    if (pane->group > 0) {
        str_appendf(&text, _("  by %s"), _(pane->probe->schema->columns[group_column(pane)].title));
        col = draw_part(row, col, end, ROLE_STRONG, str_text(&text));
    }
    pane_count_words(pane, &text);
    col = draw_part(row, col + 2, end, ROLE_TEXT, str_text(&text));
    if (pane_lost_words(pane, model, &text))
        col = draw_part(row, col + 2, end, ROLE_WARN, str_text(&text));
    if (table_view_filter(pane->rows)[0] != '\0') {
        col = draw_part(row, col + 2, end, ROLE_DIM, _("filter "));
        col = draw_part(row, col, end, ROLE_INFO, table_view_filter(pane->rows));
    }
    str_clear(&text);
    table_view_sort_words(pane->rows, &text);
    if (text.len > 0) {
        col = draw_part(row, col + 2, end, ROLE_DIM, _("sort "));
        col = draw_part(row, col, end, ROLE_TEXT, str_text(&text));
    }
    int beyond = table_view_columns_beyond(pane->rows);
    if (beyond > 0) {
        str_clear(&text);
        str_appendf(&text, P_("%d more column →", "%d more columns →", (unsigned long)beyond),
                    beyond);
        int width = draw_width(str_text(&text));
        if (col + 2 + width < end)
            draw_text(row, end - width - 1, width, ROLE_DIM, str_text(&text));
    }
    str_dispose(&text);
}

// What an empty table says: why there is nothing, or that nothing is the good answer.
void pane_draw_empty(struct pane *pane, const struct model *model, struct area area)
{
    size_t live = 0, waiting = 0, off = 0;
    for (size_t i = 0; i < model->host_count; i++) {
        enum feed_word word = feeds_word(model, i, pane->probe);
        live += model->hosts[i].selected && (word == FEED_LIVE || word == FEED_STALE);
        waiting += model->hosts[i].selected && (word == FEED_WAITING || word == FEED_LOADING);
        off += model->hosts[i].selected && word == FEED_OFF;
    }
    size_t wanted = model->selected_count - off;
    enum role role = ROLE_DIM;
    struct str text = {0};
    if (model->selected_count == 0)
        str_append(&text, _("No host matches the choice of hosts."));
    else if (table_view_total(pane->rows) > 0)
        str_appendf(&text,
                    P_("None of %zu row matches the filter.",
                       "None of %zu rows matches the filter.", table_view_total(pane->rows)),
                    table_view_total(pane->rows));
    else if (live > 0)
        // TRANSLATORS: %s says what there is none of
        str_appendf(&text, live < wanted ? _("%s on the hosts that answered") : "%s",
                    pane->probe->empty != NULL ? _(pane->probe->empty) : _("no rows"));
    else if (waiting > 0 && pane->probe->local && fleet_is_played(model->fleet))
        str_append(&text, _("Nothing had been done yet at this time of the recording."));
    else if (waiting > 0)
        str_append(&text, _("Waiting for the first reading …"));
    else if (wanted == 0)
        str_append(&text, _("Nothing is read here: the configuration leaves no source of it."));
    else
        str_append(&text, _("Nothing could be read."));
    if (table_view_total(pane->rows) == 0 && live > 0 && live == wanted)
        role = ROLE_OK;
    wrap_draw((struct area){area.top + (area.height > 6 ? 1 : 0), area.left + 3, 2, area.width - 4},
              role, 0, str_text(&text));
    str_dispose(&text);
}

void pane_draw(struct pane *pane, const struct model *model, struct area area, bool has_focus)
{
    int used =
        1 + feeds_draw(model, pane->probe,
                       (struct area){area.top + 1, area.left + 1, area.height / 3, area.width - 2});
    const struct pane_extra *extra = pane_extra_of(pane->probe);
    if (extra != NULL && extra->strip != NULL && area.height - used > STRIP_ROWS_MIN)
        used +=
            extra->strip(model, (struct area){area.top + used, area.left + 1,
                                              area.height - used - STRIP_ROWS_MIN, area.width - 2});
    struct area rows = {area.top + used, area.left, area.height - used, area.width};
    table_view_draw(pane->rows, rows, clock_shown_wall_ms(), has_focus);
    draw_title(pane, model, area, has_focus); // after the table, which knows then what fits
    if (table_view_count(pane->rows) == 0)
        pane_draw_empty(pane, model,
                        (struct area){rows.top + 1, rows.left, rows.height - 1, rows.width});
}
