// SPDX-License-Identifier: MIT

// A checklist on a fleet: all steps for all hosts at once, judged when their panes are read.
#ifndef CHECKLIST_CHECK_H
#define CHECKLIST_CHECK_H

#include "checklist/verdict.h"
#include "fleet/outcome.h"

// One step on one host.
struct check_step {
    const struct step *step;
    size_t host;               // index in the fleet
    const char *host_name;     // of the fleet's configuration
    const struct table *table; // what was judged, or NULL
    int64_t age_ms;            // of the table when it was judged; -1: none
    bool late;                 // attended: older than its pane may be, as nobody looked at it
    char note[256];            // what the reading says beside the facts; ""
    bool waiting;              // a first reading is still awaited: there is no verdict yet
    struct verdict verdict;
};

// Thread: belongs to one thread, which may be the UI's: nothing here waits.
struct check;

// lists: one a host in the fleet's order; hosts with the same profile share one. All must outlive
// the check.
struct check *check_new(struct fleet *fleet, const struct checklist *const *lists);
void check_free(struct check *check);
// A person sits before it: what a host asks is left to them, and what nobody looks at now is judged
// on what was last read. Before the first check_update().
void check_attend(struct check *check);
// What the person looks at: a reading that is overdue there makes its steps unknown. NULL: nothing.
void check_look(struct check *check, const struct probe *probe);

// The probes that the steps need, NULL-terminated, for fleet_look().
const struct probe *const *check_probes(const struct check *check);

// What has become of one of these probes on a host, by its place among them; NULL where the host's
// list does not ask for it. The check's, until the next check_update().
const struct outcome *check_outcome(const struct check *check, size_t host, size_t probe);

// Takes the newest readings. True: there is nothing more to wait for.
bool check_update(struct check *check);
// Judges every step on what is there; what is the same as before keeps its verdict. What is not
// there by now is unknown; timeout_ms is how long it was waited for. Attended, it is waited for.
void check_judge(struct check *check, int64_t timeout_ms);

// In the order of the lists, and of the hosts within a step; the check's.
const struct check_step *check_steps(const struct check *check, size_t *count);
// Names of the fleet's hosts; the check's.
const char *const *check_hosts(const struct check *check, size_t *count);

#endif
