// SPDX-License-Identifier: MIT

// Reads the parts by column name, orders them, and says them in the room that there is.
#include "tui/traffic_parts.h"

#include <stdlib.h>

#include "base/lang.h"
#include "tui/draw.h"
#include "tui/figures.h"

#define SHOWN_LEAST 0.05 // less is printed as 0.0

static const struct {
    const char *column, *word;
} columns[] = {
    {"options_pps", "OPTIONS"},
    {"register_pps", "REGISTER"},
    {"invite_pps", "INVITE"},
    {"ack_pps", "ACK"},
    {"bye_pps", "BYE"},
    {"cancel_pps", "CANCEL"},
    {"other_pps", N_("other methods")},
    {"responses_pps", N_("responses")},
    {"not_sip_pps", N_("not SIP")},
    {"keepalives_pps", N_("keep-alives")},
    {"fragments_pps", N_("fragments")},
};
#define COLUMNS (sizeof columns / sizeof *columns)
_Static_assert(COLUMNS == TRAFFIC_PARTS_MAX, "callers have room for all");

static int by_pps(const void *left, const void *right)
{
    const struct traffic_part *a = left, *b = right;
    return (a->pps < b->pps) - (a->pps > b->pps);
}

size_t traffic_parts(const struct table *sip, struct traffic_part out[TRAFFIC_PARTS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; sip != NULL && i < COLUMNS; i++) {
        struct figure figure = figure_sum(sip, columns[i].column);
        if (figure.known && figure.value >= SHOWN_LEAST)
            out[count++] = (struct traffic_part){columns[i].word, figure.value};
    }
    if (count > 0)
        qsort(out, count, sizeof *out, by_pps);
    return count;
}

// "OPTIONS 389.2", after what stands there already.
static void add_part(struct str *out, const char *word, double pps)
{
    static const struct column real = {.kind = KIND_REAL};
    struct cell cell = {.known = true, .as.real = pps};
    str_appendf(out, "%s%s ", out->len > 0 ? "  " : "", word);
    cell_format(out, &real, &cell, 0);
}

// The first so many, and the others together.
static void print_first(const struct traffic_part *parts, size_t count, size_t shown,
                        struct str *out)
{
    double others = 0;
    str_clear(out);
    for (size_t i = 0; i < count; i++) {
        if (i < shown)
            add_part(out, _(parts[i].word), parts[i].pps);
        else
            others += parts[i].pps;
    }
    if (shown < count)
        add_part(out, _("others"), others);
}

int traffic_parts_print(const struct traffic_part *parts, size_t count, int cols, struct str *out)
{
    struct str text = {0};
    size_t shown = count;
    print_first(parts, count, shown, &text);
    while (shown > 0 && draw_width(str_text(&text)) > cols)
        print_first(parts, count, --shown, &text);
    int width = draw_width(str_text(&text));
    if (width <= cols && shown > 0)
        str_append(out, str_text(&text));
    else
        width = 0;
    str_dispose(&text);
    return width;
}
