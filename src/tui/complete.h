// SPDX-License-Identifier: MIT

// What a half-typed filter expression may become: names of columns, their values in the rows, saved
// filters.
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include "conf/config.h"
#include "table/table.h"

struct completion {
    char *text;       // the whole expression, owned
    const char *help; // lent: lives as long as schema and configuration
    size_t rows;      // that have this value; 0: it is none
};

struct completions {
    struct completion *items;
    size_t count, cap;
};

// Of the last word of the text: values behind a relation, the most frequent first; else columns,
// and saved filters of the schema's name where nothing stands before. Looks at no more than
// COMPLETE_ROWS_MAX rows.
#define COMPLETE_ROWS_MAX   50000
#define COMPLETE_VALUES_MAX 64
void complete_filter(const char *text, const struct schema *schema,
                     const struct table *const *tables, size_t table_count,
                     const struct config *config, struct completions *out);
void completions_dispose(struct completions *completions);

#endif
