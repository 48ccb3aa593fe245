// SPDX-License-Identifier: MIT

// The terminal: opened once, restored on every way out, crashes included. UI thread only.
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include <stdbool.h>

#include "base/err.h"
#include "conf/config.h"
#include "tui/mouse_report.h"
#include "tui/osc.h"
#include "tui/theme.h"
#include "tui/zone.h"

// Puts the terminal into full-screen mode. False (and the terminal untouched) when it is none or
// cannot place a cursor; err says what to do. signal_fd (wake_new()) is signalled when a signal
// asks for something: see screen_take_signals(). While open, what is written to standard error is
// kept and shown after screen_close().
bool screen_open(const struct theme *theme, enum ascii ascii, int signal_fd, struct err *err);
// Other colours from the next frame on.
void screen_set_theme(const struct theme *theme);
void screen_close(void); // also when it is not open

// Something the operator should know about this terminal ("" when nothing): an unknown TERM, no
// UTF-8.
const char *screen_note(void);
bool screen_is_utf8(void);  // characters beyond ASCII can be shown at all
bool screen_is_ascii(void); // the console's own lines, arrows and blocks are drawn as ASCII
int screen_rows(void);
int screen_cols(void);

struct screen_signals {
    bool quit;    // SIGTERM, SIGHUP, SIGINT
    bool suspend; // SIGTSTP
    bool resize;  // SIGWINCH
};
struct screen_signals screen_take_signals(void);

// A frame: begin, any number of puts, end. Only what differs from the frame before is sent; nothing
// when nothing does.
void screen_begin(void);
void screen_end(void);
// Puts clean text (see draw.h, the only caller) that fits into the row; row and col are within the
// screen.
void screen_put(int row, int col, enum role role, const char *clean);
// The cursor is shown there in this frame; without it, it is hidden.
void screen_show_cursor(int row, int col);
// The next frame is sent whole.
void screen_redraw_all(void);

// Of this terminal, for sequences beside the screen (tui/osc.h).
const struct osc_terminal *screen_terminal(void);
// Sends a sequence that puts nothing on the screen, between two frames.
void screen_send(const char *sequence);
// Shows the text (not neutralised) in the terminal's title; the title from before comes back when
// the screen is closed or given back. Nothing on a terminal that has none.
void screen_title(const char *text);

enum input_kind {
    INPUT_NONE,   // nothing more for now
    INPUT_CHORD,  // a key
    INPUT_PASTED, // a character of pasted text: never a key
    INPUT_PASTE_END,
    INPUT_MOUSE, // a button or the wheel
    INPUT_LOST,  // the terminal is gone
};

struct input {
    enum input_kind kind;
    int chord;
    struct mouse_event mouse; // of INPUT_MOUSE
};

// The terminal sends what the mouse does, and no longer selects text by itself. Off at the begin.
void screen_set_mouse(bool on);
bool screen_has_mouse(void);

// What lies there in this frame, for the mouse; later zones lie over those before.
void screen_add_zone(const struct zone *zone);
struct zone screen_zone_at(int row, int col);

// Puts the bytes that base64 stands for into the terminal's clipboard; false: it has none. Whether
// the terminal allows it, it does not tell.
bool screen_copy(const char *base64);

// Never blocks.
struct input screen_read(void);

// Takes over the terminal's size, and sends the next frame whole: the terminal may have cut what it
// showed.
void screen_resize(void);

// Gives the terminal back and stops the process group; returns after `fg`.
void screen_suspend(void);

#endif
