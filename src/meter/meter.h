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

struct evidence;

struct meter_options {
    const int *sip_ports; // UDP and TCP
    size_t sip_port_count;
    size_t memory_max;    // bytes; 0: 64 MiB. Five sixteenths are left to snapshots and the program
    int suspend_failures; // failed REGISTERs that suspend an endpoint (SS_ENDPOINTREGISTERRETRY);
                          // 0: 6
    int64_t suspend_ms;   // SS_ENDPOINTREGISTERSUSPENDTIME; 0: 180 s
    size_t detail_max;    // sources followed in detail, as far as memory_max allows; 0: 8192
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

// The same for packets of one link type in the order of their capture: faster for many.
struct meter_packet {
    int64_t time_us;
    const uint8_t *bytes;
    uint32_t caplen, len;
};
void meter_feed_batch(struct meter *meter, int linktype, const struct meter_packet *packets,
                      size_t count);

// Kernel and interface drops so far, as the capture reports them (-1: unknown).
void meter_set_drops(struct meter *meter, int64_t kernel_drops);

// The meter's now is the newest packet's time. It goes back only when a long run of packets shows
// that the capturing clock was set back; rates then go on without a gap.
int64_t meter_now_us(const struct meter *meter); // 0: nothing came yet

// A new capture goes on where another one ended: what came between was not seen.
void meter_break(struct meter *meter);

// What suspends an endpoint on this host, as soon as it is known; see struct meter_options.
void meter_set_suspension(struct meter *meter, int suspend_failures, int64_t suspend_ms);

// Moves now forward (live capture without packets).
void meter_tick(struct meter *meter, int64_t now_us);

// The requests that METER_OTHER takes together, apart.
enum meter_other_method {
    METER_SUBSCRIBE,
    METER_NOTIFY,
    METER_PUBLISH,
    METER_INFO,
    METER_PRACK,
    METER_UPDATE,
    METER_REFER,
    METER_MESSAGE,
    METER_UNKNOWN, // a request of another name
    METER_OTHER_METHODS,
};

const char *meter_method_name(enum meter_method method);             // "OPTIONS"; "other"
const char *meter_other_method_name(enum meter_other_method method); // "SUBSCRIBE"; "unknown"

enum { METER_SECONDS = 60, METER_CLASSES = 6, METER_FAILURE_CODES = 4, METER_USERS_SAMPLE = 4 };

extern const int meter_failure_codes[METER_FAILURE_CODES]; // 401, 403, 404, 407

// One source. Rates cover whole seconds and the running one; a rate over a time that the capture
// has not lasted yet is over what it has lasted.
struct meter_talker {
    struct address source;
    bool local; // the capturing machine itself, where the link type tells (cooked captures)
    int64_t packets;
    int64_t bytes; // on the wire
    int64_t error; // of packets: it may have sent up to so many fewer; 0: exact
    bool detailed; // false: it was too light to be followed in detail, or became heavy only
                   // lately: what stands below, but packets, bytes, responses, first_us and
                   // last_us, covers only what was seen since, and is a lower bound
    double pps_1s; // the newest whole second
    double pps_10s, pps_60s;
    double peak_pps;                    // of one whole second
    int64_t peak_us;                    // when it began; 0: no whole second yet
    uint32_t per_second[METER_SECONDS]; // packets, newest last, the running second included
    int64_t per_minute[METER_METHODS];  // requests in the last 60 s
    int64_t totals[METER_METHODS];
    int64_t not_sip;    // on a SIP port, but not SIP
    int64_t keepalives; // CRLF, empty and one-byte datagrams, STUN
    int64_t responses;  // sent by this source
    int64_t response_classes[METER_CLASSES];
    int64_t failures; // 401, 403, 404, 407 sent back to it
    int64_t failures_by_code[METER_FAILURE_CODES];
    int64_t failures_authorized; // 401 and 407 that answered a request with Authorization
    int64_t failures_pm;         // failures in the last 60 s
    int64_t invites_refused;     // final 4xx to 6xx but 401, 407 and 487 to its INVITEs
    int64_t invites_answered;    // 200 to its INVITEs
    int64_t registers_ok;        // 200 to its REGISTERs
    int64_t users;               // users tried: To of REGISTER, request URI of INVITE and OPTIONS
    bool users_exact;            // false: an estimate
    int64_t users_sequential;    // longest run of numeric users one after the other
    char users_sample[METER_USERS_SAMPLE][32]; // foreign bytes; "" none
    char user_agent[64];                       // the newest; foreign bytes; "" unknown
    size_t user_agents;                        // how many different ones; at most 255
    char last_request[512]; // its request line and headers as captured, cut; foreign bytes
    int64_t first_us, last_us;
};

// What the sources of an IPv4 /24 or an IPv6 /64 sent together.
struct meter_network {
    struct network network;
    int64_t packets, bytes;
    int64_t sources;    // seen in it
    bool sources_exact; // false: a lower bound
    double pps_10s;
    int64_t per_minute[METER_METHODS];
    int64_t failures; // 401, 403, 404, 407 sent back to them
    int64_t first_us, last_us;
    size_t once; // sources of the last 60 s that sent at most three packets
};

// What one minute of the history counted.
struct meter_minute {
    int64_t minute; // epoch minutes
    int64_t packets;
    int64_t methods[METER_METHODS];
    int64_t responses;
    int64_t failures;
    int64_t not_sip;
    int64_t drops; // by the kernel and the interface; 0 also where they are unknown
};

enum { METER_MINUTES = 24 * 60 };

// So long a pause separates a guesser's attempts from those of a phone that errs now and then.
#define METER_GUESS_PAUSE_MS (10 * 60 * 1000)

// So many guesses are no owner's slips: a 200 after them does not make them forgotten.
#define METER_GUESSES_KEPT 10

// An endpoint whose REGISTERs failed (reference D.1, evidence 1).
struct meter_endpoint {
    char user[64]; // of the To header; foreign bytes
    struct address source;
    int64_t failures;          // 401 to requests that carried Authorization, since the last 200
    int64_t refused;           // 403 since the last 200
    int64_t guesses;           // failures, and 403 while suspended, with no pause in between
    int64_t guesses_pm;        // of the last 60 s
    int64_t guesses_peak_pm;   // the most within 60 s
    int64_t first_guess_us;    // of these guesses
    int64_t accepted_us;       // a 200 that ended a long run of guesses; 0: none. It stays listed
    int64_t since_us;          // first 403, 0: none that suspends
    int64_t last_us;           // newest of them
    bool authorized;           // one of them carried a password
    bool suspended;            // 403 seen after enough failures, not yet over, no 200 since
    bool enough_failures_seen; // false: the capture began later than the failures
};

// A 200 to the REGISTER of an endpoint that had been failing or refused.
struct meter_recovery {
    char user[64]; // of the To header; foreign bytes
    struct address source;
    int64_t time_us;
};
#define METER_RECOVERIES 64

struct meter_snapshot {
    int64_t now_us, began_us;
    int64_t unbroken_us; // since when the capture has run without a break
    int64_t packets;     // every frame read
    int64_t sip_packets;
    int64_t not_sip, not_sip_pm;       // on a SIP port, but not SIP; in the last 60 s
    int64_t keepalives, keepalives_pm; // not among not_sip
    int64_t kernel_drops;              // -1 unknown
    bool lossy;                        // drops in the last 60 s: all rates are lower bounds
    int64_t totals[METER_METHODS];
    int64_t other_methods[METER_OTHER_METHODS]; // of totals[METER_OTHER]
    double pps_1s, pps_10s, pps_60s;            // as a talker's
    double peak_pps;
    int64_t peak_us;
    uint32_t per_second[METER_SECONDS];
    int64_t per_minute[METER_METHODS];
    double methods_10s[METER_METHODS]; // a second; these and the next three are parts of pps_10s,
    double responses_10s;              // the rest are later fragments and parts of TCP messages
    double not_sip_10s, keepalives_10s;
    int64_t responses[METER_CLASSES]; // 1xx … 6xx
    int64_t failures;                 // 401, 403, 404, 407 among them

    // More sources than the memory bound holds: light ones make way, their number is an estimate,
    // and talkers state their error.
    bool sources_exact;
    size_t sources;
    double sources_error_pct;               // one standard error of the estimate; 0: exact
    int64_t new_sources_pm;                 // of the last 60 s: sources never seen before, and
    int64_t once_sources_pm;                // among them those that have sent one packet so far
    double new_sources_ps;                  // sources never seen before, a second, over 10 s
    uint32_t new_per_second[METER_SECONDS]; // newest last, the running second included
    struct meter_talker *talkers;           // by packets, then by address
    size_t talker_count;
    struct meter_network *networks; // by packets, then by address: the heaviest
    size_t network_count;
    struct meter_minute *minutes; // oldest first, the running one last; at most METER_MINUTES
    size_t minute_count;
    struct meter_endpoint *endpoints; // by source, then by user
    size_t endpoint_count;
    struct meter_recovery recoveries[METER_RECOVERIES]; // the newest of them, in no order
    size_t recovery_count;
};

// A copy that the caller owns: the max_talkers (0: all) with the most packets, and as many with the
// most of the last minute, so that who has been heard for days does not hide who attacks now.
struct meter_snapshot *meter_snapshot(struct meter *meter, size_t max_talkers);
void meter_snapshot_free(struct meter_snapshot *snapshot);

// From now on the packets that the evidence's source sends go into it, until it ends. Takes over
// the caller's reference; false, and not taken: another one is being written. Any thread.
bool meter_watch(struct meter *meter, struct evidence *evidence);

// What is known of one source, for the meter's own thread; false: nothing.
bool meter_talker_of(struct meter *meter, const struct address *source, struct meter_talker *out);

#endif
