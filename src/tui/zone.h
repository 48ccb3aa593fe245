// SPDX-License-Identifier: MIT

// What lies where on the screen, for the mouse: noted while a frame is drawn.
#ifndef TUI_ZONE_H
#define TUI_ZONE_H

#include <stddef.h>

#include "tui/draw.h"

struct table_view;
struct key_command;

struct zone {
    struct area area;
    enum zone_kind {
        ZONE_NOTHING,
        ZONE_TABLE,   // heading and rows
        ZONE_TAB,     // a place of the top line
        ZONE_ENTRIES, // the list above a prompt
        ZONE_COMMAND, // a word that stands for a key
        ZONE_TEXT,    // a viewer
        ZONE_TILE,    // of the overview, under its table
    } kind;
    struct table_view *table;          // of ZONE_TABLE
    long place;                        // of ZONE_TAB; the kind of a ZONE_TILE
    const struct key_command *command; // of ZONE_COMMAND
};

#define ZONES_MAX 96 // what is more is not there for the mouse

#endif
