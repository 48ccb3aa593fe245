// SPDX-License-Identifier: MIT

// One row a host with its vital figures: what the overview shows on top, and what hosts are chosen
// by.
#ifndef TUI_HOST_TABLE_H
#define TUI_HOST_TABLE_H

#include "tui/history.h"
#include "tui/model.h"

extern const struct schema host_table_schema;

// The figures of a host, kept as long as the snapshots that they were counted from are the newest.
struct host_figures;
struct host_figures *host_figures_new(void);
void host_figures_free(struct host_figures *figures);
const struct history *host_figures_history(const struct host_figures *figures);

// A sealed table with the host's row; the caller unrefs it.
const struct table *host_table_build(const struct model *model, size_t host,
                                     struct host_figures *figures);

#endif
