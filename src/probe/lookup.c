// SPDX-License-Identifier: MIT

// Lookups in another probe's table through a hash of its key column.
#include "probe/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

struct lookup {
    const struct probe *probe;
    size_t key, column;
    const struct table *table; // NULL: none
    size_t *slots;             // row + 1; 0: free
    size_t mask;
};

static bool find_column(const struct probe *probe, const char *name, size_t *out, struct err *err)
{
    int column = schema_find(probe->schema, name);
    if (column >= 0) {
        *out = (size_t)column;
        return true;
    }
    const char *nearest = schema_nearest(probe->schema, name);
    return err_set(err, "the probe '%s' has no column '%s'%s%s%s", probe->schema->name, name,
                   nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "'?" : "");
}

struct lookup *lookup_new(const char *probe, const char *key, const char *column, struct err *err)
{
    struct lookup lookup = {.probe = probe_find(probe)};
    if (lookup.probe == NULL) {
        err_set(err, "there is no probe '%s' to look in", probe);
        return NULL;
    }
    if (!find_column(lookup.probe, key, &lookup.key, err) ||
        !find_column(lookup.probe, column, &lookup.column, err))
        return NULL;
    enum kind kind = lookup.probe->schema->columns[lookup.key].kind;
    if (kind != KIND_TEXT && kind != KIND_ADDRESS) {
        err_set(err, "the key column '%s' is no text; look up by a text column", key);
        return NULL;
    }
    struct lookup *fresh = mem_alloc(sizeof *fresh);
    *fresh = lookup;
    return fresh;
}

void lookup_free(struct lookup *lookup)
{
    if (lookup == NULL)
        return;
    lookup_end(lookup);
    free(lookup);
}

// The slot of the key, or the free one where it would stand.
static size_t *find_slot(const struct lookup *lookup, const char *text, size_t len)
{
    size_t at = (size_t)hash_mix(hash_bytes(HASH_SEED, text, len)) & lookup->mask;
    while (lookup->slots[at] != 0) {
        const struct cell *cell = table_cell(lookup->table, lookup->slots[at] - 1, lookup->key);
        if (cell->len == len && memcmp(cell->as.text, text, len) == 0)
            break;
        at = (at + 1) & lookup->mask;
    }
    return &lookup->slots[at];
}

static void build_index(struct lookup *lookup)
{
    size_t rows = table_rows(lookup->table), size = 16;
    while (size < rows * 2)
        size *= 2;
    lookup->mask = size - 1;
    lookup->slots = mem_array(size, sizeof *lookup->slots);
    for (size_t row = 0; row < rows; row++) {
        const struct cell *cell = table_cell(lookup->table, row, lookup->key);
        if (!cell->known)
            continue;
        size_t *slot = find_slot(lookup, cell->as.text, cell->len);
        if (*slot == 0)
            *slot = row + 1;
    }
}

void lookup_begin(struct lookup *lookup, struct reading *reading)
{
    lookup_end(lookup);
    if (reading == NULL || reading->latest == NULL)
        return;
    lookup->table = reading->latest(reading, lookup->probe->schema->name, 0, NULL);
    if (lookup->table != NULL)
        build_index(lookup);
}

void lookup_end(struct lookup *lookup)
{
    table_unref(lookup->table);
    lookup->table = NULL;
    free(lookup->slots);
    lookup->slots = NULL;
}

void lookup_apply(struct lookup *lookup, struct value *value)
{
    struct value key = *value;
    *value = (struct value){0};
    if (lookup->table == NULL || key.type != VALUE_TEXT)
        return;
    size_t found = *find_slot(lookup, key.text, key.len);
    if (found != 0)
        *value = value_of_cell(&lookup->probe->schema->columns[lookup->column],
                               table_cell(lookup->table, found - 1, lookup->column));
}
