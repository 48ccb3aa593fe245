// SPDX-License-Identifier: MIT

// Rows of typed cells in memory that dies together.
#include "table/table.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/mem.h"
#include "table/cell.h"
#include "table/id_index.h"

struct table {
    const struct schema *schema;
    struct arena *texts;
    struct cell *cells; // row after row
    size_t rows, cap;
    uint64_t *ids;   // of the rows; NULL before sealing
    uint32_t *slots; // rows by identity: open addressing, at most half full; ID_NONE: free
    size_t slot_mask;
    uint8_t *levels; // of the rows
    atomic_uint refs;
    struct table *self; // the way from a reference, which is const, to the count
};

struct table *table_new(const struct schema *schema)
{
    struct table *table = mem_alloc(sizeof *table);
    table->schema = schema;
    table->texts = arena_new();
    table->self = table;
    atomic_init(&table->refs, 1);
    return table;
}

void table_free_unsealed(struct table *table)
{
    if (table == NULL)
        return;
    arena_free(table->texts);
    free(table->cells);
    free(table->ids);
    free(table->slots);
    free(table->levels);
    free(table);
}

const struct table *table_ref(const struct table *table)
{
    atomic_fetch_add_explicit(&table->self->refs, 1, memory_order_relaxed);
    return table;
}

void table_unref(const struct table *table)
{
    if (table != NULL &&
        atomic_fetch_sub_explicit(&table->self->refs, 1, memory_order_acq_rel) == 1)
        table_free_unsealed(table->self);
}

const struct schema *table_schema(const struct table *table)
{
    return table->schema;
}

size_t table_rows(const struct table *table)
{
    return table->rows;
}

size_t table_bytes(const struct table *table)
{
    return sizeof *table + arena_bytes(table->texts) +
           table->cap * table->schema->column_count * sizeof *table->cells +
           (table->ids == NULL ? 0
                               : table->rows * (sizeof *table->ids + sizeof *table->levels) +
                                     (table->slot_mask + 1) * sizeof *table->slots);
}

void table_reserve(struct table *table, size_t rows)
{
    if (rows <= table->cap)
        return;
    table->cells =
        mem_resize(table->cells, rows, table->schema->column_count * sizeof(struct cell));
    table->cap = rows;
}

size_t table_add_row(struct table *table)
{
    assert(table->ids == NULL);
    if (table->rows == table->cap)
        table_reserve(table, table->cap == 0 ? 16 : table->cap * 2);
    size_t columns = table->schema->column_count;
    memset(table->cells + table->rows * columns, 0, columns * sizeof *table->cells);
    return table->rows++;
}

const struct cell *table_cell(const struct table *table, size_t row, size_t col)
{
    assert(row < table->rows && col < table->schema->column_count);
    return &table->cells[row * table->schema->column_count + col];
}

static struct cell *cell_to_set(struct table *table, size_t row, size_t col)
{
    assert(table->ids == NULL && row < table->rows && col < table->schema->column_count);
    return &table->cells[row * table->schema->column_count + col];
}

static void set_text(struct table *table, size_t row, size_t col, const char *text, size_t len)
{
    struct cell *cell = cell_to_set(table, row, col);
    assert(kind_holds_text(table->schema->columns[col].kind));
    cell->known = text != NULL;
    cell->as.text = text;
    cell->len = (uint32_t)len;
}

void table_set_bytes(struct table *table, size_t row, size_t col, const char *text, size_t len)
{
    if (len > UINT32_MAX)
        len = UINT32_MAX;
    set_text(table, row, col, text == NULL ? NULL : arena_strndup(table->texts, text, len), len);
}

void table_set_text(struct table *table, size_t row, size_t col, const char *text)
{
    table_set_bytes(table, row, col, text, text == NULL ? 0 : strlen(text));
}

void table_set_static(struct table *table, size_t row, size_t col, const char *text)
{
    set_text(table, row, col, text, text == NULL ? 0 : strlen(text));
}

void table_set_int(struct table *table, size_t row, size_t col, int64_t value)
{
    struct cell *cell = cell_to_set(table, row, col);
    enum kind kind = table->schema->columns[col].kind;
    assert(!kind_holds_text(kind) && kind != KIND_SERIES);
    cell->known = true;
    if (kind_holds_real(kind))
        cell->as.real = (double)value;
    else
        cell->as.integer = kind == KIND_BOOL ? value != 0 : value;
}

void table_set_real(struct table *table, size_t row, size_t col, double value)
{
    struct cell *cell = cell_to_set(table, row, col);
    enum kind kind = table->schema->columns[col].kind;
    assert(!kind_holds_text(kind) && kind != KIND_SERIES);
    bool fits = kind_holds_real(kind) || fabs(value) < 9.2e18;
    cell->known = isfinite(value) && fits;
    if (!cell->known)
        cell->as.integer = 0;
    else if (kind_holds_real(kind))
        cell->as.real = value;
    else
        table_set_int(table, row, col, llround(value));
}

void table_set_series(struct table *table, size_t row, size_t col, const float *values,
                      size_t count)
{
    struct cell *cell = cell_to_set(table, row, col);
    assert(table->schema->columns[col].kind == KIND_SERIES);
    cell->known = false;
    for (size_t i = 0; i < count && !cell->known; i++)
        cell->known = !isnan(values[i]);
    if (!cell->known)
        return;
    float *kept = arena_alloc(table->texts, count * sizeof *kept);
    memcpy(kept, values, count * sizeof *kept);
    cell->as.series = kept;
    cell->len = (uint32_t)count;
}

void table_set_level(struct table *table, size_t row, size_t col, enum level level)
{
    cell_to_set(table, row, col)->level = (uint8_t)level;
}

static uint64_t hash_cell(uint64_t seed, const struct column *column, const struct cell *cell)
{
    if (!cell->known)
        return hash_mix(seed + 1);
    if (kind_holds_text(column->kind))
        return hash_mix(hash_bytes(seed, cell->as.text, cell->len));
    if (column->kind == KIND_SERIES)
        return hash_mix(hash_bytes(seed, cell->as.series, cell->len * sizeof(float)));
    int64_t integer = cell->as.integer;
    if (kind_holds_real(column->kind)) {
        double real = cell->as.real + 0.0; // -0 is 0
        memcpy(&integer, &real, sizeof integer);
    }
    return hash_mix(hash_bytes(seed, &integer, sizeof integer));
}

static bool schema_has_key(const struct schema *schema)
{
    for (size_t col = 0; col < schema->column_count; col++)
        if (schema->columns[col].key)
            return true;
    return false;
}

static uint64_t hash_row(const struct table *table, size_t row, bool keyed)
{
    const struct schema *schema = table->schema;
    uint64_t hash = HASH_SEED;
    for (size_t col = 0; col < schema->column_count; col++)
        if (!keyed || schema->columns[col].key)
            hash = hash_cell(hash, &schema->columns[col], table_cell(table, row, col));
    return hash;
}

// Where the identity is or would be.
static uint32_t *slot_of(const struct table *table, uint64_t id)
{
    size_t at = hash_mix(id) & table->slot_mask;
    while (table->slots[at] != ID_NONE && table->ids[table->slots[at]] != id)
        at = (at + 1) & table->slot_mask;
    return &table->slots[at];
}

static void make_slots(struct table *table)
{
    size_t size = 16;
    while (size < table->rows * 2)
        size *= 2;
    table->slots = mem_array(size, sizeof *table->slots);
    table->slot_mask = size - 1;
    memset(table->slots, 0xff, size * sizeof *table->slots); // ID_NONE
}

static uint8_t worst_level(const struct table *table, size_t row)
{
    uint8_t worst = LEVEL_NONE;
    for (size_t col = 0; col < table->schema->column_count; col++) {
        uint8_t level = table_cell(table, row, col)->level;
        worst = level > worst ? level : worst;
    }
    return worst;
}

const struct table *table_seal(struct table *table)
{
    assert(table->ids == NULL && table->rows < ID_NONE);
    bool keyed = schema_has_key(table->schema);
    struct id_index again = {0}; // how often a key was seen again
    table->ids = mem_array(table->rows, sizeof *table->ids);
    table->levels = mem_array(table->rows, sizeof *table->levels);
    make_slots(table);
    for (size_t row = 0; row < table->rows; row++) {
        uint64_t hash = hash_row(table, row, keyed);
        uint32_t *slot = slot_of(table, hash);
        if (*slot != ID_NONE) {
            if (again.slots == NULL)
                id_index_reset(&again, table->rows);
            uint32_t *times = id_index_put(&again, hash, 0);
            hash = hash_mix(hash + ++*times);
            slot = slot_of(table, hash);
        }
        table->ids[row] = hash;
        *slot = (uint32_t)row;
        table->levels[row] = worst_level(table, row);
    }
    id_index_dispose(&again);
    return table;
}

uint64_t table_row_id(const struct table *table, size_t row)
{
    assert(table->ids != NULL && row < table->rows);
    return table->ids[row];
}

bool table_find(const struct table *table, uint64_t id, size_t *row)
{
    assert(table->ids != NULL);
    uint32_t found = *slot_of(table, id);
    if (found == ID_NONE)
        return false;
    *row = found;
    return true;
}

enum level table_row_level(const struct table *table, size_t row)
{
    assert(table->levels != NULL && row < table->rows);
    return (enum level)table->levels[row];
}
