// SPDX-License-Identifier: MIT

// What the files of the verdicts share.
#ifndef METER_VERDICT_PRIVATE_H
#define METER_VERDICT_PRIVATE_H

#include "meter/verdict.h"

// What the REGISTER dialogues tell of one source.
struct verdict_logins {
    int64_t guesses;                    // wrong passwords of all its users, of late
    int64_t users;                      // with a wrong password
    int64_t refused;                    // users turned down, for a wrong password or otherwise
    int64_t authorized;                 // of them, with a password
    const struct meter_endpoint *worst; // most guesses within a minute; NULL: none
    const struct meter_endpoint *found; // a 200 after long guessing; NULL: none
};

struct verdict_case {
    const struct verdict_settings *settings;
    const struct meter_snapshot *snapshot;
    const struct meter_talker *talker;
    struct verdict_logins logins;
};

void verdict_case_open(struct verdict_case *out, const struct verdict_settings *settings,
                       const struct meter_snapshot *snapshot, const struct meter_talker *talker);

// Requests of all methods, ever.
int64_t verdict_requests(const struct meter_talker *talker);

// Sends still, or not long ago.
bool verdict_is_active(const struct verdict_settings *settings,
                       const struct meter_snapshot *snapshot, int64_t last_us);

// The host accepts its logins or answers its calls.
bool verdict_is_customer(const struct verdict_case *it);

void verdict_give(struct verdict *out, const struct verdict_settings *settings,
                  enum verdict_kind kind, enum level level, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

// The verdict on somebody who is known, with nothing odd about him.
void verdict_give_peer(struct verdict *out, const struct verdict_settings *settings,
                       enum verdict_kind kind, const char *who);
// What he does oddly, if anything: appends to the evidence, and gives it a word and a level.
void verdict_peculiarity(const struct verdict_case *it, struct verdict *out);

// "at least ", where packets were lost.
const char *verdict_at_least(const struct meter_snapshot *snapshot);

#endif
