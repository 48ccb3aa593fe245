// SPDX-License-Identifier: MIT

// Ways to ban an address on a host: one const struct each, chosen by what the host has.
#ifndef ACTION_BACKEND_H
#define ACTION_BACKEND_H

#include "action/facts.h"
#include "action/plan.h"
#include "probe/ban_list.h"

// What is to be banned. All networks are judged by the guard and canonical.
struct ban_order {
    const struct network *networks;
    size_t count;
    int64_t for_s; // -1: for good
    const char *by;
    const char *reason;
    int64_t now_wall_ms;
};

// Every backend works on objects of its own only (the chain, the sets, the table named above; the
// configured jail of fail2ban), makes them when they are first needed with the RETURN for the
// facts' console addresses at their head, is idempotent, and changes nothing else. Plan functions
// are pure: they add steps to the host, each with its check and its undo; a list of any length is
// one command with the list as input, so that all of it happens or nothing (fail2ban: one by one).
// A ban that stands already is renewed, its undo brings the earlier one back.
struct backend {
    const char *name;    // of ban_backend = … and of the column `backend`: "ipset"
    enum ban_way way;    // the option's value that names it
    const char *purpose; // one sentence for help
    bool expires;        // bans end by themselves though no console is there
    // Whether it can serve this host; if not, why (a sentence). Asks for IPv6 only when v6.
    bool (*usable)(const struct host_facts *facts, bool v6, struct err *why);
    bool (*plan_ban)(const struct host_facts *facts, const struct ban_order *order,
                     struct plan_host *out, struct err *err);
    bool (*plan_unban)(const struct host_facts *facts, const struct network *networks, size_t count,
                       struct plan_host *out, struct err *err);
    // Whether packets meet its bans of this family: its chain is hooked in, before all others.
    // NULL: not known, taken for true.
    bool (*in_force)(const struct host_facts *facts, bool v6);
    // Appends the bans that stand, from the facts' script output. Those of fail2ban may be its own.
    void (*list)(const struct host_facts *facts, struct ban_list *out);
    // Steps that take away bans whose time is over by the host's clock; NULL: the kernel does.
    bool (*plan_expire)(const struct host_facts *facts, int64_t now_wall_ms, struct plan_host *out,
                        struct err *err);
};

extern const struct backend backend_ipset, backend_nftables, backend_iptables, backend_fail2ban;
extern const struct backend *const backends[]; // in the order of preference; NULL-terminated
const struct backend *backend_find(const char *name);

// The configured one (ban_backend of the host), or for "auto" the first that is usable. NULL and a
// sentence that says what each of them lacks.
const struct backend *backend_choose(const struct host_facts *facts, bool v6, struct err *err);
// All bans of ours on the host, of every backend.
void backend_list_all(const struct host_facts *facts, struct ban_list *out);

// Whether the host carries out the command whole or not at all: one that failed has changed
// nothing.
bool backend_is_transaction(const struct plan_call *call);
// Whether a command that failed lost a race for the host's firewall, and may be run again as it is:
// nothing was changed. status and errors are what it ended with. Pure.
bool backend_may_retry(const struct plan_call *call, int status, const char *errors);

// Persists the host's firewall by its own way, without the rules that need a set (the host's start
// would fail for want of it). False and a sentence where the host has no such way.
bool backend_plan_save(const struct host_facts *facts, struct plan_host *out, struct err *err);

#endif
