// SPDX-License-Identifier: MIT

// The first screen: tiles of the hosts, of what needs a person, of any pane; each can be entered.
#ifndef TUI_OVERVIEW_H
#define TUI_OVERVIEW_H

#include "tui/attention.h"
#include "tui/host_table.h"
#include "tui/keymap.h"
#include "tui/pane.h"
#include "tui/table_view.h"
#include "tui/tiles.h"

// Columns of what needs a person that are not shown while all of them are empty.
enum { OVERVIEW_FILLED = 1 };

// Of a tile whose rows are the console's own: what it shows, and what its title says of it.
struct own_rows {
    const struct table *table; // NULL: none yet
    const char *words;         // NULL: none
    enum level level;          // of the words
    const char *empty;         // said where there is no row; static, to be translated
};

struct overview {
    size_t kinds;                     // of tiles; by them are the three below
    struct table_view **sections;     // what a tile shows
    struct pane **panes;              // of those that show a pane's rows, else NULL
    int *rows_shown;                  // as last drawn; 0: none
    struct tiles tiles;               // as they are arranged
    struct tiles configured;          // … and were at the first start
    size_t focus;                     // kind of the tile with the keyboard
    struct area grid;                 // of the hosts, as last drawn; no lines: they are a table
    bool has_focus;                   // the keyboard is here; as last drawn
    struct host_figures **figures;    // per host
    const struct table **host_tables; // per host, with references
    size_t host_count;
    int width; // as last drawn
    struct attention attention;
    char *worst_key;                // that opens its first row; NULL: none does
    bool filled[OVERVIEW_FILLED];   // its columns that show something, as last looked
    const struct table *pane_table; // with a reference
    struct own_rows own[SECTIONS];  // of the journal and the checklist; tables and words are its
    uint64_t journal_stamp;         // of the journal's rows
};

// preparer may be NULL; it and config must outlive the overview. Of a fault of the configured tiles
// err speaks; then they are the standard.
struct overview *overview_new(size_t host_count, const struct config *config,
                              struct preparer *preparer, struct err *err);
void overview_free(struct overview *overview);
// What was concluded from readings so far, as the hosts' last hour.
void overview_forget(struct overview *overview);

// Builds the hosts' rows; who chooses hosts by them comes between this and overview_update().
void overview_update_hosts(struct overview *overview, const struct model *model);
// Finds out what needs a person, wherever one is: the terminal's title says the worst.
void overview_update_attention(struct overview *overview, const struct model *model);
void overview_update(struct overview *overview, const struct model *model,
                     const struct keymap *keymap);
void overview_draw(struct overview *overview, const struct model *model, struct area area,
                   bool has_focus);

// What such a tile shows from now on: takes over the table, copies the words.
void overview_give(struct overview *overview, enum section kind, const struct own_rows *rows);

// Arranges the tiles anew; the keyboard stays in its tile where that is still there.
void overview_set_tiles(struct overview *overview, const struct tiles *tiles);
// Whether a tile shows rows of this probe.
bool overview_shows(const struct overview *overview, const struct probe *probe);
// Many hosts stand in a grid.
bool overview_is_grid(const struct overview *overview);
// The keyboard to the next (1) tile or the one before (-1), round.
void overview_step(struct overview *overview, int direction);
// One row more or less for the tile with the keyboard.
void overview_resize(struct overview *overview, int rows);
// A place of the grid of hosts gets the cursor.
enum table_click overview_click_grid(struct overview *overview, int row, int col);

// Moves the cursor by rows (of the grid too), and from one tile into the next.
void overview_move(struct overview *overview, long rows);

// To another column of the tile, or to another host of the grid.
void overview_move_column(struct overview *overview, int columns);

// What the row under the cursor leads to; false: there is no row. An empty tile of a pane leads to
// the pane, those of the journal and of the checklist to them.
struct overview_target {
    size_t kind;               // of the tile
    size_t host;               // SECTION_HOSTS, SECTION_ATTENTION
    const struct probe *probe; // SECTION_ATTENTION (may be NULL), SECTION_PANES, tiles of panes
    uint64_t row;              // SECTION_ATTENTION, tiles of panes; 0: none
};
bool overview_worst(const struct overview *overview, struct overview_target *target); // its first
bool overview_target(const struct overview *overview, const struct model *model,
                     struct overview_target *target);
// Of a row of what needs a person that stands for several hosts: the same on another one, counted
// from 0; false: there are no more.
bool overview_target_elsewhere(const struct overview *overview, size_t index,
                               struct overview_target *target);

#endif
