// SPDX-License-Identifier: MIT

// Foreign text made harmless: the only way for bytes from a network to reach a terminal.
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

// Copies in[0..len) to out as valid UTF-8 that occupies at most max_cols terminal columns
// (max_cols < 0: no limit) and at most size bytes with the NUL. Control bytes (C0, DEL, C1), broken
// UTF-8, bidirectional and zero-width format characters, line and paragraph separators become
// one visible U+FFFD or '·' each; at most two combining marks follow a base character; tabs and
// newlines become a space. Returns the columns used. Never reads past len; the result is a fixed
// point (cleaning it again changes nothing). Pure: no locale, no state; any thread.
int text_clean(char *out, size_t size, const char *in, size_t len, int max_cols);

// The same into a new heap string (free() it).
char *text_clean_dup(const char *in);

// Columns that clean UTF-8 text occupies (wide 2, combining 0).
int text_width(const char *clean);
// Blanks that the text lacks to fill so many columns, for "%s%*s", text, text_gap(text, cols), "":
// "%-10s" counts bytes.
int text_gap(const char *clean, int cols);

// Replaces only what is not valid UTF-8 by U+FFFD (control bytes stay): what JSON output needs.
// Returns a heap string.
char *text_valid_utf8(const char *in, size_t len);

// Decodes one character of in[0..len), len > 0: the code point and its byte count (>= 1), or -1 as
// the code point for a broken byte (count 1).
int text_decode(const char *in, size_t len, size_t *bytes);

#endif
