// SPDX-License-Identifier: MIT

// One host has two lines: the rate with its last minute and peak, then what it is made of. Several
// hosts have one line each.
#include "tui/flood_strip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "tui/feeds.h"
#include "tui/traffic_parts.h"

#define SPARK_MAX    60
#define SPARK_LEAST  10 // beside its range
#define LABEL_COLS   14 // of peak, at and drops in English, which the widths below contain
#define HOSTS_LINES  4
#define WIDE_COLS    100
#define SOURCES_COLS 26 // their number and the new ones
#define ALIGNED_COLS 60 // from there on several hosts' figures stand under one another
#define RANGE_COLS   18 // " 131–1520 in 60 s  "

struct strip_pen {
    int row, col, end;
    bool stale; // all of it is dim
};

// What stands under one another takes as many columns as the longest of it.
struct strip_cols {
    int name, rate, peak;
    bool bounded; // some rates are lower bounds
};

static void put(struct strip_pen *pen, enum role role, const char *text)
{
    if (pen->col < pen->end)
        pen->col +=
            draw_text(pen->row, pen->col, pen->end - pen->col, pen->stale ? ROLE_DIM : role, text);
}

// "read 30 s ago  ", then dim, where these are not the rates of now.
static void put_age(struct strip_pen *pen, const struct model *model, size_t host)
{
    char *text = feeds_stale_words(model, host, &probe_sip);
    if (text == NULL)
        return;
    put(pen, ROLE_WARN, text);
    put(pen, ROLE_TEXT, "  ");
    free(text);
    pen->stale = true;
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

// "▁▂▃ 131–152 in 60 s": the line's least and greatest value, where there is room for both.
static void put_spark(struct strip_pen *pen, const struct table *table, int cols)
{
    const struct column *column;
    struct str text = {0};
    struct series_range range;
    const struct cell *cell = cell_of(table, "pps_minute", &column);
    bool known = cell->known && series_range(cell->as.series, cell->len, &range);
    bool ranged = cols >= SPARK_LEAST + RANGE_COLS;
    cols -= ranged ? RANGE_COLS : 0;
    if (cols > SPARK_MAX)
        cols = SPARK_MAX;
    if (cols > 4 && known) {
        series_append(&text, cell->as.series, cell->len, (size_t)cols, 0);
        put(pen, ROLE_INFO, str_text(&text));
        put(pen, ROLE_TEXT, ranged ? " " : "  ");
    }
    if (ranged && known) {
        int behind = pen->col + RANGE_COLS - 1;
        str_clear(&text);
        str_appendf(&text, "%.0f–%.0f", range.least, range.most);
        put(pen, ROLE_TEXT, str_text(&text));
        // TRANSLATORS: behind the least and the greatest rate of the last minute
        put(pen, ROLE_DIM, _(" in 60 s"));
        put(pen, ROLE_TEXT, "  ");
        pen->col = pen->col < behind ? behind : pen->col;
    }
    str_dispose(&text);
}

// "652.4/s", "at least 204.1/s", at the end of so many columns. Returns what it needs; with a row
// below 0 nothing is drawn.
static int put_bound(struct strip_pen *pen, const struct table *table, const char *name, int cols,
                     enum role role)
{
    struct str text = {0};
    const char *least = is_set(table, "lower_bound") ? _("at least ") : "";
    words(table, name, &text);
    int needs = draw_width(least) + draw_width(str_text(&text)) + 2;
    if (pen->row >= 0) {
        pen->col += cols > needs ? cols - needs : 0;
        put(pen, ROLE_WARN, least);
        put(pen, role, str_text(&text));
        put(pen, ROLE_TEXT, "/s");
    }
    str_dispose(&text);
    return needs;
}

// "652.4/s ▁▂▃ peak 812/s at 08:14:33  drops 0"
static void put_rate(struct strip_pen *pen, const struct table *table,
                     const struct strip_cols *cols, int spark_cols)
{
    struct str text = {0};
    put_bound(pen, table, "pps", cols->rate, ROLE_STRONG);
    put(pen, ROLE_TEXT, "  ");
    put_spark(pen, table, spark_cols);
    put(pen, ROLE_DIM, _("peak "));
    put_bound(pen, table, "peak_pps", cols->peak, ROLE_TEXT);
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
    return cols;
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

// Of the hosts that have a line.
static struct strip_cols measure_cols(const struct model *model, int width)
{
    struct strip_cols cols = {0};
    struct strip_pen nowhere = {.row = -1};
    for (size_t host = 0, lines = 0; host < model->host_count && lines < HOSTS_LINES; host++) {
        const struct table *table = gauges_of(model, host);
        if (table == NULL || width < ALIGNED_COLS)
            continue;
        int name = draw_width(model->hosts[host].config->name);
        int rate = put_bound(&nowhere, table, "pps", 0, ROLE_TEXT);
        int peak = put_bound(&nowhere, table, "peak_pps", 0, ROLE_TEXT);
        cols.name = name > cols.name ? name : cols.name;
        cols.rate = rate > cols.rate ? rate : cols.rate;
        cols.peak = peak > cols.peak ? peak : cols.peak;
        cols.bounded |= is_set(table, "lower_bound");
        lines++;
    }
    return cols;
}

int flood_strip_draw(const struct model *model, struct area area)
{
    int lines = 0, end = area.left + area.width;
    bool one = model->selected_count == 1, wide = area.width >= WIDE_COLS;
    const struct strip_cols unaligned = {0};
    struct strip_cols cols = one ? unaligned : measure_cols(model, area.width);
    if (cols.bounded && !wide) // the words of one host would take the others' room
        cols = unaligned;
    for (size_t host = 0; host < model->host_count && lines < area.height; host++) {
        const struct table *table = gauges_of(model, host);
        if (table == NULL || (!one && lines == HOSTS_LINES))
            continue;
        struct strip_pen pen = {area.top + lines++, area.left, end, false};
        int others = cols.bounded || is_set(table, "lower_bound") ? 20 : 0;
        draw_fill(pen.row, area.left, area.width, ROLE_TEXT);
        if (!one) {
            put(&pen, ROLE_STRONG, model->hosts[host].config->name);
            pen.col = pen.col < area.left + cols.name ? area.left + cols.name : pen.col;
            put(&pen, ROLE_TEXT, "  ");
            put_age(&pen, model, host);
            put_rate(&pen, table, &cols,
                     spark_cols(wide ? area.width / 2 + RANGE_COLS : area.width - 10, others + 48));
            put_parts(&pen, table, "10 s: ", pen.end - pen.col);
            continue;
        }
        put_age(&pen, model, host);
        put_rate(&pen, table, &cols, spark_cols(end - pen.col, others + 52));
        if (lines == area.height)
            break;
        pen = (struct strip_pen){area.top + lines++, area.left, end, pen.stale};
        draw_fill(pen.row, area.left, area.width, ROLE_TEXT);
        put_parts(&pen, table, _("a second over 10 s: "), pen.end - pen.col - SOURCES_COLS);
        put_sources(&pen, table);
    }
    return lines;
}
