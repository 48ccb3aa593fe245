// SPDX-License-Identifier: MIT

// One call or check of a plan, carried out on a host. Private to the runner.
#ifndef ACTION_RUN_CALL_H
#define ACTION_RUN_CALL_H

#include <stdatomic.h>

#include "action/plan.h"
#include "fleet/fleet.h"

enum call_outcome {
    CALL_WELL,     // it ran to its end, and well (a check: it holds)
    CALL_BADLY,    // it ran to its end, and said no (a check: it does not hold)
    CALL_NOT_SENT, // the host was not connected: nothing happened
    CALL_LOST,     // the host was lost, or did not answer in time: nobody knows what happened
};

struct call_place {
    struct fleet *fleet;
    size_t host;
    const atomic_bool *stop;
    json_t *outputs;  // an array to which what was run and said is added; may be NULL
    struct str *told; // to which what run_call() was told is appended; may be NULL
};

// err is the sentence of every outcome but CALL_WELL.
enum call_outcome run_call(const struct call_place *place, const struct plan_call *call,
                           struct err *err);
// The step's command and, when it ended well and the proof is not waited for, its proof: in one
// command of the host where both are commands. *ran: the outcome is that of the proof.
enum call_outcome run_proven(const struct call_place *place, const struct plan_step *step,
                             bool *ran, struct err *err);
enum call_outcome run_check_once(const struct call_place *place, const struct plan_check *check,
                                 struct err *err);
// Asks until it holds or its wait is over.
enum call_outcome run_check(const struct call_place *place, const struct plan_check *check,
                            struct err *err);

// The number that a check of EXPECT_LATER or EXPECT_ROW would find now; false: not known.
bool run_number(const struct call_place *place, const struct plan_check *check, int64_t *number,
                struct err *err);
bool run_reading_number(const struct call_place *place, const struct plan_check *check,
                        int64_t *number, struct err *err);
// A check by PLAN_READING, after a fresh reading of the probe (at most a second).
bool run_reading_holds(const struct call_place *place, const struct plan_check *check,
                       struct err *err);

#endif
