// SPDX-License-Identifier: MIT

// Blocks from figures.
#include "tui/sparkline.h"

static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
#define BLOCKS (sizeof blocks / sizeof *blocks)

static struct figure mean(const struct figure *values, size_t from, size_t to)
{
    struct figure sum = {false, 0};
    size_t known = 0;
    for (size_t i = from; i < to; i++) {
        if (!values[i].known)
            continue;
        sum.value += values[i].value;
        known++;
    }
    if (known > 0)
        sum = (struct figure){true, sum.value / (double)known};
    return sum;
}

static const char *block_of(struct figure value, double top)
{
    if (!value.known)
        return " ";
    double share = top > 0 ? value.value / top : 0;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    const size_t highest = BLOCKS - 1;
    return blocks[(size_t)(share * (double)highest + 0.5)];
}

bool sparkline_append(struct str *out, const struct figure *values, size_t count, size_t cols,
                      double top)
{
    bool known = false;
    double greatest = 0;
    for (size_t i = 0; i < count; i++) {
        known |= values[i].known;
        if (values[i].known && values[i].value > greatest)
            greatest = values[i].value;
    }
    if (!known || cols == 0)
        return false;
    if (top <= 0)
        top = greatest;
    for (size_t col = 0; col < cols; col++) {
        size_t from = col * count / cols, to = (col + 1) * count / cols;
        str_append(out, block_of(mean(values, from, to > from ? to : from + 1), top));
    }
    return true;
}
