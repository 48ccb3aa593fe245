// SPDX-License-Identifier: MIT

// The whole state of the console, as its parts share it. Private to the tui folder, UI thread only.
#ifndef TUI_STATE_H
#define TUI_STATE_H

#include "replay/player.h"
#include "store/memory.h"
#include "tui/act.h"
#include "tui/alerts.h"
#include "tui/appearance.h"
#include "tui/command.h"
#include "tui/console.h"
#include "tui/guide_view.h"
#include "tui/journal.h"
#include "tui/keeper.h"
#include "tui/kept_writer.h"
#include "tui/keymap.h"
#include "tui/model.h"
#include "tui/overview.h"
#include "tui/pane.h"
#include "tui/preparer.h"
#include "tui/prompt.h"
#include "tui/prompt_history.h"
#include "tui/split.h"
#include "tui/theme.h"
#include "tui/viewer.h"

#define TRAIL_MAX 16

struct console {
    struct fleet *fleet;
    const struct config *config;
    struct appearance appearance;
    struct theme theme;
    struct keymap *keymap;
    struct journal *journal;
    struct model *model;
    struct preparer *preparer; // of the panes' tables; may be NULL
    struct memory *memory;     // of checklist runs and figures; NULL: of a replay nothing is kept
    struct keeper *keeper;     // gives it the figures; or NULL

    struct overview *overview;
    struct tiles tiles_before; // a choice of layouts that is left leads back to them
    struct pane **panes;       // the probes that are panes, in their order
    size_t pane_count;
    long here; // index in panes; -1: the overview; pane_count: the guided checklist
    // Where one came from by entering rows, for the way back; the oldest first.
    long trail[TRAIL_MAX];
    size_t trail_count;
    // Where one was, for going back and forth; way_at is where one is.
    long way[TRAIL_MAX];
    size_t way_count, way_at;
    struct split split;
    struct guide_view *guide;

    struct viewer *viewer; // over the pane, or NULL
    struct prompt *prompt; // over both, or NULL
    struct prompt_history *typed;

    struct player *player;           // of a replay; NULL: the fleet is live
    int replay_steps;                // made by it since it last rested …
    bool replay_rests;               // … whether it does
    bool replay_sought;              // … and whether that was the way to a place
    struct acts *acts;               // what is done to hosts
    struct shield_view *shield;      // of the host looked at last, or NULL
    struct alerts *alerts;           // what reaches an operator who does not look; NULL in a replay
    struct own_output *output;       // of the command of one's own run last, or NULL
    struct flood_evidence *evidence; // files that are being written
    struct chord_keys pressed;       // of longer ones, so far …
    enum mode pressed_in;            // … in this mode
    char *kept;                      // what the file of what was arranged says
    struct kept_writer *kept_writer; // NULL: it is not written
    int64_t kept_looked_ms;          // when it was last compared, monotonic
    char *host_filter;               // as typed
    struct filter *hosts_shown;      // over host_table_schema
    bool *declined;                  // per host: its questions come only when asked for
    uint64_t *answered;              // per host: its question that was answered last
    enum next next;                  // asked for by what a prompt ran
};

enum mode console_mode(const struct console *console);
const char *console_pane_name(const struct console *console); // NULL on the overview
// Index of the pane whose rows have the keyboard, in a tile of the overview too; -1: none.
long console_pane_place(const struct console *console);
// The table that has the keyboard.
struct table_view *console_table(struct console *console);
// Goes on with a replay, for some milliseconds.
void console_go_on(struct console *console);
// Fetches what is new and hands it to what is shown.
void console_update(struct console *console);
// Whether rows that are shown are being prepared: there will be news of them.
bool console_prepares(const struct console *console);
// Has read at full speed what is shown.
void console_look(struct console *console);
// Closes what lies over the pane and goes there (-1: the overview).
void console_go(struct console *console, long pane);
// Opens a text; its own key closes it again.
void console_open_viewer(struct console *console, const struct viewer_class *kind);
// Opens a text over the one that is shown, which is gone back to.
struct viewer *console_push_viewer(struct console *console, const struct viewer_class *kind);
// Puts a text under the one that is shown.
void console_put_under(struct console *console, struct viewer *under);
// Closes the text that is shown, and goes back to where the one under it was opened.
void console_close_viewer(struct console *console);
void console_open_prompt(struct console *console, const struct prompt_class *kind,
                         const char *text);
// Sets which hosts are shown by a filter over host_table_schema; "" is all. On an error nothing
// changes.
bool console_choose_hosts(struct console *console, const char *text, size_t *position,
                          struct err *err);
// One key. Text that is pasted never gets here.
enum next console_press(struct console *console, int chord);
void console_paste(struct console *console, int code_point);
void console_end_paste(struct console *console);
void console_paint(struct console *console);

#endif
