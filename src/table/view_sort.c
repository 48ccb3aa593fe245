// SPDX-License-Identifier: MIT

// Sorting by numbers that stand for cells; long texts take several, eight bytes after eight bytes.
#include "table/view_sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/cell.h"
#include "table/fold.h"

#define KEY_BYTES  8   // of a text that a key holds
#define PASSED_MAX 512 // bytes that texts may share before their cells are compared as a whole

struct sort_level {
    const struct column *column;
    size_t col;
    bool descending;
};

struct sort_entry {
    uint64_t key;   // stands for the cell; rises in the wanted direction
    uint32_t index; // of the row before sorting
    bool known, exact;
};

struct sorting {
    const struct row_ref *rows;
    size_t level_count;
    struct sort_level levels[VIEW_SORT_LEVELS];
    size_t level; // the first that compare_cells() looks at
};

static const struct cell *cell_of(const struct sorting *sorting, const struct sort_entry *entry,
                                  size_t level)
{
    const struct row_ref *row = &sorting->rows[entry->index];
    return table_cell(row->table, row->row, sorting->levels[level].col);
}

static int compare_indexes(const struct sort_entry *a, const struct sort_entry *b)
{
    return (a->index > b->index) - (a->index < b->index);
}

static int compare_keys(const void *left, const void *right)
{
    const struct sort_entry *a = left, *b = right;
    if (a->known != b->known)
        return (int)b->known - (int)a->known;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return compare_indexes(a, b);
}

static int compare_cells(const void *left, const void *right, void *context)
{
    const struct sorting *sorting = context;
    for (size_t level = sorting->level; level < sorting->level_count; level++) {
        const struct sort_level *by = &sorting->levels[level];
        const struct cell *a = cell_of(sorting, left, level), *b = cell_of(sorting, right, level);
        int order = cell_compare(by->column, a, b);
        if (order != 0)
            return by->descending && a->known && b->known ? -order : order;
    }
    return compare_indexes(left, right);
}

static void sort_by_cells(struct sorting *sorting, struct sort_entry *entries, size_t count,
                          size_t level)
{
    sorting->level = level;
    qsort_r(entries, count, sizeof *entries, compare_cells, sorting);
}

static size_t common_length(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t at = 0;
    while (at < a_len && at < b_len &&
           fold_code((unsigned char)a[at]) == fold_code((unsigned char)b[at]))
        at++;
    return at;
}

// How many bytes at the beginning all known texts have in common but for case: "CARRIER-" says
// nothing about order. ASCII only. *same says that there is nothing else to tell the cells by.
static size_t common_start(const struct sorting *sorting, const struct sort_entry *entries,
                           size_t count, size_t level, bool *same)
{
    const struct cell *first = cell_of(sorting, &entries[0], level);
    size_t common = 0;
    while (first->known && common < first->len && (unsigned char)first->as.text[common] < 0x80)
        common++;
    *same = true;
    for (size_t i = 1; i < count; i++) {
        const struct cell *cell = cell_of(sorting, &entries[i], level);
        *same = *same && cell->known == first->known;
        if (!cell->known || !first->known)
            continue;
        if (cell->len < common || memcmp(cell->as.text, first->as.text, common) != 0)
            common = common_length(cell->as.text, cell->len, first->as.text, common);
        *same = *same && cell->len == first->len &&
                (common == cell->len || memcmp(cell->as.text, first->as.text, cell->len) == 0);
    }
    return common;
}

static void set_keys(const struct sorting *sorting, struct sort_entry *entries, size_t count,
                     size_t level, size_t skip)
{
    const struct sort_level *by = &sorting->levels[level];
    for (size_t i = 0; i < count; i++) {
        struct sort_entry *entry = &entries[i];
        const struct cell *cell = cell_of(sorting, entry, level);
        entry->known = cell->known;
        entry->exact = true;
        entry->key = cell->known ? cell_sort_key(by->column, cell, skip, &entry->exact) : 0;
        if (by->descending)
            entry->key = ~entry->key;
    }
}

// The end of the entries whose keys are those of entries[begin].
static size_t end_of_equal(const struct sort_entry *entries, size_t begin, size_t count,
                           bool *exact)
{
    size_t end = begin;
    *exact = true;
    for (; end < count && entries[end].key == entries[begin].key &&
           entries[end].known == entries[begin].known;
         end++)
        *exact = *exact && entries[end].exact;
    return end;
}

// Sorts entries that are equal in the levels before this one and, when it is text, in its first
// `passed` bytes.
static void sort_entries(struct sorting *sorting, struct sort_entry *entries, size_t count,
                         size_t level, size_t passed)
{
    if (count < 2 || level == sorting->level_count)
        return;
    const struct column *column = sorting->levels[level].column;
    bool text = column->kind == KIND_TEXT && column->ranks == NULL, same = false;
    size_t skip = text ? common_start(sorting, entries, count, level, &same) : 0;
    if (same) {
        sort_entries(sorting, entries, count, level + 1, 0);
        return;
    }
    bool keys_stop = skip < passed; // no plain text, or a character beyond ASCII
    if (keys_stop || passed > PASSED_MAX) {
        sort_by_cells(sorting, entries, count, level);
        return;
    }
    set_keys(sorting, entries, count, level, skip);
    qsort(entries, count, sizeof *entries, compare_keys);
    bool exact;
    for (size_t begin = 0, end; begin < count; begin = end) {
        end = end_of_equal(entries, begin, count, &exact);
        if (exact)
            sort_entries(sorting, entries + begin, end - begin, level + 1, 0);
        else
            sort_entries(sorting, entries + begin, end - begin, level, skip + KEY_BYTES);
    }
}

void view_sort_rows(struct row_ref *rows, size_t count, const struct schema *schema,
                    const struct sort_key keys[VIEW_SORT_LEVELS])
{
    struct sorting sorting = {.rows = rows};
    for (size_t i = 0; i < VIEW_SORT_LEVELS; i++)
        if (keys[i].column >= 0)
            sorting.levels[sorting.level_count++] =
                (struct sort_level){.column = &schema->columns[keys[i].column],
                                    .col = (size_t)keys[i].column,
                                    .descending = keys[i].descending};
    if (sorting.level_count == 0 || count < 2)
        return;
    struct sort_entry *entries = mem_array(count, sizeof *entries);
    for (size_t i = 0; i < count; i++)
        entries[i].index = (uint32_t)i;
    sort_entries(&sorting, entries, count, 0, 0);
    struct row_ref *before = mem_array(count, sizeof *before);
    memcpy(before, rows, count * sizeof *rows);
    for (size_t i = 0; i < count; i++)
        rows[i] = before[entries[i].index];
    free(before);
    free(entries);
}
