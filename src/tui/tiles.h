// SPDX-License-Identifier: MIT

// The tiles of the overview: which there are, how they are arranged, and how they share the lines
// of a screen.
#ifndef TUI_TILES_H
#define TUI_TILES_H

#include "conf/config.h"
#include "probe/probe.h"

// The registry: these, then one for each pane in the order of probes[].
enum section {
    SECTION_HOSTS,
    SECTION_ATTENTION,
    SECTION_PANES,
    SECTION_JOURNAL,
    SECTION_CHECKLIST,
    SECTIONS
};

size_t tile_kinds(void);
const char *tile_name(size_t kind);          // in configuration: "hosts", "flood"
const char *tile_title(size_t kind);         // "Needs a person"
const char *tile_purpose(size_t kind);       // one sentence
const struct probe *tile_probe(size_t kind); // whose pane it shows; NULL: none
long tile_find(const char *name);            // -1: there is none

#define TILES_MAX     12
#define TILE_ROWS_MAX 99

struct tile {
    size_t kind;
    int rows;    // that it shows before others get less; 0: as many as there are
    bool beside; // the tile before, where the screen is wide enough
};

// Every kind at most once, always with what needs a person; the first to the last that gives way.
struct tiles {
    struct tile items[TILES_MAX];
    size_t count;
};

// "hosts attention:5 +panes"; where attention is not named it is the last. On false *out is
// unchanged and err says what would be right.
bool tiles_parse(const char *text, struct tiles *out, struct err *err);
void tiles_format(const struct tiles *tiles, struct str *out);
bool tiles_equal(const struct tiles *left, const struct tiles *right);

// The place of a kind among the tiles; -1: it is hidden.
long tiles_place(const struct tiles *tiles, size_t kind);
// Shows a kind at the end; false: there are TILES_MAX.
bool tiles_show(struct tiles *tiles, size_t kind);
// False: it was not shown, or may not be hidden (what needs a person).
bool tiles_hide(struct tiles *tiles, size_t kind);
// Exchanges a tile with the one before (-1) or behind it (1); false: there is none.
bool tiles_move(struct tiles *tiles, size_t kind, int places);

// Named arrangements: the shipped ones, then [layout NAME]; NULL: there are no more. Lent.
struct layout {
    const char *name;
    const char *tiles;
    const char *help; // one sentence; of [layout NAME] its tiles
};
bool layout_at(const struct config *config, size_t index, struct layout *out);
bool layout_find(const struct config *config, const char *name, struct layout *out);
// What the configuration asks for. False: it cannot be had, err says why, *out is the standard.
bool layout_configured(const struct config *config, struct tiles *out, struct err *err);

// Tiles that stand side by side: as many lines for all of them.
struct tile_band {
    int wanted;  // lines, with title and heading
    int whole;   // lines with all rows, at least wanted; taken when nobody else wants them
    int least;   // while others can still give
    bool yields; // wholly, before the others give anything
    bool focus;  // holds the keyboard: gives last
    bool heir;   // takes what is left
};
#define TILE_LEAST_LINES 3 // title, heading, one row

// Shares height among bands: while there is too little, the last gives first, down to its least,
// then to nothing: none is left with a title and no row. lines is parallel to bands.
void tiles_share(const struct tile_band *bands, size_t count, int height, int *lines);

#endif
