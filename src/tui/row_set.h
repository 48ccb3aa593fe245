// SPDX-License-Identifier: MIT

// A set of row identities. Knows nothing of tables.
#ifndef TUI_ROW_SET_H
#define TUI_ROW_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Zero-initialised is empty.
struct row_set {
    uint64_t *ids; // rising
    size_t count, cap;
};

void row_set_dispose(struct row_set *set);
void row_set_clear(struct row_set *set);
bool row_set_has(const struct row_set *set, uint64_t id);
// Puts the id in, or takes it out.
void row_set_change(struct row_set *set, uint64_t id, bool in);
// Puts in many at once; in any order, repeated ones too.
void row_set_add_all(struct row_set *set, const uint64_t *ids, size_t count);

#endif
