// SPDX-License-Identifier: MIT

// Which columns of a table the operator wants, where, and how wide.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/table_state.h"

#define FIRST_MOVABLE 2 // those before name the row and stay when the others scroll
#define WIDTH_MIN     3

bool table_view_may_hide(const struct table_view *table, size_t column)
{
    return column >= 2 && column < table->schema->column_count;
}

bool table_view_is_hidden(const struct table_view *table, size_t column)
{
    return table->wishes[column].hidden;
}

void table_view_hide(struct table_view *table, size_t column, bool hidden)
{
    if (!table_view_may_hide(table, column))
        return;
    table->wishes[column].hidden = hidden;
    if (hidden && table->column == (int)column)
        table->column = 1;
}

int table_view_column_in(const struct table_view *table, int place)
{
    for (int col = 0; col < (int)table->schema->column_count; col++)
        if (column_place(table->wishes, col) == place)
            return col;
    return -1;
}

static void swap_places(struct table_view *table, int one, int other)
{
    int place = column_place(table->wishes, one);
    int other_place = column_place(table->wishes, other);
    for (int col = 0; col < (int)table->schema->column_count; col++)
        table->wishes[col].place = column_place(table->wishes, col) + 1;
    table->wishes[one].place = other_place + 1;
    table->wishes[other].place = place + 1;
}

// Past those that are hidden: a key that moves nothing in sight would be a riddle.
void table_view_move_place(struct table_view *table, size_t column, int places)
{
    int step = places < 0 ? -1 : 1;
    bool hidden = true;
    for (int to = column_place(table->wishes, (int)column) + step;
         hidden && column >= FIRST_MOVABLE && to >= FIRST_MOVABLE &&
         to < (int)table->schema->column_count;
         to += step) {
        int other = table_view_column_in(table, to);
        hidden = table->wishes[other].hidden;
        swap_places(table, (int)column, other);
    }
}

void table_view_widen(struct table_view *table, size_t column, int columns)
{
    struct column_wish *wish = &table->wishes[column];
    long box = column_layout_find(&table->layout, (int)column);
    int now = wish->width > 0 ? wish->width : box >= 0 ? table->layout.boxes[box].width : 0;
    // Numbers, times and addresses are never cut short.
    int least = table->schema->columns[column].kind == KIND_TEXT ? WIDTH_MIN : wish->seen;
    least = least > wish->heading ? least : wish->heading;
    int to = now + columns;
    wish->width = to < least ? least : to > COLUMN_WIDTH_MAX ? COLUMN_WIDTH_MAX : to;
}

void table_view_columns_text(const struct table_view *table, struct str *out)
{
    int count = (int)table->schema->column_count;
    bool arranged = false;
    for (int col = 0; col < count; col++)
        arranged |= table->wishes[col].hidden || table->wishes[col].width > 0 ||
                    column_place(table->wishes, col) != col;
    for (int place = 0; arranged && place < count; place++) {
        int col = table_view_column_in(table, place);
        const struct column_wish *wish = &table->wishes[col];
        str_appendf(out, "%s%s%s", place > 0 ? " " : "", wish->hidden ? "-" : "",
                    table->schema->columns[col].name);
        if (wish->width > 0)
            str_appendf(out, ":%d", wish->width);
    }
}

// One word of the text; true: its column has taken this place.
static bool take_word(struct table_view *table, char *word, int place, struct str *gone)
{
    bool hidden = word[0] == '-';
    char *colon = strchr(word, ':');
    if (colon != NULL)
        *colon++ = '\0';
    int col = schema_find(table->schema, word + hidden);
    if (col < 0 && gone != NULL)
        str_appendf(gone, "%s%s", gone->len > 0 ? ", " : "", word + hidden);
    if (col < 0)
        return false;
    struct column_wish *wish = &table->wishes[col];
    int width = colon != NULL ? atoi(colon) : 0;
    wish->width = width >= WIDTH_MIN && width <= COLUMN_WIDTH_MAX ? width : 0;
    if (wish->place > 0)
        return false;
    wish->place = place + 1;
    wish->hidden = hidden;
    return true;
}

void table_view_set_columns(struct table_view *table, const char *text, struct str *gone)
{
    int count = (int)table->schema->column_count, place = 0;
    for (int col = 0; col < count; col++) {
        struct column_wish *wish = &table->wishes[col];
        wish->hidden = false;
        wish->width = 0;
        wish->place = col < FIRST_MOVABLE && text[0] != '\0' ? ++place : 0;
    }
    char *words = mem_strdup(text), *rest;
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        place += take_word(table, word, place, gone);
    for (int col = 0; col < count && text[0] != '\0'; col++)
        if (table->wishes[col].place == 0)
            table->wishes[col].place = ++place;
    free(words);
}

void table_view_reset(struct table_view *table)
{
    table_view_set_columns(table, "", NULL);
    table_view_set_filter(table, "", NULL, NULL);
    table_view_set_sort(table, table->first_sort, NULL);
    table->numbers = table->totals = false;
}

const char *table_view_first_sort(const struct table_view *table)
{
    return table->first_sort;
}
