// SPDX-License-Identifier: MIT

// The structs that sections are read into: made with every option as by default, disposed of with
// all that options own. Private to the configuration.
#ifndef CONF_SECTION_H
#define CONF_SECTION_H

#include "conf/config.h"

// Puts every option of a zeroed struct to its default; config_option_line() is known of it.
void section_init(const struct config_section *section, void *base);
// Frees what the options own, the lines, and the name where the section has one.
void section_dispose(const struct config_section *section, void *base);

// By option: the line that set it, as in struct config.
int *section_lines(const struct config_section *section, const void *base);

// Of arrays of them, one a NAME. Adding one ends pointers to the others. array_ptr: the address of
// the array's pointer.
void *section_add(const struct config_section *section, const char *name, void *array_ptr,
                  size_t *count);
// NULL: none has this name.
void *section_find(const struct config_section *section, const void *array, size_t count,
                   const char *name);
void section_free_all(const struct config_section *section, void *array, size_t count);

#endif
