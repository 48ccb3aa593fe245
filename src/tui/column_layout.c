// SPDX-License-Identifier: MIT

// Column widths and order for a given room.
#include "tui/column_layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define WIDE_SCREEN  100 // from here on two spaces between columns
#define TEXT_WIDTH   20
#define SHRUNK_WIDTH 6
#define ABSENT       256 // beyond all priorities

bool column_is_right(const struct column *column)
{
    switch (column->kind) {
    case KIND_TEXT:
    case KIND_ADDRESS:
    case KIND_BOOL:
    case KIND_TIME:
    case KIND_SERIES:
        return false;
    default:
        return true;
    }
}

int column_place(const struct column_wish *wishes, int column)
{
    return wishes[column].place > 0 ? wishes[column].place - 1 : column;
}

// Numbers, times and addresses are never cut short: a part of one would be a lie.
static int wanted_width(const struct column *column, const struct column_wish *wish)
{
    if (wish->width > 0 && (column->kind == KIND_TEXT || wish->width > wish->seen))
        return wish->width;
    int most = column->width > 0 ? column->width : TEXT_WIDTH;
    int cells = column->kind == KIND_TEXT && wish->seen > most ? most : wish->seen;
    return cells > wish->heading ? cells : wish->heading;
}

static int total_width(const struct column_layout *layout, size_t count)
{
    int total = 0;
    for (size_t i = 0; i < count; i++)
        total += layout->boxes[i].width + (i > 0 ? layout->gap : 0);
    return total;
}

// The fitting column that matters least, not a frozen one; -1: all matter.
static long least_important(const struct column_layout *layout, const struct schema *schema,
                            const struct column_wish *wishes)
{
    long worst = -1;
    int most = 0;
    for (size_t i = layout->frozen; i < layout->fitting; i++) {
        int column = layout->boxes[i].column;
        int priority = wishes[column].absent ? ABSENT : schema->columns[column].priority;
        if (priority > 0 && priority >= most) {
            worst = (long)i;
            most = priority;
        }
    }
    return worst;
}

// Moves a box behind the fitting ones; those beyond stay in order.
static void move_beyond(struct column_layout *layout, const struct column_wish *wishes,
                        size_t index)
{
    struct column_box box = layout->boxes[index];
    size_t to = layout->count - 1;
    memmove(&layout->boxes[index], &layout->boxes[index + 1], (to - index) * sizeof box);
    layout->fitting--;
    while (to > layout->fitting &&
           column_place(wishes, layout->boxes[to - 1].column) > column_place(wishes, box.column)) {
        layout->boxes[to] = layout->boxes[to - 1];
        to--;
    }
    layout->boxes[to] = box;
}

// The widest text gives way first.
static void shrink_text(struct column_layout *layout, const struct schema *schema, int width)
{
    for (int excess = total_width(layout, layout->fitting) - width; excess > 0; excess--) {
        struct column_box *widest = NULL;
        for (size_t i = 0; i < layout->fitting; i++) {
            struct column_box *box = &layout->boxes[i];
            if (schema->columns[box->column].kind == KIND_TEXT && box->width > SHRUNK_WIDTH &&
                (widest == NULL || box->width > widest->width))
                widest = box;
        }
        if (widest == NULL)
            return;
        widest->width--;
    }
}

// Room that is left goes to text that was cut, first to the column that may take everything.
static void grow_text(struct column_layout *layout, const struct schema *schema,
                      const struct column_wish *wishes, int width)
{
    int left = width - total_width(layout, layout->fitting);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < layout->fitting && left > 0; i++) {
            struct column_box *box = &layout->boxes[i];
            int missing = wishes[box->column].seen - box->width;
            if (wishes[box->column].width > 0)
                continue;
            if (missing <= 0 || (pass == 0 && !schema->columns[box->column].unbounded))
                continue;
            int more = missing < left ? missing : left;
            box->width += more;
            left -= more;
        }
    }
}

static bool is_seen(const struct column_layout *layout, size_t index, int width)
{
    int used = total_width(layout, layout->frozen);
    for (size_t i = layout->first; i <= index; i++)
        used += layout->boxes[i].width + layout->gap;
    return used <= width;
}

static void scroll_to(struct column_layout *layout, int current, int width)
{
    long index = column_layout_find(layout, current);
    if (layout->first < layout->frozen || layout->first >= layout->count)
        layout->first = layout->frozen;
    if (index < (long)layout->fitting) {
        layout->first = layout->frozen; // all that fits is shown from there
        return;
    }
    if ((size_t)index < layout->first)
        layout->first = (size_t)index;
    while (layout->first < (size_t)index && !is_seen(layout, (size_t)index, width))
        layout->first++;
}

static void insert(struct column_layout *layout, const struct column_wish *wishes,
                   struct column_box box)
{
    size_t to = layout->count++;
    while (to > 0 &&
           column_place(wishes, layout->boxes[to - 1].column) > column_place(wishes, box.column)) {
        layout->boxes[to] = layout->boxes[to - 1];
        to--;
    }
    layout->boxes[to] = box;
}

void column_layout_make(struct column_layout *layout, const struct schema *schema,
                        const struct column_wish *wishes, bool hide_host, int width, int current)
{
    size_t hidden = hide_host ? 1 : 0;
    layout->boxes = mem_resize(layout->boxes, schema->column_count, sizeof *layout->boxes);
    layout->count = 0;
    for (size_t col = hidden; col < schema->column_count; col++)
        if (!wishes[col].hidden)
            insert(
                layout, wishes,
                (struct column_box){(int)col, wanted_width(&schema->columns[col], &wishes[col])});
    layout->fitting = layout->count;
    layout->gap = width >= WIDE_SCREEN ? 2 : 1;
    layout->frozen = 2 - hidden;
    if (layout->frozen > layout->count)
        layout->frozen = layout->count;
    while (total_width(layout, layout->fitting) > width) {
        long least = least_important(layout, schema, wishes);
        if (least < 0)
            break;
        move_beyond(layout, wishes, (size_t)least);
    }
    shrink_text(layout, schema, width);
    grow_text(layout, schema, wishes, width);
    scroll_to(layout, current, width);
}

void column_layout_dispose(struct column_layout *layout)
{
    free(layout->boxes);
    *layout = (struct column_layout){0};
}

long column_layout_find(const struct column_layout *layout, int column)
{
    for (size_t i = 0; i < layout->count; i++)
        if (layout->boxes[i].column == column)
            return (long)i;
    return -1;
}
