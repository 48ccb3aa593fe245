// SPDX-License-Identifier: MIT

// A line at the bottom of the screen into which the operator types: a state of the one loop, never
// a loop of its own.
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include <stdint.h>

#include "base/err.h"
#include "tui/command.h"
#include "tui/draw.h"
#include "tui/line_edit.h"

struct prompt;

// What a prompt is for. All but label may be NULL.
struct prompt_class {
    const char *label; // "filter:", "trust this key?"
    const char *help;  // what may be typed; shown while the line is empty
    bool secret;       // nothing of the text is shown
    bool of_hosts;     // the expression is over hosts, not over the rows of the table
    bool lists;        // entries stand above, of which prompt->chosen is one
    bool remembers;    // what was typed can be called back
    bool stays;        // deleting in an empty line does not leave it
    // The text has changed: apply it or set prompt->error and prompt->error_at.
    void (*changed)(struct console *console, struct prompt *prompt);
    // A character before it gets into the line; true: it meant something else.
    bool (*typed)(struct console *console, struct prompt *prompt, int code_point);
    // Another entry of what is listed above was chosen.
    void (*chose)(struct console *console, struct prompt *prompt);
    // Enter. True: done, the prompt closes.
    bool (*accept)(struct console *console, struct prompt *prompt);
    void (*cancel)(struct console *console, struct prompt *prompt);
    // Tab: the text that stands for what was typed (heap), or NULL. It may keep prompt->stem, which
    // lasts until the text is changed otherwise.
    char *(*complete)(struct console *console, struct prompt *prompt);
    // Lines above the prompt, the first at the top; returns how many it drew (at most area.height).
    int (*draw_above)(struct console *console, struct prompt *prompt, struct area area);
    // How many lines draw_above wants.
    int (*lines_above)(struct console *console, struct prompt *prompt, int width);
};

struct prompt {
    const struct prompt_class *kind;
    struct line_edit line;
    char *label;  // in place of the kind's when not NULL
    char *said;   // a sentence to be shown above, or NULL
    char *before; // what cancel goes back to
    struct err error;
    size_t error_at; // byte of the text; beyond it: not at a place
    int chosen;      // of what is listed above
    char *stem;      // what was typed when Tab was pressed first; NULL: it was not
    size_t back;     // steps back in what was typed before; 0: not there
    char *own;       // what was typed before going back
    size_t host;     // a question's host
    uint64_t question;
    uint64_t ask; // an action's question
    bool pasting; // the end has not come: kind->changed does not know of it yet
    bool pasted_fits;
    size_t pasted_at;    // byte of the text where it began
    int64_t until_ms;    // monotonic: when it closes by itself
    uint64_t origin_row; // a search's begin: the row under the cursor, the text's first line
    size_t origin_line;
};

struct prompt *prompt_new(const struct prompt_class *kind, const char *text);
void prompt_free(struct prompt *prompt);

void prompt_error(struct prompt *prompt, size_t at, const struct err *err);

// Draws over the last lines of the area.
void prompt_draw(struct console *console, struct prompt *prompt, struct area area);

// Shows what its keys do instead of what was typed; true.
bool prompt_show_hint(struct console *console, struct prompt *prompt);

// Text typed.
void prompt_insert(struct console *console, struct prompt *prompt, int code_point);
// Text pasted, which is never a key: all of it changes the prompt once, at its end. What does not
// fit is left out whole.
void prompt_paste(struct prompt *prompt, int code_point);
void prompt_end_paste(struct console *console, struct prompt *prompt);

// The commands of MODE_PROMPT.
enum next prompt_accept(struct console *console, int argument);
enum next prompt_cancel(struct console *console, int argument);
enum next prompt_complete(struct console *console, int argument);
enum next prompt_choose(struct console *console, int argument);      // -1 up, 1 down
enum next prompt_move(struct console *console, int argument);        // -1, 1: a character
enum next prompt_move_to_end(struct console *console, int argument); // 0 begin, 1 end
enum next prompt_delete(struct console *console, int argument); // -1 before, 1 under the cursor
enum next prompt_delete_word(struct console *console, int argument);
enum next prompt_delete_rest(struct console *console,
                             int argument); // -1 before, 1 after the cursor

#endif
