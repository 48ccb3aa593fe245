// SPDX-License-Identifier: MIT

// The inside of the guided checklist's view, shared by its sources only.
#ifndef TUI_GUIDE_STATE_H
#define TUI_GUIDE_STATE_H

#include "tui/guide_memory.h"
#include "tui/guide_view.h"
#include "tui/state.h"

// The evidence of one host as a table, and what it was made from.
struct guide_evidence {
    const struct table *table; // with a reference, or NULL
    const struct table *from;
    const size_t *rows;
    size_t row_count;
    struct guide_difference difference;
};

struct guide_view {
    enum guide_page page;
    struct pane *menu;              // of guide_menu_probe
    const struct table *menu_table; // with a reference, or NULL
    size_t menu_count;              // of names
    char **menu_names;
    struct guide_past *menu_pasts; // parallel to the names

    // The run that is open; guide NULL: none.
    char *list, *title;
    const struct checklist **lists;
    size_t host_count;
    struct check *check;
    struct guide *guide;
    struct pane **panes; // by step; the last one is the end's
    size_t pane_count;
    struct guide_evidence **evidence; // by step, by item
    const struct table *end_table;    // with a reference, or NULL
    bool settled;                     // all first verdicts are there
    int64_t began_ms;                 // monotonic

    struct guide_memory memory;
    struct run_story *last; // for the overview's tile; NULL: none is known
    int64_t last_asked_ms;  // monotonic; 0: to be asked at once

    long visit; // pane that is visited from a step, or -1
    char *visit_filter;
    size_t visit_variant;
};

// Makes the console see the page's pane in its place.
void guide_put_in_place(struct console *console);
// The menu's table, of what is known of each list now.
void guide_make_menu(struct console *console);

// The menu: one row a list, those that were left first.
extern const struct probe guide_menu_probe;
const struct table *guide_menu_build(const char *profile, const char *const *names,
                                     const struct guide_past *pasts, size_t count);

// What a person must do, which has no rows.
extern const struct probe guide_person_probe;

const struct table *guide_end_build(const struct guide *guide);
// The same of a run that the memory has: nobody is asked for what was not decided.
const struct table *guide_end_build_last(const struct run_story *story);
size_t guide_end_step(const struct guide *guide, const struct table *table, size_t row);

// Of at most so many rows a host.
#define GUIDE_EVIDENCE_ROWS 5000
void guide_evidence_update(struct guide_view *view, size_t step);
void guide_evidence_dispose(struct guide_evidence *evidence);
// Hides the columns that the step does not name, but those that name the row.
void guide_evidence_columns(struct table_view *table, const struct step *step);

// The memory's answer to the tile's question; takes it over.
void guide_tile_take(struct guide_view *view, struct run_story *story);

// The run is closed: its steps are judged no more.
void guide_notice_forget(struct console *console);

// Puts a visited pane back as it was, where there is one.
void guide_visit_end(struct console *console);
void guide_visit_forget(struct guide_view *view);

const struct pane *guide_pane(const struct guide_view *view); // what is shown

// "sw1", "sw1, sw2" or "3 hosts"; "" where there is one host only.
void guide_hosts_words(const struct guide_step *step, const size_t *items, size_t count,
                       struct str *out);
enum role guide_face_role(enum guide_face face);
const char *guide_face_sign(enum guide_face face); // at most two columns

// Narrower screens show the steps in lines above; from GUIDE_LIST_WIDE on the list tells the time.
#define GUIDE_BESIDE_COLS 100
#define GUIDE_LIST_WIDE   52
void guide_draw_progress(const struct guide_view *view, struct area area);
void guide_draw_list(const struct guide *guide, struct area area);
int guide_draw_strip(const struct guide *guide, struct area area); // returns the lines used
// "2 critical, 1 ok": the steps that are open, and those that are decided.
void guide_open_words(const struct guide_progress *progress, struct str *out);
void guide_decided_words(const struct guide_progress *progress, struct str *out);
void guide_time_words(int64_t ms, char out[24]); // "0:12", "1:02:03"

#endif
