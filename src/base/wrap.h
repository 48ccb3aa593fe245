// SPDX-License-Identifier: MIT

// Where a line of text ends that is too long for its place.
#ifndef BASE_WRAP_H
#define BASE_WRAP_H

#include <stddef.h>
#include <stdio.h>

// Takes the first line of clean text, at most width terminal columns: its bytes, without the blanks
// at its end; *rest is where the next line begins (the text's end: there is none). It ends at a
// blank or beside a wide character (Chinese has no blanks), but not before the punctuation that
// closes a sentence; a single longer word is cut.
size_t text_wrap(const char *clean, int width, const char **rest);

// Columns of the terminal that the stream writes to, at least 20; 0: it is none.
int wrap_columns(FILE *out);

// Prints clean text as lines of at most width columns (0: not wrapped): the first goes on where so
// many columns are used, the later ones are indented. A newline in the text stays.
void wrap_print(FILE *out, int width, int used, int indent, const char *clean);

#endif
