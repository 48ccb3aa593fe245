// SPDX-License-Identifier: MIT

// Gives the memory the hosts' figures once a minute, and has it forget what is old.
#ifndef TUI_KEEPER_H
#define TUI_KEEPER_H

#include "fleet/fleet.h"
#include "store/memory.h"

struct keeper;

// Faults of the profiles' metrics are added to errors; what is wrong is not kept. fleet and config
// must outlive the keeper.
struct keeper *keeper_new(struct fleet *fleet, const struct config *config,
                          struct err_list *errors);
// Takes the figures when their minute has come; memory may be NULL. Waits for nothing.
void keeper_tick(struct keeper *keeper, struct memory *memory);
void keeper_free(struct keeper *keeper); // NULL is allowed

#endif
