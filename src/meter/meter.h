// SPDX-License-Identifier: MIT

// The SIP flood meter: packets in, counts and rates per source and method out, and the REGISTER
// dialogue per endpoint.
#ifndef METER_METER_H
#define METER_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/err.h"

// A meter is fed by exactly one thread and shares nothing; others read the snapshots it makes.
struct meter;

struct meter_options {
    const int *sip_ports; // UDP and TCP
    size_t sip_port_count;
    size_t memory_max;    // bytes; 0: 64 MiB
    int suspend_failures; // failed REGISTERs that suspend an endpoint (SS_ENDPOINTREGISTERRETRY);
                          // 0: 6
    int64_t suspend_ms;   // SS_ENDPOINTREGISTERSUSPENDTIME; 0: 180 s
};

enum meter_method {
    METER_OPTIONS,
    METER_REGISTER,
    METER_INVITE,
    METER_ACK,
    METER_BYE,
    METER_CANCEL,
    METER_OTHER, // every other request method
    METER_METHODS,
};

struct meter *meter_new(const struct meter_options *options);
void meter_free(struct meter *meter);

// One captured frame. Later IP fragments count for their source when the first one was SIP's.
// linktype is libpcap's DLT_ value; time in epoch microseconds (the packet's own). Reads at most
// caplen bytes.
void meter_feed(struct meter *meter, int linktype, int64_t time_us, const uint8_t *frame,
                uint32_t caplen, uint32_t len);

// Kernel and interface drops so far, as the capture reports them (-1: unknown).
void meter_set_drops(struct meter *meter, int64_t kernel_drops);

// The meter's now is the newest packet's time. It goes back only when a long run of packets shows
// that the capturing clock was set back; rates then go on without a gap.
int64_t meter_now_us(const struct meter *meter); // 0: nothing came yet

// A new capture goes on where another one ended: what came between was not seen.
void meter_break(struct meter *meter);

// Moves now forward (live capture without packets).
void meter_tick(struct meter *meter, int64_t now_us);

struct meter_talker {
    struct address source;
    bool local; // the capturing machine itself, where the link type tells (cooked captures)
    int64_t packets;
    int64_t bytes;                     // on the wire
    double pps;                        // over the last 10 s
    int64_t per_minute[METER_METHODS]; // requests in the last 60 s
    int64_t totals[METER_METHODS];
    int64_t responses;   // sent by this source
    int64_t failures;    // 401, 403, 404, 407 sent back to it
    char user_agent[64]; // foreign bytes; "" unknown
    int64_t first_us, last_us;
};

// So long a pause separates a guesser's attempts from those of a phone that errs now and then.
#define METER_GUESS_PAUSE_MS (10 * 60 * 1000)

// An endpoint whose REGISTERs failed (reference D.1, evidence 1).
struct meter_endpoint {
    char user[64]; // of the To header; foreign bytes
    struct address source;
    int64_t failures;          // 401 to requests that carried Authorization, since the last 200
    int64_t refused;           // 403 since the last 200
    int64_t guesses;           // failures, and 403 while suspended, with no pause in between
    int64_t since_us;          // first 403, 0: none that suspends
    int64_t last_us;           // newest of them
    bool suspended;            // 403 seen after enough failures, not yet over, no 200 since
    bool enough_failures_seen; // false: the capture began later than the failures
};

struct meter_snapshot {
    int64_t now_us, began_us;
    int64_t unbroken_us; // since when the capture has run without a break
    int64_t packets;     // every frame read
    int64_t sip_packets;
    int64_t not_sip;      // on a SIP port, but not SIP
    int64_t kernel_drops; // -1 unknown
    int64_t totals[METER_METHODS];
    double pps_10s, pps_60s;
    int64_t per_minute[METER_METHODS];
    int64_t responses[6]; // 1xx … 6xx
    int64_t failures;     // 401, 403, 404, 407 among them
    // false: the memory bound was reached. Light sources made way for new ones; who came back
    // counts again from zero, so sources is then an upper bound and the counts of a talker are
    // lower bounds.
    bool sources_exact;
    size_t sources;
    struct meter_talker *talkers; // by packets, then by address
    size_t talker_count;
    struct meter_endpoint *endpoints;
    size_t endpoint_count;
};

// A copy that the caller owns: the max_talkers (0: all) with the most packets, and as many with the
// most of the last minute, so that who has been heard for days does not hide who attacks now.
struct meter_snapshot *meter_snapshot(struct meter *meter, size_t max_talkers);
void meter_snapshot_free(struct meter_snapshot *snapshot);

#endif
