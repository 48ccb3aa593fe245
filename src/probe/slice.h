// SPDX-License-Identifier: MIT

// Bytes inside a longer text, and the marked parts of a command's output.
#ifndef PROBE_SLICE_H
#define PROBE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Borrowed: the text it lies in must outlive it. Not NUL-terminated.
struct slice {
    const char *text;
    size_t len;
};

struct slice slice_of(const char *text);
bool slice_equal(struct slice a, struct slice b);
bool slice_is(struct slice slice, const char *text);
bool slice_contains(struct slice slice, const char *text);

// Takes the next line off the text, without its end; false when nothing is left.
bool slice_take_line(struct slice *text, struct slice *line);
// Takes the next word (between spaces and tabs) off the line; empty when there is none.
struct slice slice_take_word(struct slice *line);
// Takes digits off the front; false when there are none or the number is beyond 64 bits.
bool slice_take_uint(struct slice *text, int64_t *out);
// The whole slice as a number with a fraction ("12.5"); false for anything else.
bool slice_real(struct slice slice, double *out);

// The lines between the line "@@NAME" and the next line that begins with "@@"; false when there is
// no such line.
bool slice_marked_part(struct slice text, const char *name, struct slice *out);

#endif
