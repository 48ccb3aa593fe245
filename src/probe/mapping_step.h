// SPDX-License-Identifier: MIT

// The steps of a mapping, one table entry each: how it is written, parsed and run.
#ifndef PROBE_MAPPING_STEP_H
#define PROBE_MAPPING_STEP_H

#include "probe/code_map.h"
#include "probe/lookup.h"
#include "probe/mapping.h"

enum comparison { COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE };

// Where a value comes from: FIELD of the source, this.COLUMN (filled by an entry above), or a
// number.
struct operand {
    enum { OPERAND_FIELD, OPERAND_COLUMN, OPERAND_NUMBER } from;
    size_t index; // of the field or the column
    double number;
};

struct seen; // the texts that a step has met: unseen

struct step {
    const struct step_class *class;
    struct code_map *map;       // map
    struct lookup *lookup;      // lookup
    enum comparison comparison; // keep, when
    struct operand operand;     // when, plus, minus, times, over, join
    double number;              // scale, keep, when
    char *kind, *key;           // about
    const struct profile *profile;
    struct seen *seen; // unseen
};

// What the parse of a step may need.
struct step_compiler {
    const struct profile *profile;
    const struct schema *schema;
    struct mapping *mapping;
};

// What the run of a step may need.
struct step_run {
    const struct value *fields;
    const struct table *table; // the row's cells as far as they are filled
    size_t row;
    struct str scratch;
};

struct step_class {
    const char *name;
    const char *usage;
    // words[0] is the step's name; false (err: why) when the others are not what it takes.
    bool (*parse)(struct step *step, struct step_compiler *compiler, char *const words[],
                  size_t count, struct err *err);
    // The value is known, unless the step takes_unknown.
    bool takes_unknown;
    void (*run)(const struct step *step, struct step_run *run, struct value *value);
};

bool step_parse(struct step *step, struct step_compiler *compiler, char *const words[],
                size_t count, struct err *err);
void step_dispose(struct step *step);

// Around the rows of one reading; reading may be NULL.
void step_begin(struct step *step, struct reading *reading);
void step_end(struct step *step);

// The index of a field of the mapping, which is added when it is new; SIZE_MAX and err for a name
// that may not be read.
size_t mapping_add_field(struct mapping *mapping, const char *name, struct err *err);

// "field", "this.column" or "12.5".
bool operand_parse(struct step_compiler *compiler, const char *word, struct operand *out,
                   struct err *err);
struct value operand_value(const struct operand *operand, const struct step_run *run);

#endif
