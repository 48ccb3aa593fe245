// SPDX-License-Identifier: MIT

// Rows as aligned text for people.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/cell.h"
#include "table/row_label.h"
#include "table/write_common.h"

#define ELLIPSIS      "\xe2\x80\xa6" // …
#define GAP           2              // blanks between columns
#define UNBOUNDED_MIN 10             // columns that a text of any length keeps in a narrow window
#define TEXT_WIDTH    16             // preferred columns of a text that names none
#define TEXT_MIN      4              // a letter, the ellipsis and a sign
// Without a terminal nothing is cut; a longer cell then stands out of its column instead of
// widening it.
#define ALIGNED_MAX 80

static const struct {
    const char *sign;
    const char *colour; // SGR
} looks[] = {
    [LEVEL_NONE] = {.sign = "", .colour = ""},       [LEVEL_OK] = {.sign = "", .colour = "32"},
    [LEVEL_INFO] = {.sign = "", .colour = "36"},     [LEVEL_WARN] = {.sign = "!", .colour = "33"},
    [LEVEL_CRIT] = {.sign = "!!", .colour = "1;31"},
};
_Static_assert(sizeof looks / sizeof *looks == LEVEL_CRIT + 1, "every level has a look");

struct place {
    const struct column *column;
    size_t col;
    struct str heading;
    bool right;  // aligned
    bool hidden; // for want of width
    int width;   // first that of the widest cell, then the one it gets
    int least;   // what it should have before others are hidden for it
};

struct layout {
    struct view *view;
    const struct write_options *options;
    struct place *places;
    size_t count;
    struct str formatted; // the cell at hand
    char *clean;          // and its harmless form
    size_t clean_size;
    struct str line;
    int owed; // blanks that go before the next text
};

static const char *sign_of(const struct cell *cell)
{
    return cell->level <= LEVEL_CRIT ? looks[cell->level].sign : "";
}

static int sign_width(const struct cell *cell)
{
    size_t len = strlen(sign_of(cell));
    return len > 0 ? (int)len + 1 : 0;
}

// Neutralises a text into layout->clean, at most max_cols wide (negative: whole), and takes the
// blanks from its end.
static int clean_text(struct layout *layout, const char *text, size_t len, int max_cols)
{
    size_t need = len * (sizeof REPLACEMENT_TEXT - 1) + sizeof ELLIPSIS;
    if (need > layout->clean_size) {
        layout->clean = mem_resize(layout->clean, need, 1);
        layout->clean_size = need;
    }
    int cols = text_clean(layout->clean, need, text, len, max_cols);
    size_t end = strlen(layout->clean);
    while (end > 0 && layout->clean[end - 1] == ' ') {
        layout->clean[--end] = '\0';
        cols--;
    }
    return cols;
}

// The same, with an ellipsis where something is cut off.
static int shorten_text(struct layout *layout, const char *text, size_t len, int width)
{
    int cols =
        clean_text(layout, text, len, width + 2); // room to see a wide character behind the end
    if (cols <= width)
        return cols;
    if (width < 1)
        return clean_text(layout, "", 0, 0);
    cols = clean_text(layout, text, len, width - 1);
    memcpy(layout->clean + strlen(layout->clean), ELLIPSIS, sizeof ELLIPSIS);
    return cols + 1;
}

static void format_cell(struct layout *layout, const struct place *place, const struct cell *cell)
{
    str_clear(&layout->formatted);
    cell_format(&layout->formatted, place->column, cell, layout->options->now_ms);
}

static int widest_wanted(const struct layout *layout)
{
    return layout->options->width > 0 ? layout->options->width : ALIGNED_MAX;
}

static void measure_rows(struct layout *layout, size_t count)
{
    int most = widest_wanted(layout);
    for (size_t row = 0; row < count; row++) {
        for (size_t i = 0; i < layout->count; i++) {
            struct place *place = &layout->places[i];
            const struct cell *cell = view_cell(layout->view, row, place->col);
            format_cell(layout, place, cell);
            int cols =
                clean_text(layout, str_text(&layout->formatted), layout->formatted.len, most) +
                sign_width(cell);
            if (cols > place->width)
                place->width = cols < most ? cols : most;
        }
    }
}

static int least_width(const struct place *place, int heading)
{
    if (place->right)
        return place->width; // a number that is cut is another number
    int wanted = place->column->width > 0   ? place->column->width
                 : place->column->unbounded ? UNBOUNDED_MIN
                                            : TEXT_WIDTH;
    if (wanted < heading)
        wanted = heading;
    return wanted < place->width ? wanted : place->width;
}

static int total_width(const struct layout *layout, bool least)
{
    int total = -GAP;
    for (size_t i = 0; i < layout->count; i++) {
        const struct place *place = &layout->places[i];
        if (!place->hidden)
            total += (least ? place->least : place->width) + GAP;
    }
    return total;
}

// Hides the rightmost of the columns that matter least. False when all that are left matter.
static bool hide_one(struct layout *layout)
{
    struct place *hide = NULL;
    for (size_t i = 0; i < layout->count; i++) {
        struct place *place = &layout->places[i];
        if (!place->hidden && place->column->priority > 0 &&
            (hide == NULL || place->column->priority >= hide->column->priority))
            hide = place;
    }
    if (hide != NULL)
        hide->hidden = true;
    return hide != NULL;
}

// Takes one column from the widest text, down to what it should have, or to the very least.
static bool shrink_one(struct layout *layout, bool below_least)
{
    struct place *widest = NULL;
    for (size_t i = 0; i < layout->count; i++) {
        struct place *place = &layout->places[i];
        bool may = !place->hidden && !place->right &&
                   place->width > (below_least ? TEXT_MIN : place->least);
        if (may && (widest == NULL || place->width >= widest->width))
            widest = place;
    }
    if (widest != NULL)
        widest->width--;
    return widest != NULL;
}

static void fit_width(struct layout *layout, int width)
{
    while (total_width(layout, true) > width && hide_one(layout))
        ;
    while (total_width(layout, false) > width && shrink_one(layout, false))
        ;
    while (total_width(layout, false) > width && shrink_one(layout, true))
        ;
}

static void put_text(struct layout *layout, const char *text, const char *colour)
{
    if (*text == '\0')
        return;
    for (; layout->owed > 0; layout->owed--)
        str_append_char(&layout->line, ' ');
    if (layout->options->colour && *colour != '\0')
        str_appendf(&layout->line, "\x1b[%sm%s\x1b[0m", colour, text);
    else
        str_append(&layout->line, text);
}

static void put_blanks(struct layout *layout, int count)
{
    layout->owed += count > 0 ? count : 0;
}

static void put_heading(struct layout *layout, const struct place *place)
{
    const struct str *heading = &place->heading;
    int cols = shorten_text(layout, str_text(heading), heading->len, place->width);
    put_blanks(layout, place->right ? place->width - cols : 0);
    put_text(layout, layout->clean, "1");
    put_blanks(layout, place->right ? 0 : place->width - cols);
}

static void put_cell(struct layout *layout, const struct place *place, const struct cell *cell)
{
    const char *sign = sign_of(cell);
    const char *colour = cell->level <= LEVEL_CRIT ? looks[cell->level].colour : "";
    int sign_cols = sign_width(cell);
    format_cell(layout, place, cell);
    const char *text = str_text(&layout->formatted);
    size_t len = layout->formatted.len;
    bool cut = layout->options->width > 0 && !place->right;
    int cols = cut ? shorten_text(layout, text, len, place->width - sign_cols)
                   : clean_text(layout, text, len, -1);
    int left = place->width - sign_cols - cols;
    put_blanks(layout, place->right ? left : 0);
    if (sign_cols > 0 && place->right) {
        put_text(layout, sign, colour);
        put_blanks(layout, 1);
    }
    put_text(layout, layout->clean, colour);
    if (sign_cols > 0 && !place->right) {
        put_blanks(layout, 1);
        put_text(layout, sign, colour);
    }
    put_blanks(layout, place->right ? 0 : left);
}

// row -1 is the headings.
static void write_line(struct layout *layout, FILE *out, long row)
{
    bool first = true;
    for (size_t i = 0; i < layout->count; i++) {
        const struct place *place = &layout->places[i];
        if (place->hidden)
            continue;
        put_blanks(layout, first ? 0 : GAP);
        first = false;
        if (row < 0)
            put_heading(layout, place);
        else
            put_cell(layout, place, view_cell(layout->view, (size_t)row, place->col));
    }
    str_append_char(&layout->line, '\n');
    fwrite(layout->line.text, 1, layout->line.len, out);
    str_clear(&layout->line);
    layout->owed = 0;
}

static void layout_init(struct layout *layout, size_t rows)
{
    const struct schema *schema = view_schema(layout->view);
    layout->places = mem_array(schema->column_count, sizeof *layout->places);
    layout->count = schema->column_count;
    for (size_t i = 0; i < layout->count; i++) {
        struct place *place = &layout->places[i];
        place->column = &schema->columns[i];
        place->col = i;
        place->right = kind_is_right_aligned(place->column->kind);
        str_append(&place->heading, _(place->column->title));
        column_add_unit(&place->heading, place->column, true);
        place->width = text_width(str_text(&place->heading));
    }
    measure_rows(layout, rows);
    for (size_t i = 0; i < layout->count; i++) {
        struct place *place = &layout->places[i];
        place->least = least_width(place, text_width(str_text(&place->heading)));
    }
    if (layout->options->width > 0)
        fit_width(layout, layout->options->width);
}

static void layout_dispose(struct layout *layout)
{
    for (size_t i = 0; i < layout->count; i++)
        str_dispose(&layout->places[i].heading);
    free(layout->places);
    free(layout->clean);
    str_dispose(&layout->formatted);
    str_dispose(&layout->line);
}

void write_text(FILE *out, struct view *view, const struct write_options *options)
{
    struct layout layout = {.view = view, .options = options};
    size_t rows = write_row_count(view, options);
    layout_init(&layout, rows);
    for (long row = -1; row < (long)rows; row++)
        write_line(&layout, out, row);
    layout_dispose(&layout);
}
