// SPDX-License-Identifier: MIT

// One host has two lines: the rate with its last minute and peak, then what it is made of. Several
// hosts have one line each.
#include "tui/flood_strip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "tui/traffic_parts.h"

#define SPARK_MAX    60
#define LABEL_COLS   14 // of peak, at and drops in English, which the widths below contain
#define HOSTS_LINES  4
#define WIDE_COLS    100
#define SOURCES_COLS 26 // their number and the new ones

struct strip_pen {
    int row, col, end;
};

static void put(struct strip_pen *pen, enum role role, const char *text)
{
    if (pen->col < pen->end)
        pen->col += draw_text(pen->row, pen->col, pen->end - pen->col, role, text);
}

// A column of the one row as it is read; "–" when unknown.
static const struct cell *cell_of(const struct table *table, const char *name,
                                  const struct column **column)
{
    int at = schema_find(table_schema(table), name);
    *column = &table_schema(table)->columns[at];
    return table_cell(table, 0, (size_t)at);
}

static const char *words(const struct table *table, const char *name, struct str *out)
{
    const struct column *column;
    const struct cell *cell = cell_of(table, name, &column);
    str_clear(out);
    cell_format(out, column, cell, clock_shown_wall_ms());
    return str_text(out);
}

static bool is_set(const struct table *table, const char *name)
{
    const struct column *column;
    const struct cell *cell = cell_of(table, name, &column);
    return cell->known && cell->as.integer > 0;
}

static void put_figure(struct strip_pen *pen, const struct table *table, const char *label,
                       const char *name, enum role role)
{
    struct str text = {0};
    put(pen, ROLE_DIM, label);
    put(pen, ROLE_TEXT, " ");
    put(pen, role, words(table, name, &text));
    put(pen, ROLE_TEXT, "  ");
    str_dispose(&text);
}

static void put_spark(struct strip_pen *pen, const struct table *table, int cols)
{
    const struct column *column;
    struct str spark = {0};
    const struct cell *cell = cell_of(table, "pps_minute", &column);
    if (cols > 4 && cell->known &&
        series_append(&spark, cell->as.series, cell->len, (size_t)cols, 0)) {
        put(pen, ROLE_INFO, str_text(&spark));
        put(pen, ROLE_TEXT, "  ");
    }
    str_dispose(&spark);
}

// "652.4/s ▁▂▃ peak 812/s at 08:14:33  drops 0"
static void put_rate(struct strip_pen *pen, const struct table *table, int spark_cols)
{
    struct str text = {0};
    const char *least = is_set(table, "lower_bound") ? _("at least ") : "";
    put(pen, ROLE_WARN, least);
    put(pen, ROLE_STRONG, words(table, "pps", &text));
    put(pen, ROLE_TEXT, "/s  ");
    put_spark(pen, table, spark_cols);
    put(pen, ROLE_DIM, _("peak "));
    put(pen, ROLE_WARN, least);
    put(pen, ROLE_TEXT, words(table, "peak_pps", &text));
    put(pen, ROLE_TEXT, "/s");
    const struct column *column;
    if (cell_of(table, "peak", &column)->known) {
        put(pen, ROLE_DIM, _(" at "));
        put(pen, ROLE_TEXT, words(table, "peak", &text));
    }
    put(pen, ROLE_TEXT, "  ");
    put_figure(pen, table, _("drops"), "kernel_drops",
               is_set(table, "kernel_drops") ? ROLE_WARN : ROLE_TEXT);
    str_dispose(&text);
}

static int spark_cols(int width, int others)
{
    int cols = width - others;
    // Labels are longer in some languages.
    int labels = draw_width(_("peak ")) + draw_width(_(" at ")) + draw_width(_("drops"));
    cols -= labels - LABEL_COLS;
    return cols > SPARK_MAX ? SPARK_MAX : cols;
}

// What the rate is made of, in the columns that are left.
static void put_parts(struct strip_pen *pen, const struct table *table, const char *label, int cols)
{
    struct traffic_part parts[TRAFFIC_PARTS_MAX];
    struct str text = {0};
    size_t count = traffic_parts(table, parts);
    if (traffic_parts_print(parts, count, cols - draw_width(label), &text) > 0) {
        put(pen, ROLE_DIM, label);
        put(pen, ROLE_TEXT, str_text(&text));
    }
    str_dispose(&text);
}

static void put_sources(struct strip_pen *pen, const struct table *table)
{
    put(pen, ROLE_TEXT, "  ");
    put_figure(pen, table, is_set(table, "sources_exact") ? _("sources") : _("sources about"),
               "sources", ROLE_TEXT);
    if (pen->end - pen->col >= draw_width(_("new/m")) + 9)
        put_figure(pen, table, _("new/m"), "new_sources_pm", ROLE_TEXT);
    if (pen->end - pen->col >= draw_width(_("failures")) + 6)
        put_figure(pen, table, _("failures"), "failures", ROLE_TEXT);
}

static const struct table *gauges_of(const struct model *model, size_t host)
{
    const struct table *table = model_table(model, host, &probe_sip, 0);
    const struct column *column;
    if (!model->hosts[host].selected || table == NULL || table_rows(table) == 0)
        return NULL;
    return cell_of(table, "pps", &column)->known ? table : NULL; // a young capture knows nothing
}

int flood_strip_draw(const struct model *model, struct area area)
{
    int lines = 0, end = area.left + area.width;
    bool one = model->selected_count == 1, wide = area.width >= WIDE_COLS;
    for (size_t host = 0; host < model->host_count && lines < area.height; host++) {
        const struct table *table = gauges_of(model, host);
        if (table == NULL || (!one && lines == HOSTS_LINES))
            continue;
        struct strip_pen pen = {area.top + lines++, area.left, end};
        int others = is_set(table, "lower_bound") ? 20 : 0;
        draw_fill(pen.row, area.left, area.width, ROLE_TEXT);
        if (!one) {
            put(&pen, ROLE_STRONG, model->hosts[host].config->name);
            put(&pen, ROLE_TEXT, "  ");
            put_rate(&pen, table, spark_cols(wide ? area.width / 2 : area.width - 10, others + 48));
            put_parts(&pen, table, "10 s: ", pen.end - pen.col);
            continue;
        }
        put_rate(&pen, table, spark_cols(area.width, others + 52));
        if (lines == area.height)
            break;
        pen = (struct strip_pen){area.top + lines++, area.left, end};
        draw_fill(pen.row, area.left, area.width, ROLE_TEXT);
        put_parts(&pen, table, _("a second over 10 s: "), pen.end - pen.col - SOURCES_COLS);
        put_sources(&pen, table);
    }
    return lines;
}
