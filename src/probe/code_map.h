// SPDX-License-Identifier: MIT

// [map NAME]: words for a product's codes.
#ifndef PROBE_CODE_MAP_H
#define PROBE_CODE_MAP_H

#include "base/str.h"
#include "conf/ini.h"
#include "probe/value.h"

struct code_map;

// Faults (a range that is none) go to errors; never NULL.
struct code_map *code_map_compile(const struct ini_section *section, struct err_list *errors);
void code_map_free(struct code_map *map);

// Replaces the code by its word; scratch keeps a word that is made for the occasion, until the next
// call.
void code_map_apply(const struct code_map *map, struct value *value, struct str *scratch);

#endif
