// SPDX-License-Identifier: MIT

// INI text read through inih with our own line reader, so that nothing is cut, joined or lost
// silently.
#ifndef CONF_INI_H
#define CONF_INI_H

#include <stddef.h>

#include "base/err.h"

// Where a value was written, for messages: "path:line". The path outlives the documents (interned).
struct ini_place {
    const char *path;
    int line;
};

struct ini_entry {
    char *key;
    char *value; // quotes kept, surrounding space trimmed, comments (" ;" outside quotes) cut
    struct ini_place place;
};

struct ini_section {
    char *name; // as written between the brackets
    struct ini_entry *entries;
    size_t count, cap;
    struct ini_place place;
};

// Sections in the order of the file; a section or key written twice is an error.
struct ini {
    struct ini_section *sections;
    size_t count, cap;
};

// Reads a file or a text (path is then only its name in messages). Every fault is added to errors
// as "path:line: what is wrong, what would be right"; what could be read is still in *ini. False
// when anything was wrong. A line that ends with a backslash continues on the next (long queries).
// Lines may be of any length up to 64 KiB.
bool ini_read_file(struct ini *ini, const char *path, struct err_list *errors);
bool ini_read_text(struct ini *ini, const char *path, const char *text, size_t len,
                   struct err_list *errors);
void ini_dispose(struct ini *ini);

const struct ini_section *ini_section(const struct ini *ini, const char *name);
// The entry or NULL.
const struct ini_entry *ini_get(const struct ini_section *section, const char *key);

// Lays the sections and keys of over onto base: equal keys are replaced (with their place), others
// added.
void ini_overlay(struct ini *base, const struct ini *over);

// The name of the list nearest to a mistyped one, or NULL when none is near.
const char *ini_nearest(const char *typed, const char *const *names, size_t count);

#endif
