// SPDX-License-Identifier: MIT

// The inside of a meter, for the code that feeds it and the code that makes snapshots of it.
#ifndef METER_METER_PRIVATE_H
#define METER_METER_PRIVATE_H

#include "meter/evidence.h"
#include "meter/frame.h"
#include "meter/meter.h"
#include "meter/register.h"
#include "meter/talkers.h"

enum {
    METER_SECOND_US = 1000 * 1000,
    METER_BATCH = 16,     // packets whose memory is brought near together
    METER_FRAGMENTS = 256 // datagrams whose later fragments are waited for
};

struct meter {
    uint64_t sip_ports[65536 / 64]; // bits
    struct registers_options suspend;
    struct talkers *talkers;
    struct registers *registers;
    uint64_t seed;

    int64_t began_us, now_us;
    int64_t unbroken_us; // since when nothing was missed; 0: since what comes next
    int64_t shift_us;    // added to packet times, it makes the windows' time that never goes back
    int packets_behind;

    struct window window;
    struct series answers, not_sips, pings, drops;
    struct meter_minute *minutes; // METER_MINUTES, each at its number's place
    struct meter_minute *minute;  // the newest packet's
    int64_t packets, sip_packets, not_sip, keepalives, kernel_drops;
    int64_t totals[METER_METHODS];
    int64_t other_methods[METER_OTHER_METHODS];
    int64_t responses[METER_CLASSES];
    int64_t failures;
    uint64_t fragment_keys[METER_FRAGMENTS];
    _Atomic(struct evidence *) evidence; // set by any thread, taken away by the meter's own
};

// The windows' second of a packet's time.
static inline int64_t meter_second(const struct meter *meter, int64_t time_us)
{
    return (time_us + meter->shift_us) / METER_SECOND_US;
}

#endif
