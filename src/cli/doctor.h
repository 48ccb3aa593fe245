// SPDX-License-Identifier: MIT

// What doctor examines: steps in order, each with a finding in words.
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <jansson.h>

#include "conf/config.h"
#include "conf/profile.h"
#include "link/link.h"
#include "link/sql.h"

enum finding_state { FINDING_OK, FINDING_WARNING, FINDING_FAILED, FINDING_SKIPPED };

struct finding {
    enum finding_state state;
    char text[600]; // what was found; foreign words inside, neutralised when printed
};

void finding_set(struct finding *finding, enum finding_state state, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

// One host under examination. The link runs in a thread of its own while the steps are taken.
struct patient {
    const struct host_config *host;
    const struct profile *profile;
    struct link *link;
    int64_t timeout_ms;   // for one step
    enum link_stage lost; // the stage that failed, LINK_STAGE_READY when none did
    struct err link_error;
    int64_t connected_in_ms;
};

struct doctor_step {
    const char *id;    // in JSON
    const char *title; // on the screen
    bool needs_link;
    void (*examine)(struct patient *patient, struct finding *finding);
};

extern const struct doctor_step doctor_steps[];
extern const size_t doctor_step_count;

struct invocation;

// Takes the steps on one host and prints each finding as it comes, in the invocation's format
// (JSON: an object is added to hosts). Asks on the terminal whether a new host key is to be
// trusted. True: no step failed. A link thread that does not end in time sets *left_behind: it goes
// on using host and profile, so that nothing of them may be freed and the program must end by
// _exit().
bool doctor_examine(const struct host_config *host, const struct profile *profile,
                    const struct invocation *invocation, json_t *hosts, bool *left_behind);

// A cell in quotes, and the end of its line.
void doctor_print_csv_text(const char *text);

#endif
