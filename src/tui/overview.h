// SPDX-License-Identifier: MIT

// The first screen: a strip per host, what needs a person, and the panes; each can be entered.
#ifndef TUI_OVERVIEW_H
#define TUI_OVERVIEW_H

#include "tui/attention.h"
#include "tui/host_table.h"
#include "tui/keymap.h"
#include "tui/table_view.h"

enum section { SECTION_HOSTS, SECTION_ATTENTION, SECTION_PANES, SECTIONS };

// Columns of what needs a person that are not shown while all of them are empty.
enum { OVERVIEW_FILLED = 2 };

struct overview {
    struct table_view *sections[SECTIONS];
    enum section focus;
    bool has_focus;                   // the keyboard is here; as last drawn
    struct host_figures **figures;    // per host
    const struct table **host_tables; // per host, with references
    size_t host_count;
    int width; // as last drawn
    struct attention attention;
    bool filled[OVERVIEW_FILLED];   // its columns that show something, as last looked
    const struct table *pane_table; // with a reference
};

struct overview *overview_new(size_t host_count, const struct config *config);
void overview_free(struct overview *overview);
// What was concluded from readings so far, as the hosts' last hour.
void overview_forget(struct overview *overview);

// Builds the hosts' rows; who chooses hosts by them comes between this and overview_update().
void overview_update_hosts(struct overview *overview, const struct model *model);
void overview_update(struct overview *overview, const struct model *model,
                     const struct keymap *keymap);
void overview_draw(struct overview *overview, const struct model *model, struct area area,
                   bool has_focus);

// Moves the cursor by rows (of tiles too), and from one section into the next.
void overview_move(struct overview *overview, long rows);

// To another column of the section, or to another tile.
void overview_move_column(struct overview *overview, int columns);

// What the row under the cursor leads to; false: there is no row.
struct overview_target {
    enum section section;
    size_t host;               // SECTION_HOSTS, SECTION_ATTENTION
    const struct probe *probe; // SECTION_ATTENTION (may be NULL), SECTION_PANES
    uint64_t row;              // SECTION_ATTENTION; 0: none
};
bool overview_target(const struct overview *overview, const struct model *model,
                     struct overview_target *target);
// Of a row of what needs a person that stands for several hosts: the same on another one, counted
// from 0; false: there are no more.
bool overview_target_elsewhere(const struct overview *overview, size_t index,
                               struct overview_target *target);

#endif
