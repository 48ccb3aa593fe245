// SPDX-License-Identifier: MIT

// What must never be done to an address, and what only after a question: rules with names, pure
// functions of what is known.
#ifndef ACTION_GUARD_H
#define ACTION_GUARD_H

#include "base/address.h"
#include "base/err.h"

struct host_facts;
struct config;

enum guard_rule {
    GUARD_NO_RULE,
    GUARD_CONSOLE_ADDRESS, // no flag and no typing overrides these three
    GUARD_LOCAL_ADDRESS,
    GUARD_NOT_AN_ADDRESS,
    GUARD_TRUSTED, // configuration, trusted chain, gateways, peers with calls up
    GUARD_TOO_WIDE,
    GUARD_PRIVATE,
    GUARD_RATE,
    GUARD_READ_ONLY,
    GUARD_FOREIGN_RULE, // of the host's own firewall
    GUARD_RULES,
};
const char *guard_rule_text(enum guard_rule rule); // "console-address"; "" for GUARD_NO_RULE

// In rising order; the worst finding counts.
enum guard_verdict {
    GUARD_ALLOW,
    GUARD_ASK,  // a yes is needed
    GUARD_TYPE, // the operator types the target again
    GUARD_REFUSE,
};

#define GUARD_TEXT_MAX 480

// The worst finding; of equal ones the first in the order of the rules.
struct guard_opinion {
    enum guard_verdict verdict;
    enum guard_rule rule;
    char text[GUARD_TEXT_MAX]; // the sentence with the host's name; "" when allowed. Neutralise
                               // before showing: it may hold a gateway's name
};

// What has happened before, for the rate.
struct guard_history {
    size_t bans_last_minute; // by this operator, without the one that is judged
    size_t bans_now;         // addresses in the request that is judged
    bool unread;             // how many there were is not known: why says why
    struct err why;
};

// Takes an address or network as an operator writes it and as nothing else: canonical decimal or
// RFC 5952 hexadecimal (case is free), no port, no zone, no leading zeros, no host bits, no
// surrounding space. IPv4-mapped IPv6 is its IPv4 address. The sentence says what would be right.
bool guard_parse(const char *text, struct network *out, struct err *err);

// Judges blocking this target on this host. Facts that could not be read never allow: they ask, and
// where the console's own address is not known they refuse.
struct guard_opinion guard_block(const char *target, const struct host_facts *facts,
                                 const struct config *config, const struct guard_history *history);

// The first three rules alone: whatever is done to the target, it must not cut off this console,
// the host or what is no machine elsewhere.
struct guard_opinion guard_touch(const char *target, const struct host_facts *facts,
                                 const struct config *config);

// Rule 8 alone, for actions that block nobody.
struct guard_opinion guard_write(const struct host_facts *facts, const struct config *config);

#endif
