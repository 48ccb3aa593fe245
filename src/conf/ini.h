// SPDX-License-Identifier: MIT

// INI text read through inih with our own line reader, so that nothing is cut, joined or lost
// silently.
#ifndef CONF_INI_H
#define CONF_INI_H

#include <stddef.h>

#include "base/err.h"

// Where a value was written, for messages: "path:line". The path belongs to the document.
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
    char **paths; // of all places, owned
    size_t path_count, path_cap;
};

// Reads a file or a text (path is then only its name in messages). Every fault is added to errors
// as "path:line: what is wrong, what would be right"; what could be read is still in *ini. False
// when anything was wrong. A line that ends with a backslash continues on the next (long queries).
// Lines may be of any length up to 64 KiB.
bool ini_read_file(struct ini *ini, const char *path, struct err_list *errors);
bool ini_read_text(struct ini *ini, const char *path, const char *text, size_t len,
                   struct err_list *errors);
void ini_dispose(struct ini *ini);
// Adds "path:line: …", what is wrong there.
void ini_fault(struct err_list *errors, const struct ini_place *place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

const struct ini_section *ini_section(const struct ini *ini, const char *name);
// The entry or NULL.
const struct ini_entry *ini_get(const struct ini_section *section, const char *key);

// Adds a section (the name must be new), or sets a key of one; the place is copied.
struct ini_section *ini_add_section(struct ini *ini, const char *name, struct ini_place place);
void ini_set(struct ini *ini, struct ini_section *section, const char *key, const char *value,
             struct ini_place place);

// Lays the sections and keys of over onto base: equal keys are replaced (with their place), others
// added.
void ini_overlay(struct ini *base, const struct ini *over);
void ini_lay_section(struct ini *base, const struct ini_section *over); // one section

// The value as it was meant: one pair of quotes around all of it taken off, \" and \\ inside them
// resolved. Heap string.
char *ini_unquote(const char *value);

// Faults for keys that are not in the NULL-terminated list, with the nearest known one. A name that
// ends with a dot stands for all keys that begin with it.
void ini_check_keys(const struct ini_section *section, const char *const *keys,
                    struct err_list *errors);

// The name of the list nearest to a mistyped one, or NULL when none is near.
const char *ini_nearest(const char *typed, const char *const *names, size_t count);

#endif
