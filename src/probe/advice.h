// SPDX-License-Identifier: MIT

// The profile's [advice PANE.NAME]: what a person should do about a row, in words, and what it
// harms.
#ifndef PROBE_ADVICE_H
#define PROBE_ADVICE_H

#include "conf/profile.h"
#include "table/table.h"

struct advice;

// What a trouble harms, the graver the greater. The words of harm = in the profile are in brackets;
// the others only the console itself says.
enum harm {
    HARM_UNSAID,  // [other]
    HARM_MONEY,   // [money] one customer's or vendor's account
    HARM_MACHINE, // [machine] a host that runs short of something
    HARM_SIGHT,   // a pane that cannot be read
    HARM_CALLS,   // [calls] calls that fail
    HARM_ATTACK,  // [attack] an attack that arrives
    HARM_SERVICE, // [service] a service of the switch that stands still
    HARM_HOST,    // a host that is lost
    HARMS,
};

struct advice_said {
    const char *text; // for advice_words(); lives as long as the profile; NULL: nothing is advised
    enum harm harm;
};

// Those for rows of this schema, in the order of the profile; faults go to errors (may be NULL).
struct advice *advice_new(const struct profile *profile, const struct schema *schema,
                          struct err_list *errors);
void advice_free(struct advice *advice); // NULL is allowed

// The first that holds for the row.
struct advice_said advice_for(const struct advice *advice, const struct table *table, size_t row);

// The sentence in the operator's language, with the row's cells for {COLUMN} (an unknown one: …).
// The caller frees it; what hosts wrote in it is not neutralised.
char *advice_words(const char *text, const struct table *table, size_t row);

// Adds a fault for every section that names no pane of this program.
void advice_check(const struct profile *profile, struct err_list *errors);

#endif
