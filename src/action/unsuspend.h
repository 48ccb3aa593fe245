// SPDX-License-Identifier: MIT

// The planning of one `unsuspend`. Private to its files.
#ifndef ACTION_UNSUSPEND_H
#define ACTION_UNSUSPEND_H

#include "action/facts.h"
#include "action/plan.h"

// One target's planning.
struct mending {
    const struct host_facts *facts;
    const json_t *seen;
    const char *endpoint;
    struct address *sources; // written, or else seen
    size_t source_count;
    bool written; // the operator named the address
    struct plan_host *out;
    struct str found; // the causes, as a sentence
    bool locked;
    bool left;    // something that keeps it out is left as it is
    size_t first; // its first step
};

// A key of [unsuspend] in the profile; "" where it has none.
const char *unsuspend_setting(const struct mending *mending, const char *key);

// unsuspend_recipe.c: clears a suspension by the configured recipe: a command, a request, or what a
// person does. source NULL: it is not known; remaining_s below 0: the same.
bool unsuspend_add_recipe(struct mending *mending, const char *source, double remaining_s,
                          struct err *err);

// unsuspend_proof.c: the step that watches for the proof.
void unsuspend_add_watch(struct mending *mending);

#endif
