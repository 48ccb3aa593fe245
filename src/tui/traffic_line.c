// SPDX-License-Identifier: MIT

// Packets in words, what comes fastest first.
#include "tui/traffic_line.h"

#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "table/table.h"
#include "tui/feeds.h"
#include "tui/figures.h"
#include "tui/traffic_parts.h"

#define PARTS_COLS 30
#define TAIL_MOST  3

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

// "dropped 616.6/s". unit NULL: a count.
static void print_figure(struct str *out, const char *word, struct figure figure, const char *unit)
{
    static const struct column real = {.kind = KIND_REAL}, whole = {.kind = KIND_INT};
    struct cell cell = {.known = figure.known};
    if (unit != NULL)
        cell.as.real = figure.value;
    else
        cell.as.integer = (int64_t)figure.value;
    str_appendf(out, "%s ", word);
    cell_format(out, unit != NULL ? &real : &whole, &cell, 0);
    str_append(out, unit != NULL ? unit : "");
}

// What follows the parts: losses first, then drops and bans.
struct tail {
    struct {
        enum role role;
        struct str text;
    } items[TAIL_MOST];
    int count;
    int cols; // with two spaces before each
};

static void tail_add(struct tail *tail, enum role role, const char *word, struct figure figure,
                     const char *unit)
{
    struct str *text = &tail->items[tail->count].text;
    tail->items[tail->count++].role = role;
    print_figure(text, word, figure, unit);
    tail->cols += 2 + draw_width(str_text(text));
}

static void tail_gather(struct tail *tail, const struct model *model, size_t host)
{
    const struct table *firewall = figure_table(model, host, "firewall");
    struct figure drops = figure_sum_where(firewall, "pps", "target", "DROP");
    struct figure rejects = figure_sum_where(firewall, "pps", "target", "REJECT");
    struct figure lost = figure_sum(figure_table(model, host, "sip"), "kernel_drops");
    struct figure bans = figure_rows(figure_table(model, host, "bans"));
    drops = (struct figure){drops.known || rejects.known, drops.value + rejects.value};
    if (lost.known && lost.value > 0)
        tail_add(tail, ROLE_WARN, _("! capture lost"), lost, NULL);
    if (drops.known && drops.value > 0)
        tail_add(tail, ROLE_INFO, _("dropped"), drops, "/s");
    if (bans.known)
        tail_add(tail, ROLE_TEXT, _("bans"), bans, NULL);
}

// "sw1 SIP 2,093.8/s over 10 s: OPTIONS 1,000.0  responses 989.1": the parts are the whole. What
// does not fit whole is left out: a part of a number is another number.
static void draw_line(const struct model *model, size_t host, struct area area)
{
    struct traffic_part parts[TRAFFIC_PARTS_MAX];
    size_t count = traffic_parts(figure_table(model, host, "sip"), parts);
    int col = area.left + 3, end = area.left + area.width;
    struct tail tail = {.count = 0};
    struct str text = {0};
    tail_gather(&tail, model, host);
    col += draw_text(area.top, col, end - col, ROLE_STRONG, model->hosts[host].config->name) + 1;
    print_figure(&text, "SIP", pps_of(model, host), _("/s over 10 s"));
    str_append(&text, count > 0 ? ": " : "");
    char *read = feeds_stale_words(model, host, &probe_sip);
    bool stale = read != NULL;
    if (stale)
        col += draw_text(area.top, col, end - col, ROLE_WARN, read) + 2;
    free(read);
    int room = end - col - draw_width(str_text(&text));
    // Two parts at least say what it is; then the tail's last items have to go.
    int most = room - tail.cols < PARTS_COLS ? PARTS_COLS : room - tail.cols;
    traffic_parts_print(parts, count, most < room ? most : room, &text);
    if (col + draw_width(str_text(&text)) <= end)
        col += draw_text(area.top, col, end - col, stale ? ROLE_DIM : ROLE_TEXT, str_text(&text));
    for (int i = 0; i < tail.count; i++) {
        const char *item = str_text(&tail.items[i].text);
        if (col + 2 + draw_width(item) <= end)
            col += 2 + draw_text(area.top, col + 2, end - col - 2,
                                 stale ? ROLE_DIM : tail.items[i].role, item);
        str_dispose(&tail.items[i].text);
    }
    str_dispose(&text);
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
