// SPDX-License-Identifier: MIT

// What the product's tables say of its configured gateways: capacity, lock, addresses.
#ifndef PROBE_GATEWAY_SETTINGS_H
#define PROBE_GATEWAY_SETTINGS_H

#include "link/sql.h"
#include "probe/cdr_buckets.h"

struct gateway_setting {
    enum gateway_kind kind;
    char *name;
    char *addresses;  // as configured; may be ""
    int64_t capacity; // -1: unknown
    int locked;       // -1: unknown
};

// Zero-initialised is empty.
struct gateway_settings {
    struct gateway_setting *items;
    size_t count, cap;
    bool known[GATEWAY_KINDS]; // the table of this kind was read
};

// Where they are; all texts are SQL identifiers. table NULL or "": this product has none.
struct gateway_tables {
    const char *tables[GATEWAY_KINDS];
    const char *name, *capacity, *lock, *addresses;
};

// Reads both tables anew, with those columns that exist. True with err set: a table is missing, the
// other was read.
bool gateway_settings_read(struct gateway_settings *settings, const struct gateway_tables *tables,
                           struct sql *sql, int64_t deadline_ms, struct err *err);
void gateway_settings_dispose(struct gateway_settings *settings);

#endif
