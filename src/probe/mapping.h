// SPDX-License-Identifier: MIT

// The profile's "column.NAME = FIELD | STEP …": how fields of a source become columns of a probe's
// table (the language is described in src/profiles/vos3000/profile.ini).
#ifndef PROBE_MAPPING_H
#define PROBE_MAPPING_H

#include "conf/profile.h"
#include "probe/probe.h"
#include "probe/value.h"

// All column.* entries of one section, compiled against the profile's maps and a probe's schema.
// One thread at a time.
struct mapping;

// NULL when there was a fault; faults go to errors with file and line.
struct mapping *mapping_compile(const struct profile *profile, const struct ini_section *section,
                                const struct schema *schema, struct err_list *errors);
void mapping_free(struct mapping *mapping);

// The fields that the mapping reads, each once; their values are what mapping_row wants, in this
// order.
size_t mapping_field_count(const struct mapping *mapping);
const char *mapping_field(const struct mapping *mapping, size_t field);

// Takes the newest tables that lookups need (reading may be NULL: none is there); give them back
// after the rows.
void mapping_begin(struct mapping *mapping, struct reading *reading);
void mapping_end(struct mapping *mapping);

// Fills one row from the values of the fields.
void mapping_row(struct mapping *mapping, const struct value *values, struct table *table,
                 size_t row);

// Whether a field's name is that of a credential, which is never read: not for showing, not for
// looking up.
bool mapping_is_secret(const char *field);

#endif
