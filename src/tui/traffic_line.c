// SPDX-License-Identifier: MIT

// Packets in words, what comes fastest first.
#include "tui/traffic_line.h"

#include <stdlib.h>

#include "base/mem.h"
#include "table/table.h"
#include "tui/figures.h"
#include "tui/traffic_parts.h"

// For what follows the parts: losses first, then drops and bans.
#define WIDE_COLS        100
#define TAIL_COLS        42
#define TAIL_COLS_NARROW 20

static struct figure pps_of(const struct model *model, size_t host)
{
    return figure_sum(figure_table(model, host, "sip"), "pps");
}

int traffic_lines(const struct model *model)
{
    int count = 0;
    for (size_t host = 0; host < model->host_count; host++)
        count += model->hosts[host].selected && pps_of(model, host).known;
    return count < TRAFFIC_LINES_MAX ? count : TRAFFIC_LINES_MAX;
}

// unit NULL: a count.
static int draw_figure(struct area area, int col, enum role role, const char *word,
                       struct figure figure, const char *unit)
{
    static const struct column real = {.kind = KIND_REAL}, whole = {.kind = KIND_INT};
    struct cell cell = {.known = figure.known};
    struct str text = {0};
    if (unit != NULL)
        cell.as.real = figure.value;
    else
        cell.as.integer = (int64_t)figure.value;
    str_appendf(&text, "%s ", word);
    cell_format(&text, unit != NULL ? &real : &whole, &cell, 0);
    str_append(&text, unit != NULL ? unit : "");
    // What does not fit whole is left out: a part of a number is another number.
    if (col + 2 + draw_width(str_text(&text)) <= area.left + area.width)
        col += draw_text(area.top, col, area.left + area.width - col, role, str_text(&text)) + 2;
    str_dispose(&text);
    return col;
}

// "SIP 2,093.8/s over 10 s: OPTIONS 1,000.0  responses 989.1": the parts are the whole.
static int draw_parts(const struct table *sip, struct figure pps, struct area area, int col)
{
    struct traffic_part parts[TRAFFIC_PARTS_MAX];
    size_t count = traffic_parts(sip, parts);
    int end = area.left + area.width;
    int tail = area.width < WIDE_COLS ? TAIL_COLS_NARROW : TAIL_COLS;
    struct str text = {0};
    col = draw_figure(area, col, ROLE_TEXT, "SIP", pps,
                      count == 0 ? "/s over 10 s" : "/s over 10 s:");
    traffic_parts_print(parts, count, end - col - tail, &text);
    if (text.len > 0)
        col += draw_text(area.top, col - 1, end - col + 1, ROLE_TEXT, str_text(&text)) + 1;
    str_dispose(&text);
    return col;
}

static void draw_line(const struct model *model, size_t host, struct area area)
{
    const struct table *sip = figure_table(model, host, "sip");
    const struct table *firewall = figure_table(model, host, "firewall");
    int col = area.left + 3;
    col += draw_text(area.top, col, area.width - 3, ROLE_STRONG, model->hosts[host].config->name);
    col = draw_parts(sip, pps_of(model, host), area, col + 1);
    struct figure drops = figure_sum_where(firewall, "pps", "target", "DROP");
    struct figure rejects = figure_sum_where(firewall, "pps", "target", "REJECT");
    struct figure lost = figure_sum(sip, "kernel_drops");
    struct figure bans = figure_rows(figure_table(model, host, "bans"));
    drops = (struct figure){drops.known || rejects.known, drops.value + rejects.value};
    if (lost.known && lost.value > 0)
        col = draw_figure(area, col, ROLE_WARN, "! capture lost", lost, NULL);
    if (drops.known && drops.value > 0)
        col = draw_figure(area, col, ROLE_INFO, "dropped", drops, "/s");
    if (bans.known)
        draw_figure(area, col, ROLE_TEXT, "bans", bans, NULL);
}

struct place {
    size_t host;
    double pps;
};

static int by_pps(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->pps != b->pps)
        return a->pps < b->pps ? 1 : -1;
    return (a->host > b->host) - (a->host < b->host);
}

void traffic_lines_draw(const struct model *model, struct area area)
{
    struct place *places = mem_array(model->host_count + 1, sizeof *places);
    size_t count = 0;
    for (size_t host = 0; host < model->host_count; host++) {
        struct figure pps = pps_of(model, host);
        if (model->hosts[host].selected && pps.known)
            places[count++] = (struct place){host, pps.value};
    }
    if (count > 0)
        qsort(places, count, sizeof *places, by_pps);
    for (int i = 0; i < area.height && (size_t)i < count; i++)
        draw_line(model, places[i].host, (struct area){area.top + i, area.left, 1, area.width});
    free(places);
}
