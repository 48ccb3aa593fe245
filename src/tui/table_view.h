// SPDX-License-Identifier: MIT

// The one table on a screen: a cursor that follows its row, scrolling, sorting, filtering, columns
// that fit. UI thread only.
#ifndef TUI_TABLE_VIEW_H
#define TUI_TABLE_VIEW_H

#include "base/err.h"
#include "conf/config.h"
#include "table/view.h"
#include "tui/draw.h"

struct preparer;
struct table_view;

// default_sort as sort_parse() takes it; NULL: the tables' own order.
struct table_view *table_view_new(const struct schema *schema, const char *default_sort);
// From now on long tables are put into order there; until they are, the ones before are shown.
void table_view_set_preparer(struct table_view *table, struct preparer *preparer);
// From now on hosts are shown with the accents of their environments; config must outlive it.
void table_view_set_config(struct table_view *table, const struct config *config);
void table_view_free(struct table_view *table);

const struct schema *table_view_schema(const struct table_view *table);

struct table_reading {
    const struct table *table;
    bool stale; // no longer what the host would say
    // How long ago it was read: durations that grow or shrink by themselves are shown as they are
    // by now. 0: it stands still.
    int64_t age_ms;
};

// Shows these rows from now on, or as soon as they are prepared; cheap when they are the ones
// already shown.
void table_view_set_readings(struct table_view *table, const struct table_reading *readings,
                             size_t count);
// The same without ages; stale is parallel and may be NULL.
void table_view_set_tables(struct table_view *table, const struct table *const *tables,
                           const bool *stale, size_t count);
// The tables that are shown, by index; NULL: there are no more. Lent.
const struct table *table_view_table(const struct table_view *table, size_t index);
// Whether rows are being prepared.
bool table_view_prepares(const struct table_view *table);
// A row's cell as it is by now.
struct cell table_view_cell_now(const struct table_view *table, const struct row_ref *row,
                                size_t column);
// Its rows are told elsewhere too: signs have no ground of their own, what is well stands back.
void table_view_be_calm(struct table_view *table);
// The host column says nothing when there is one host.
void table_view_hide_host(struct table_view *table, bool hidden);

size_t table_view_total(struct table_view *table); // before the filter
size_t table_view_count(struct table_view *table); // after it

// The cursor. Until it is moved it stays on the first row; then it follows its row.
void table_view_move(struct table_view *table, long rows);
void table_view_page(struct table_view *table, int pages);
void table_view_move_to_end(struct table_view *table, bool last);
void table_view_move_column(struct table_view *table, int columns);
bool table_view_go(struct table_view *table, uint64_t id); // false: no such row
// Where a row of what is shown is, whether or not the filter hides it; false: it is gone.
bool table_view_row(const struct table_view *table, uint64_t id, struct row_ref *row);
bool table_view_current(struct table_view *table, struct row_ref *row);
// The row at an index of what is shown; false: there are not so many.
bool table_view_at(struct table_view *table, size_t index, struct row_ref *row);
enum accent table_view_accent(const struct table_view *table, const char *host);
size_t table_view_position(const struct table_view *table); // of the cursor, from 0
int table_view_column(const struct table_view *table);

// What comes next are other rows, not changed ones (another window).
void table_view_forget_changes(struct table_view *table);
// Columns become as wide as what is shown next needs.
void table_view_forget_widths(struct table_view *table);
// Rows that came and went with the newest readings; 0 again after a moment.
void table_view_changes(struct table_view *table, size_t *come, size_t *gone);

// Rows that are signed as new (the ids are copied); none at first.
void table_view_set_new(struct table_view *table, const uint64_t *ids, size_t count);

// What happened to the row under the cursor ("CARRIER-A is gone"), once; a heap string or NULL.
char *table_view_take_news(struct table_view *table);

// "" shows all. On an error the filter before stays, and *position (may be NULL) is the byte that
// is wrong.
bool table_view_set_filter(struct table_view *table, const char *text, size_t *position,
                           struct err *err);
const char *table_view_filter(const struct table_view *table); // never NULL

// Searching inside what is shown; the expression is one of the filter language. On an error the
// search before stays.
bool table_view_set_search(struct table_view *table, const char *text, size_t *position,
                           struct err *err);
enum found { FOUND_NOTHING, FOUND, FOUND_ROUND }; // round: past the end, from the other end on
// The next match in a direction (-1, 1); here: the row under the cursor may be it.
enum found table_view_search(struct table_view *table, int direction, bool here);

// By the column under the cursor; again: the other way round; the third time: where the table has
// an order of its own, that one.
void table_view_sort_here(struct table_view *table);
// "": the rows' own order.
bool table_view_set_sort(struct table_view *table, const char *text, struct err *err);
void table_view_sort_text(const struct table_view *table,
                          struct str *out); // as sort_parse() takes it
void table_view_sort_words(const struct table_view *table, struct str *out); // "ASR ▲"

// Heading and rows. now_ms: wall clock. Without the focus another table has the keyboard.
void table_view_draw(struct table_view *table, struct area area, int64_t now_ms, bool has_focus);
void table_view_toggle_numbers(struct table_view *table);
bool table_view_toggle_totals(struct table_view *table); // whether they are shown now
// A column that the operator does not want; those that name the row are always shown.
bool table_view_may_hide(const struct table_view *table, size_t column);
bool table_view_is_hidden(const struct table_view *table, size_t column);
void table_view_hide(struct table_view *table, size_t column, bool hidden);

// How the operator has arranged the columns: an earlier (-1) or later (1) place, columns wider.
// Those that name the row stay in front.
void table_view_move_place(struct table_view *table, size_t column, int places);
// The column in a place, from 0; -1: there is none.
int table_view_column_in(const struct table_view *table, int place);
void table_view_widen(struct table_view *table, size_t column, int columns);
// The columns in their order, "name", "name:WIDTH" or "-name" where hidden, with spaces between;
// "" where nothing was arranged.
void table_view_columns_text(const struct table_view *table, struct str *out);
// Takes such a text; what is not in it follows in the schema's order, names that are no column's
// are passed over and appended to gone (NULL: they are not asked for) with commas between.
void table_view_set_columns(struct table_view *table, const char *text, struct str *gone);
// Sort, filter and columns as they were at the beginning.
void table_view_reset(struct table_view *table);
const char *table_view_first_sort(const struct table_view *table); // as sort_parse() takes it

// A place of the screen where it was drawn last: the column or the row there gets the cursor.
enum table_click { TABLE_CLICK_NOTHING, TABLE_CLICK_HEADING, TABLE_CLICK_ROW, TABLE_CLICK_CURSOR };
enum table_click table_view_click(struct table_view *table, int row, int col);

// Columns of the screen that a column had when last drawn; 0: it was not there.
int table_view_shown_width(const struct table_view *table, int column);
// Columns that did not fit when last drawn.
int table_view_columns_beyond(const struct table_view *table);

#endif
