// SPDX-License-Identifier: MIT

// Text over the pane that can be scrolled: help, journal, the details of a row.
#ifndef TUI_VIEWER_H
#define TUI_VIEWER_H

#include <stdint.h>
#include <stdio.h>

#include "probe/probe.h"
#include "tui/command.h"
#include "tui/draw.h"

struct viewer;

struct viewer_class {
    const char *name; // of its files
    const char *title;
    // Adds the lines; called for every paint, so that what is shown lives on.
    void (*build)(struct console *console, struct viewer *viewer);
    bool from_end; // opens at the last line
};

// What a line leads to.
struct viewer_goal {
    enum { GOAL_NONE, GOAL_ROW, GOAL_FIELD } kind;
    const struct probe *probe; // of GOAL_ROW: the pane …
    uint64_t row;              // … and the row there (table_row_id)
    size_t column;             // of GOAL_FIELD: of the row that the text is about
};

struct viewer_line {
    enum role label_role, role;
    char *label; // in a column of its own; "" : the text begins there
    char *text;
    bool has_label;
    struct viewer_goal goal;
};

struct viewer {
    const struct viewer_class *kind;
    struct viewer *under; // owned: the text that was left for this one, or NULL
    long place;           // where it was opened: index in the console's panes, -1: the overview
    char *title;          // in place of the class's when not NULL
    struct viewer_line *lines;
    size_t count, cap;
    size_t top, page;
    int label_width;
    int width; // of the text, for wrapping
    // What details are of.
    const struct table *table; // with a reference, or NULL
    size_t row, column;
    uint64_t id;
    long pane;      // -1: of the overview …
    size_t section; // … this one
    size_t host;
    // The related rows as last looked for, one entry a pane; they lie in the model's snapshots.
    struct related_rows *related; // owned, or NULL
    uint64_t related_at;          // model_stamp() then
    // Lines that contain the text are found; those of the last paint.
    char *search;              // NULL: nothing was searched yet
    size_t found_line;         // SIZE_MAX: none
    struct viewer_goal chosen; // of the lines that lead somewhere
};

struct viewer *viewer_new(const struct viewer_class *kind);
void viewer_free(struct viewer *viewer); // with those under it; NULL is allowed

// Foreign text is allowed; it is wrapped at words.
void viewer_text(struct viewer *viewer, enum role role, const char *text);
void viewer_pair(struct viewer *viewer, enum role label_role, const char *label, enum role role,
                 const char *text);

// A pair that leads somewhere: viewer_step() chooses it.
void viewer_link(struct viewer *viewer, enum role label_role, const char *label, enum role role,
                 const char *text, struct viewer_goal goal);

// To the next line in view that leads somewhere; where there is none, scrolls by a line.
void viewer_step(struct viewer *viewer, int direction);
// To the next related row, in view or not; false: there is none.
bool viewer_jump(struct viewer *viewer, int direction);
// Chooses the line in this row of its area; false: it leads nowhere.
bool viewer_click(struct viewer *viewer, int row);
// What was chosen, as long as it is in view.
struct viewer_goal viewer_chosen(const struct viewer *viewer);

// Makes the lines as they fit into the area.
void viewer_lay_out(struct console *console, struct viewer *viewer, struct area area);
// Lays out and draws.
void viewer_draw(struct console *console, struct viewer *viewer, struct area area);
void viewer_scroll(struct viewer *viewer, long lines);
void viewer_scroll_page(struct viewer *viewer, int pages);
void viewer_scroll_to_end(struct viewer *viewer, bool last);

void viewer_set_search(struct viewer *viewer, const char *text);
// What is shown as text of 100 columns; foreign text is neutralised.
void viewer_write(const struct viewer *viewer, FILE *out);
// Goes to the next line that contains the searched text; from: the line where to begin.
bool viewer_search(struct viewer *viewer, int direction, size_t from);
// The line from which a search in this direction goes on.
size_t viewer_search_from(const struct viewer *viewer, int direction);

#endif
