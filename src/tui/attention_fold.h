// SPDX-License-Identifier: MIT

// The findings behind "Needs a person": which comes first, and which are one trouble.
//
// The order, by harm: critical before warning; then hosts of production (a red accent, or no
// environment said) before others; then what is harmed (enum harm: a lost host, a service that
// stands still, an attack, failing calls, a pane that cannot be read, a machine, money); then
// attention_rank(); then the order of hosts and panes.
//
// One trouble is one row, that of the first of its findings:
// - the same thing on several hosts, beyond a limit in at least one same column;
// - what several panes of a host say of the same gateway or service, as a row of the pane that is
//   about those, even when a report of it, such as an alarm, is graver;
// - the customers whose calls a failing routing gateway takes down: mapping gateways with a low ASR
//   or NER, when of all their calls that the network failed it has failed at least half.
#ifndef TUI_ATTENTION_FOLD_H
#define TUI_ATTENTION_FOLD_H

#include "base/arena.h"
#include "base/str.h"
#include "probe/advice.h"
#include "probe/probe.h"
#include "table/view.h"

#define FINDING_ALONE SIZE_MAX

enum route { ROUTE_NONE, ROUTE_IN, ROUTE_OUT }; // mapping, routing

enum fold { FOLD_NOT, FOLD_HOST, FOLD_PANE, FOLD_CUSTOMER };

struct finding {
    size_t host;
    const struct probe *probe; // NULL: the host itself
    uint64_t row;              // table_row_id; 0: the pane as a whole
    enum level level;
    bool production;
    enum harm harm;
    double rank;  // the greater, the further up
    size_t place; // keeps equals in the order of hosts and panes
    // Texts are of whoever made the finding, and outlive it.
    const char *subject; // what the pane calls the row
    const char *about;   // the gateway or service; NULL: neither
    const char *advice;  // what the profile advises; NULL: nothing
    bool is_report;      // what somebody says about that, such as an alarm
    uint64_t beyond;     // 1 << column of those beyond a limit; as far as there is room
    double age_s;        // NaN: unknown
    int64_t since_ms;    // wall clock, where the row says since when; 0: it does not
    enum route route;    // of a gateway whose calls fail
    double failed;       // ... calls that the network failed
    size_t into;         // the finding that tells it: FINDING_ALONE by itself
    enum fold fold;
    bool tells;  // of others
    size_t next; // the same on another host; FINDING_ALONE: none
};

struct findings {
    struct finding *items;
    size_t count, cap;
};

// Everything of it is unsaid, and it stands by itself.
struct finding *findings_add(struct findings *findings, size_t host, const struct probe *probe,
                             enum level level);
// The same finding once more, in the last place.
struct finding *findings_add_copy(struct findings *findings, const struct finding *finding);
void findings_dispose(struct findings *findings);

int finding_compare(const struct finding *a, const struct finding *b); // as qsort() wants it

// Takes the row's name, columns beyond a limit, age, and what it is about; texts are put into the
// arena.
void finding_take_row(struct finding *finding, const struct row_ref *row, struct arena *arena);

// Puts them into order and folds them.
void findings_fold(struct findings *findings);
// Whether the host has this finding, its own or as one of its next.
bool findings_are_on(const struct findings *findings, size_t index, size_t host);

#endif
