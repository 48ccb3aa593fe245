// SPDX-License-Identifier: MIT

// The lines of a compressed file, one after the other, as far as they are whole. Only the line that
// is looked at is held. One thread.
#ifndef REPLAY_LINES_H
#define REPLAY_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct lines;

// A file that cannot be opened has no lines and is damaged. A line of more than line_most bytes is
// damage, too.
struct lines *lines_open(const char *path, size_t line_most);
void lines_close(struct lines *lines);

// Terminated in place, the reader's until the next call; NULL: there is no more.
const char *lines_next(struct lines *lines, size_t *len);

// What is left of the file is damage.
void lines_give_up(struct lines *lines);

// After the last line: why there is no more.
enum lines_end { LINES_WHOLE, LINES_CUT_OFF, LINES_DAMAGED };
enum lines_end lines_end(const struct lines *lines);

#endif
