// SPDX-License-Identifier: MIT

// Sparklines.
#include "checklist/report_svg.h"

#include <math.h>
#include <stdbool.h>

#include "base/lang.h"

#define WIDTH  160.0
#define HEIGHT 28.0
#define MARGIN 3.0 // for the dot at the end

struct scale {
    double least, most;
    size_t count;
};

static bool measure(const json_t *values, struct scale *out)
{
    *out = (struct scale){INFINITY, -INFINITY, json_array_size(values)};
    for (size_t i = 0; i < out->count; i++) {
        const json_t *value = json_array_get(values, i);
        if (!json_is_number(value))
            continue;
        out->least = fmin(out->least, json_number_value(value));
        out->most = fmax(out->most, json_number_value(value));
    }
    return out->least <= out->most;
}

static double place_x(const struct scale *scale, size_t index)
{
    double share = scale->count > 1 ? (double)index / (double)(scale->count - 1) : 1;
    return MARGIN + share * (WIDTH - 2 * MARGIN);
}

// A line that never changes lies in the middle.
static double place_y(const struct scale *scale, double value)
{
    double range = scale->most - scale->least;
    double share = range > 0 ? (value - scale->least) / range : 0.5;
    return HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN);
}

void report_svg_line(struct str *out, const json_t *values)
{
    struct scale scale;
    if (!measure(values, &scale))
        return;
    str_appendf(out,
                "<svg class=\"line\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
                "role=\"img\" aria-label=\"",
                WIDTH, HEIGHT, WIDTH, HEIGHT);
    str_appendf(out, _("from %.6g to %.6g"), scale.least, scale.most);
    str_append(out, "\"><path fill=\"none\" stroke=\"#2f5d8a\" stroke-width=\"1.4\" "
                    "stroke-linejoin=\"round\" d=\"");
    bool pen_down = false;
    double x = 0, y = 0;
    for (size_t i = 0; i < scale.count; i++) {
        const json_t *value = json_array_get(values, i);
        if (!json_is_number(value)) {
            pen_down = false;
            continue;
        }
        x = place_x(&scale, i);
        y = place_y(&scale, json_number_value(value));
        str_appendf(out, "%c%.1f %.1f", pen_down ? 'L' : 'M', x, y);
        pen_down = true;
    }
    str_appendf(out, "\"/><circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"#2f5d8a\"/></svg>", x, y);
}
