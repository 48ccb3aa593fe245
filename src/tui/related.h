// SPDX-License-Identifier: MIT

// Which rows of other panes are about the same thing: the same gateway, address or number.
#ifndef TUI_RELATED_H
#define TUI_RELATED_H

#include "table/view.h"
#include "tui/model.h"

#define RELATED_KEYS_MAX 8
#define RELATED_ROWS_MAX 6

enum related_family { RELATED_GATEWAY, RELATED_NUMBER, RELATED_ADDRESS };

// What a row is about. Borrows its table's text.
struct related_key {
    enum related_family family;
    const char *text;
    size_t len;
};

struct related_keys {
    struct related_key keys[RELATED_KEYS_MAX];
    size_t count;
};

void related_keys_of(const struct table *table, size_t row, struct related_keys *keys);
// Whether a row is about one of these; firewall rules whose networks contain an address are about
// it. addresses_only: of another host, where gateways and numbers are others.
bool related_match(const struct related_keys *keys, const struct table *table, size_t row,
                   bool addresses_only);

// The related rows of one probe's newest tables on the chosen hosts.
struct related_rows {
    struct {
        size_t host;
        struct row_ref row;
    } rows[RELATED_ROWS_MAX];
    size_t shown, total;
};

// Of the row with identity self of probe `of` on that host; its own pane counts by address only.
void related_find(const struct model *model, const struct related_keys *keys, size_t host,
                  const struct probe *of, uint64_t self, const struct probe *probe,
                  struct related_rows *out);

#endif
