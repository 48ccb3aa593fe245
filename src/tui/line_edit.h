// SPDX-License-Identifier: MIT

// One line of text being typed. Knows nothing of the screen.
#ifndef TUI_LINE_EDIT_H
#define TUI_LINE_EDIT_H

#include <stdbool.h>

#include "base/str.h"

#define LINE_EDIT_BYTES_MAX 4096

struct line_edit {
    struct str text; // UTF-8
    size_t cursor;   // byte offset, always between characters
};

void line_edit_set(struct line_edit *line, const char *text); // cursor at the end
void line_edit_dispose(struct line_edit *line); // overwrites: it may have held a secret
const char *line_edit_text(const struct line_edit *line);

// Control characters are dropped. False: there is no room for it (LINE_EDIT_BYTES_MAX).
bool line_edit_insert(struct line_edit *line, int code_point);
bool line_edit_insert_text(struct line_edit *line, const char *text);
// All by characters (a base character with its marks is several); false: nothing to do.
bool line_edit_move(struct line_edit *line, int characters);
void line_edit_move_to_end(struct line_edit *line, bool last);
bool line_edit_delete(struct line_edit *line, bool before); // before or under the cursor
void line_edit_delete_word(struct line_edit *line);         // before the cursor
void line_edit_cut(struct line_edit *line, size_t from);    // from there to the cursor
void line_edit_delete_rest(struct line_edit *line, bool before);

#endif
