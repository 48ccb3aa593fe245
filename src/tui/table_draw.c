// SPDX-License-Identifier: MIT

// Headings and the rows that are seen; only these are formatted.
#include "base/lang.h"
#include "table/row_label.h"
#include "tui/accent.h"
#include "tui/model.h"
#include "tui/screen.h"
#include "tui/table_marks.h"
#include "tui/table_state.h"
#include "tui/table_total.h"

#define TOTALS_FROM 4 // lines: with fewer, rows matter more than their sum
#define SIGN_COLS   3 // "!!" before a row that needs a person, "*" before a marked one

static void heading_text(const struct table_view *table, int column, struct str *out)
{
    const struct column *it = &table->schema->columns[column];
    struct sort_key keys[VIEW_SORT_LEVELS];
    view_get_sort(table->view, keys);
    str_clear(out);
    str_append(out, _(it->title));
    column_add_unit(out, it, true);
    if (keys[0].column == column)
        str_append(out, keys[0].descending ? "▼" : "▲");
}

static void wish_headings(struct table_view *table, struct str *scratch)
{
    for (size_t col = 0; col < table->schema->column_count; col++) {
        heading_text(table, (int)col, scratch);
        table->wishes[col].heading = draw_width(str_text(scratch));
    }
}

static void wish_rows(struct table_view *table, size_t rows, int64_t now_ms, struct str *scratch)
{
    size_t count = view_count(table->view);
    for (size_t col = 0; col < table->schema->column_count; col++)
        table->wishes[col].absent = table->schema->columns[col].sparse;
    for (size_t i = table->top; i < table->top + rows && i < count; i++) {
        for (size_t col = 0; col < table->schema->column_count; col++) {
            str_clear(scratch);
            struct row_ref row = view_row(table->view, i);
            struct cell cell = table_view_cell_now(table, &row, col);
            cell_format(scratch, &table->schema->columns[col], &cell, now_ms);
            table->wishes[col].absent &= !cell.known;
            int width = draw_width(str_text(scratch));
            if (width > table->wishes[col].seen)
                table->wishes[col].seen = width;
        }
    }
}

// What stands before the first column: the row's number and its signs.
static int margin(struct table_view *table)
{
    int digits = 1;
    for (size_t count = view_count(table->view); table->numbers && count >= 10; count /= 10)
        digits++;
    return SIGN_COLS + (table->numbers ? digits + 1 : 0);
}

static void scroll_to_cursor(struct table_view *table, size_t rows)
{
    size_t count = view_count(table->view);
    table->page = rows;
    if (table->cursor < table->top)
        table->top = table->cursor;
    if (table->cursor >= table->top + rows)
        table->top = table->cursor - rows + 1;
    if (table->top + rows > count)
        table->top = count > rows ? count - rows : 0;
}

struct pen {
    int row, col, end; // end: the first column that is not the table's
    enum role gap;     // of the space before the next cell
};

static void draw_cell(struct pen *pen, const struct column_box *box, int gap, bool right,
                      enum role role, const char *text)
{
    int width = box->width;
    if (pen->col + width > pen->end)
        width = pen->end - pen->col;
    draw_field(pen->row, pen->col, width, role, text, right && width == box->width);
    pen->col += box->width;
    if (pen->col < pen->end)
        draw_fill(pen->row, pen->col, gap < pen->end - pen->col ? gap : pen->end - pen->col,
                  pen->gap);
    pen->col += gap;
}

// Calls for each box on the screen; *index starts at 0. False: no more.
static const struct column_box *next_box(const struct column_layout *layout, size_t *index,
                                         const struct pen *pen)
{
    if (*index == layout->frozen && *index < layout->first)
        *index = layout->first;
    if (*index >= layout->count || pen->col >= pen->end)
        return NULL;
    const struct column_box *box = &layout->boxes[*index];
    // A column that does not fit whole is not shown, unless it is an important one.
    if (*index >= layout->fitting && pen->col + box->width > pen->end && *index > layout->first)
        return NULL;
    (*index)++;
    return box;
}

static void draw_heading(struct table_view *table, struct area area, bool has_focus,
                         struct str *scratch)
{
    struct pen pen = {area.top, area.left, area.left + area.width, ROLE_HEADING};
    bool scrolled = table->layout.first > table->layout.frozen;
    draw_fill(pen.row, pen.col, area.width, ROLE_HEADING);
    pen.col += margin(table);
    if (scrolled)
        draw_text(pen.row, pen.col - SIGN_COLS, 1, ROLE_HEADING, "‹");
    size_t index = 0;
    const struct column_box *box;
    while ((box = next_box(&table->layout, &index, &pen)) != NULL) {
        heading_text(table, box->column, scratch);
        bool here = has_focus && box->column == table->column;
        draw_cell(&pen, box, table->layout.gap,
                  column_is_right(&table->schema->columns[box->column]),
                  here ? ROLE_HEADING_HERE : ROLE_HEADING, str_text(scratch));
    }
    if (index < table->layout.count)
        draw_text(pen.row, pen.end - 1, 1, ROLE_HEADING, "›");
}

static const char *sign_of(enum level level)
{
    return level == LEVEL_CRIT ? "!!" : level == LEVEL_WARN ? " !" : "";
}

static enum role role_of_sign(const struct table_view *table, enum level level, bool cursor)
{
    if (level == LEVEL_CRIT && !table->calm)
        return ROLE_ALERT;
    return cursor ? role_of_cursor_level(level) : role_of_level(level);
}

static enum role role_of_change(enum change change, enum level level)
{
    if (level < LEVEL_WARN)
        return change == CHANGE_FRESH ? ROLE_CHANGED : ROLE_FADING;
    if (change == CHANGE_FADING)
        return role_of_level(level);
    return level == LEVEL_CRIT ? ROLE_CHANGED_CRIT : ROLE_CHANGED_WARN;
}

// What may stand back: lines of values beside their figures, and in a calm table all that is as it
// should be.
static bool is_quiet(const struct table_view *table, const struct column *column, enum level level)
{
    return column->kind == KIND_SERIES ||
           (table->calm && level < LEVEL_INFO && column->priority > 1);
}

static enum role role_of_cell(const struct cell *cell, bool cursor, bool here, bool quiet)
{
    enum level level = (enum level)cell->level;
    if (here && level < LEVEL_WARN)
        return ROLE_CURSOR_CELL;
    if (cursor)
        return role_of_cursor_level(level);
    if (level < LEVEL_WARN && (quiet || !cell->known))
        return ROLE_DIM;
    return role_of_level(level);
}

static void draw_row(struct table_view *table, struct area area, int line, size_t at,
                     int64_t now_ms, bool has_focus, struct str *scratch)
{
    struct row_ref row = view_row(table->view, at);
    bool cursor = has_focus && at == table->cursor;
    const struct shown_table *shown = table_shown(table, row.table);
    bool stale = shown != NULL && shown->stale;
    enum level worst = table_row_level(row.table, row.row);
    struct pen pen = {area.top + line, area.left, area.left + area.width,
                      cursor ? ROLE_CURSOR : ROLE_TEXT};
    draw_fill(pen.row, pen.col, area.width, pen.gap);
    pen.col += margin(table);
    if (table->numbers) {
        str_clear(scratch);
        str_appendf(scratch, "%zu", at + 1);
        draw_field(pen.row, area.left, pen.col - area.left - SIGN_COLS - 1,
                   cursor ? ROLE_CURSOR : ROLE_DIM, str_text(scratch), true);
    }
    draw_text(pen.row, pen.col - SIGN_COLS, 2, role_of_sign(table, worst, cursor), sign_of(worst));
    if (table_marks_has(table, row.id))
        draw_text(pen.row, pen.col - 1, 1, cursor ? ROLE_CURSOR : ROLE_KEY, "*");
    else if (row_set_has(&table->new_rows, row.id))
        draw_text(pen.row, pen.col - 1, 1, cursor ? ROLE_CURSOR_INFO : ROLE_INFO, "+");
    size_t index = 0;
    const struct column_box *box;
    while ((box = next_box(&table->layout, &index, &pen)) != NULL) {
        const struct column *column = &table->schema->columns[box->column];
        struct cell now = table_view_cell_now(table, &row, (size_t)box->column);
        const struct cell *cell = &now;
        enum change change =
            cursor ? CHANGE_NONE : table_changes_has(&table->changes, &row, (size_t)box->column);
        enum role role =
            change != CHANGE_NONE
                ? role_of_change(change, (enum level)cell->level)
                : role_of_cell(cell, cursor, cursor && box->column == table->column,
                               stale || is_quiet(table, column, (enum level)cell->level));
        if (box->column == 0 && role == ROLE_TEXT && cell->known && table->config != NULL)
            role = accent_role(accent_of_host(table->config, cell->as.text, cell->len));
        str_clear(scratch);
        cell_format(scratch, column, cell, now_ms);
        draw_cell(&pen, box, table->layout.gap, column_is_right(column), role, str_text(scratch));
    }
}

static void draw_totals(struct table_view *table, struct area area, int64_t now_ms,
                        struct str *scratch)
{
    struct pen pen = {area.top + area.height - 1, area.left, area.left + area.width, ROLE_STRONG};
    draw_fill(pen.row, pen.col, area.width, ROLE_STRONG);
    pen.col += margin(table);
    size_t index = 0, marked;
    const struct column_box *box;
    table_marks_count(table, &marked);
    while ((box = next_box(&table->layout, &index, &pen)) != NULL) {
        const struct column *column = &table->schema->columns[box->column];
        str_clear(scratch);
        if (column->total)
            table_total_print(table, (size_t)box->column, marked > 0, now_ms, scratch);
        else if (index == table->layout.frozen) // the one before
            str_append(scratch, marked > 0 ? _("marked") : _("total"));
        draw_cell(&pen, box, table->layout.gap, column_is_right(column), ROLE_STRONG,
                  str_text(scratch));
    }
}

// Forgets the widths that were seen in another room.
static void forget_widths(struct table_view *table, int width)
{
    if (table->wished_width == width)
        return;
    for (size_t col = 0; col < table->schema->column_count; col++)
        table->wishes[col].seen = 0;
    table->wished_width = width;
}

void table_view_draw(struct table_view *table, struct area area, int64_t now_ms, bool has_focus)
{
    if (area.height < 1 || area.width <= margin(table))
        return;
    struct str scratch = {0};
    size_t rows = (size_t)area.height - 1;
    bool totals = table->totals && area.height >= TOTALS_FROM;
    rows -= totals ? 1 : 0;
    forget_widths(table, area.width);
    scroll_to_cursor(table, rows > 0 ? rows : 1);
    wish_headings(table, &scratch);
    wish_rows(table, rows, now_ms, &scratch);
    column_layout_make(&table->layout, table->schema, table->wishes, table->hide_host,
                       area.width - margin(table), table->column);
    table->drawn = (struct area){area.top, area.left, (int)rows + 1, area.width};
    screen_add_zone(&(struct zone){.area = table->drawn, .kind = ZONE_TABLE, .table = table});
    draw_heading(table, area, has_focus, &scratch);
    size_t count = view_count(table->view);
    for (size_t line = 0; line < rows && table->top + line < count; line++)
        draw_row(table, area, (int)line + 1, table->top + line, now_ms, has_focus, &scratch);
    if (totals)
        draw_totals(table, area, now_ms, &scratch);
    str_dispose(&scratch);
}

// The column that is drawn there; -1: none.
static int column_at(struct table_view *table, int col)
{
    struct pen pen = {.col = table->drawn.left + margin(table),
                      .end = table->drawn.left + table->drawn.width};
    size_t index = 0;
    const struct column_box *box;
    while ((box = next_box(&table->layout, &index, &pen)) != NULL) {
        if (col >= pen.col && col < pen.col + box->width)
            return box->column;
        pen.col += box->width + table->layout.gap;
    }
    return -1;
}

enum table_click table_view_click(struct table_view *table, int row, int col)
{
    int column = column_at(table, col);
    int line = row - table->drawn.top - 1;
    size_t index = table->top + (size_t)(line > 0 ? line : 0);
    if (line < -1 || (line >= 0 && index >= view_count(table->view)) || (line < 0 && column < 0))
        return TABLE_CLICK_NOTHING;
    if (column >= 0)
        table->column = column;
    if (line < 0)
        return TABLE_CLICK_HEADING;
    bool there = table->touched && table->cursor == index;
    table_view_move(table, (long)index - (long)table->cursor);
    return there ? TABLE_CLICK_CURSOR : TABLE_CLICK_ROW;
}
