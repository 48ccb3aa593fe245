// SPDX-License-Identifier: MIT

// Words of a line by the one rule of configuration and prompts: spaces stand between them, double
// quotes hold one together, \" and \\ inside quotes are " and \. Nothing else is special.
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/str.h"

// A NULL-terminated array for words_free(); NULL when there is no word.
char **words_split(const char *line);
void words_free(char **words); // NULL is allowed

// Appends the word so that words_split() gives it back; a space before it unless out is empty.
void words_append(struct str *out, const char *word);

#endif
