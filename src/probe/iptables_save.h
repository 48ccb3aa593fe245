// SPDX-License-Identifier: MIT

// The text of iptables-save -c and ip6tables-save -c as rules with counters. Pure; the text must
// outlive the rules.
#ifndef PROBE_IPTABLES_SAVE_H
#define PROBE_IPTABLES_SAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "probe/slice.h"

// One rule, or (num 0) the policy of a built-in chain.
struct iptables_rule {
    bool v6;
    struct slice table, chain;
    struct slice line;      // "-A CHAIN …" without the counters; empty for a policy
    struct slice text;      // what follows the chain in it
    struct slice policy;    // of a policy: "ACCEPT"
    int64_t packets, bytes; // -1: the text gave no counters
    int num;                // place in its chain, from 1
    // Hash of family, table, chain and text, and of the place among equal rules of one chain: it
    // stays when other rules come and go.
    uint64_t identity;
};

struct iptables_rules {
    struct iptables_rule *rules;
    size_t count, cap;
    size_t hidden_tables; // nft tables that iptables cannot show
    size_t strange_lines; // that are none of iptables-save
};

// Appends the rules of one family's text.
void iptables_parse(struct iptables_rules *rules, bool v6, const char *text, size_t len);
// Sets the identities of all rules; once, after the last parse.
void iptables_identify(struct iptables_rules *rules);
void iptables_rules_dispose(struct iptables_rules *rules);

// A rule in the operator's words, into strings that are cleared first: match is the rule without
// its target's name, its comment, and "-m PROTOCOL" that only repeats "-p PROTOCOL"; the target's
// options stay in it. recent and hashlimit are the names of the lists that it uses. Empty: none.
struct iptables_words {
    struct str target, match, comment, recent, hashlimit;
};
void iptables_describe(const struct iptables_rule *rule, struct iptables_words *words)
    __attribute__((nonnull));
void iptables_words_dispose(struct iptables_words *words);

#endif
