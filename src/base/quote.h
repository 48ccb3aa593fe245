// SPDX-License-Identifier: MIT

// Commands for a shell: argv arrays in, one safely quoted string out. The only place that quotes.
#ifndef BASE_QUOTE_H
#define BASE_QUOTE_H

#include "base/str.h"

// Appends word in single quotes (' as '\''), unless it is made of [A-Za-z0-9_@%+=:,./-] only.
// For Bourne shells (sh, bash, dash, ksh), not csh.
void quote_word(struct str *out, const char *word);

// Appends the words of a NULL-terminated argv, quoted, with a space between.
void quote_argv(struct str *out, const char *const argv[]);

#endif
