// SPDX-License-Identifier: MIT

// Lines of values: blocks for people, their newest value for everything that wants one number.
#include <math.h>

#include "table/cell.h"

static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
#define BLOCKS (sizeof blocks / sizeof *blocks)

static float mean(const float *values, size_t from, size_t to)
{
    double sum = 0;
    size_t known = 0;
    for (size_t i = from; i < to; i++) {
        if (isnan(values[i]))
            continue;
        sum += (double)values[i];
        known++;
    }
    return known > 0 ? (float)(sum / (double)known) : NAN;
}

static const char *block_of(float value, double top)
{
    if (isnan(value))
        return " ";
    double share = top > 0 ? (double)value / top : 0;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    const size_t highest = BLOCKS - 1;
    return blocks[(size_t)(share * (double)highest + 0.5)];
}

bool series_range(const float *values, size_t count, struct series_range *out)
{
    *out = (struct series_range){0};
    for (size_t i = 0; i < count; i++) {
        double value = (double)values[i];
        if (isnan(values[i]))
            continue;
        out->least = out->known == 0 || value < out->least ? value : out->least;
        out->most = out->known == 0 || value > out->most ? value : out->most;
        out->newest = value;
        out->known++;
    }
    return out->known > 0;
}

bool series_append(struct str *out, const float *values, size_t count, size_t cols, double top)
{
    struct series_range range;
    if (cols == 0 || !series_range(values, count, &range))
        return false;
    if (top <= 0)
        top = range.most;
    for (size_t col = 0; col < cols; col++) {
        size_t from = col * count / cols, to = (col + 1) * count / cols;
        str_append(out, block_of(mean(values, from, to > from ? to : from + 1), top));
    }
    return true;
}

double series_newest(const struct cell *cell)
{
    for (size_t i = cell->len; i > 0; i--)
        if (!isnan(cell->as.series[i - 1]))
            return (double)cell->as.series[i - 1];
    return (double)NAN;
}
