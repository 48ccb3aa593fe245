// SPDX-License-Identifier: MIT

// One source followed in detail: its windows, what it asked for and what it was answered.
#ifndef METER_TALKER_H
#define METER_TALKER_H

#include "meter/distinct.h"
#include "meter/meter.h"
#include "meter/sip.h"
#include "meter/sources.h"
#include "meter/window.h"

enum { TALKER_ATTEMPTS = 16 };

// In the order of use: a packet of a known source touches the first three cache lines and one of
// the window's buckets, a response to it the next ones.
struct talker {
    _Alignas(64) int64_t packets;
    int64_t bytes, error;
    int64_t first_us, last_us;
    int64_t looked_us;  // at its headers
    int64_t request_us; // of last_request
    uint32_t attempt;
    bool outgoing; // the capture's own machine
    bool whole;    // followed since its first packet
    bool mark;     // of the code that walks over all

    int64_t totals[METER_METHODS];
    uint64_t last_user; // hash

    struct window window;

    uint64_t last_agent, last_answer; // hashes
    uint64_t last_number;             // newest numeric user + 1
    int64_t run, longest_run;
    int64_t not_sip, keepalives, responses;

    // Hashes of requests with Authorization that are not answered.
    uint32_t attempts[TALKER_ATTEMPTS];

    int64_t failures, failures_by_code[METER_FAILURE_CODES];
    int64_t failures_authorized, invites_refused, invites_answered, registers_ok;
    int64_t response_classes[METER_CLASSES];
    struct series failures_lately;

    struct source_key key;
    struct distinct users, agents;
    char users_sample[METER_USERS_SAMPLE][32];
    char user_agent[64];
    char last_request[512];
};

_Static_assert(offsetof(struct talker, window) % 64 == 0, "the window begins with a cache line");

// Whether this request's headers are to be read: those of every REGISTER and INVITE, and of enough
// others to notice another User-Agent.
bool talker_wants_headers(const struct talker *talker, const struct sip_message *request,
                          int64_t time_us);

// A request of this talker; headers_read: sip_parse_headers() was called. seed: not guessable.
void talker_request(struct talker *talker, const struct sip_message *request, bool headers_read,
                    int64_t time_us, uint64_t seed);

// A response that was sent to it, its headers read. second: the window's.
void talker_answered(struct talker *talker, const struct sip_message *response, int64_t second,
                     uint64_t seed);

#endif
