// SPDX-License-Identifier: MIT

// The REGISTER dialogue of every endpoint and source: who fails, and who is refused for it.
#ifndef METER_REGISTER_H
#define METER_REGISTER_H

#include "meter/meter.h"
#include "meter/sip.h"

struct registers;

struct registers_options {
    int suspend_failures;
    int64_t suspend_us;
    uint64_t seed; // not guessable
};

struct registers *registers_new(const struct registers_options *options);
void registers_free(struct registers *registers);
size_t registers_bytes(void); // what one holds, always

void registers_set_suspension(struct registers *registers, int suspend_failures,
                              int64_t suspend_us);

// A REGISTER request, its headers parsed.
void registers_request(struct registers *registers, const struct sip_message *request,
                       const struct address *source);

// A response whose CSeq names REGISTER. It counts once, and only when its request was seen.
// unbroken_us: since when the capture has run without a break, to tell what it may have missed.
void registers_response(struct registers *registers, const struct sip_message *response,
                        const struct address *destination, int64_t now_us, int64_t unbroken_us);

// Endpoints with failures, refusals or a guessed password as of now: a heap array of *count, by
// source, then by user.
struct meter_endpoint *registers_list(const struct registers *registers, int64_t now_us,
                                      size_t *count);

// The newest endpoints that were let in again, in no order; how many.
size_t registers_recoveries(const struct registers *registers,
                            struct meter_recovery out[METER_RECOVERIES]);

#endif
