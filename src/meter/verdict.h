// SPDX-License-Identifier: MIT

// What the traffic of a source, of a network and of all sources together looks like, and why.
//
// Who is known to the host is never called an attacker. Of a stranger nothing is concluded from
// answers that are missing: a host that is down leaves every phone unanswered.
#ifndef METER_VERDICT_H
#define METER_VERDICT_H

#include "meter/meter.h"
#include "meter/peers.h"
#include "table/table.h"

enum verdict_kind {
    VERDICT_NONE,
    VERDICT_LOCAL,   // the host itself
    VERDICT_TRUSTED, // legitimate peers: trusted, a gateway, or a customer whose logins or calls
    VERDICT_GATEWAY, // are accepted; what they do oddly is said in the evidence
    VERDICT_CUSTOMER,
    VERDICT_UNUSUAL, // no kind, but the word for what legitimate peers do oddly
    VERDICT_SCANNER, // attackers from here on
    VERDICT_REGISTER_BRUTE_FORCE,
    VERDICT_PASSWORD_SPRAY,
    VERDICT_EXTENSION_HARVEST,
    VERDICT_INVITE_PROBE,
    VERDICT_OPTIONS_FLOOD,
    VERDICT_PACKET_FLOOD,
    VERDICT_DISTRIBUTED, // of a network
    VERDICT_SPOOFED,     // of all sources together
    VERDICT_KINDS,
};

// The registry of kinds: how each is called unless the profile says otherwise, and the profile's
// key for that.
struct verdict_word {
    const char *key;  // "word_scanner"
    const char *word; // "scanner"
    const char *help; // one sentence
};
extern const struct verdict_word verdict_words[VERDICT_KINDS];

struct verdict_settings {
    const char *words[VERDICT_KINDS]; // borrowed
    const char *scanner_agents; // parts of user agents, whatever the case, with commas between
    const char *forged_agents;  // of real phones, which scanners like to call themselves: they
                                // count only with refused requests
    int64_t options_pm;         // OPTIONS a minute from one source
    int64_t packets_ps;         // packets a second from one source over 10 s
    int64_t requests;           // refused requests of a stranger, at least
    int64_t register_failures;  // wrong passwords for one user within 60 s
    int64_t register_within_ms; // how long wrong passwords for several users count together
    int64_t spray_users;        // so many users make guessing a spraying
    int64_t harvest_users;      // users tried
    int64_t harvest_sequence;   // users tried one after the other
    int64_t invites_refused;    // calls of a stranger, none answered
    int64_t network_sources;    // sources of one network
    int64_t spoofed_sources;    // sources a minute that send once
    int64_t over_ms;            // silence after which an attack is over
    int64_t quiet_ms;           // silence after which a source has no verdict; 0: never, as for a
                                // file that is judged as a whole
};

void verdict_settings_default(struct verdict_settings *out);

struct verdict {
    enum verdict_kind kind;
    const char *word;   // what the traffic looks like, of the settings; "": nothing striking
    const char *peer;   // what a legitimate source is to the host, of the settings; "": a stranger
    enum level level;   // how worried an operator should be
    bool lasting;       // it has done harm that outlasts it: a password may be known
    bool over;          // see verdict_settle()
    int64_t last_us;    // the newest packet that it rests on; 0: there is none
    double pps;         // over 10 s; negative: unknown
    double peak_pps;    // of one second; 0: unknown
    char evidence[280]; // in words, foreign bytes among them; ""
};

// Whether it names an attacker.
bool verdict_is_attack(enum verdict_kind kind);

// Says of an attack whether it runs or is over, and how strong it is or was: once, last of all.
// What is over is calm: info, or a warning where it is lasting.
void verdict_settle(struct verdict *verdict, const struct verdict_settings *settings,
                    int64_t now_us);

// One source of the snapshot. peers may be NULL.
void verdict_talker(const struct verdict_settings *settings, const struct verdict_peers *peers,
                    const struct meter_snapshot *snapshot, const struct meter_talker *talker,
                    struct verdict *out);

// A network whose sources each stay below the limits and together do not. Known peers in it do not
// count; a network of customers is none.
void verdict_network(const struct verdict_settings *settings, const struct verdict_peers *peers,
                     const struct meter_snapshot *snapshot, const struct meter_network *network,
                     struct verdict *out);

// All sources together: a flood from forged addresses.
void verdict_whole(const struct verdict_settings *settings, const struct meter_snapshot *snapshot,
                   struct verdict *out);

// Whether a second with so many sources never seen before is one of such a flood.
bool verdict_is_flooded(const struct verdict_settings *settings, uint32_t new_sources);

#endif
