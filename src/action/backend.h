// SPDX-License-Identifier: MIT

// Ways to ban an address on a host: one const struct each, chosen by what the host has.
#ifndef ACTION_BACKEND_H
#define ACTION_BACKEND_H

#include "action/facts.h"
#include "action/plan.h"

#define BACKEND_CHAIN "NOCDESK"
#define BACKEND_SET4  "nocdesk4"
#define BACKEND_SET6  "nocdesk6"
#define BACKEND_TABLE "nocdesk" // of nft, family inet

// What is to be banned. All networks are judged by the guard and canonical.
struct ban_order {
    const struct network *networks;
    size_t count;
    int64_t for_s; // -1: for good
    const char *by;
    const char *reason;
    int64_t now_wall_ms;
};

// A ban of ours that stands on a host.
struct ban {
    struct network network;
    int64_t since_wall_ms; // -1: unknown
    int64_t ends_wall_ms;  // 0: for good, -1: unknown
    char *by, *reason;     // heap; "" when the backend keeps none. Foreign text
    int64_t packets;       // -1: unknown
};
struct ban_list {
    struct ban *items;
    size_t count, cap;
};
void ban_list_dispose(struct ban_list *list);

// Every backend works on objects of its own only (the chain, the sets, the table named above; the
// configured jail of fail2ban), makes them when they are first needed with the RETURN for the
// facts' console addresses at their head, is idempotent, and changes nothing else. Plan functions
// are pure: they add steps to the host, each with its check and its undo; a list of any length is
// one command with the list as input, so that all of it happens or nothing. Before they are called
// the targets that stand already have been taken out.
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
    // Appends the bans that stand, from the facts' script output.
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

// The comment of a ban's rule or element: "nocdesk since=1763679600 until=1763683200 by=ana
// why=scanner" (seconds; until=0 for good), of [A-Za-z0-9 =_.:-] only, at most 200 bytes: nothing
// in it can mean something to a shell, to iptables-restore or to nft.
void ban_comment_print(struct str *out, const struct ban_order *order);
// Fills since, ends, by and reason; false when the comment is not ours.
bool ban_comment_parse(const char *comment, size_t len, struct ban *out);

#endif
