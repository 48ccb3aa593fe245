// SPDX-License-Identifier: MIT

// What planning and the guard must know of a host: gathered before, read-only, then only data.
#ifndef ACTION_FACTS_H
#define ACTION_FACTS_H

#include <jansson.h>

#include "base/arena.h"
#include "fleet/fleet.h"
#include "probe/slice.h"

enum fact_word {
    FACT_UNREAD, // not asked for
    FACT_KNOWN,
    FACT_ABSENT, // this host has no such thing (no web interface is configured)
    FACT_FAILED, // why says why
};

struct fact {
    enum fact_word word;
    const char *why; // "" unless FACT_FAILED or FACT_ABSENT
};

enum peer_kind {
    PEER_CONFIGURED, // trusted = … of nocdesk.ini
    PEER_CHAIN,      // accepted in the chain of trusted peers (SIP_TRUSTED)
    PEER_GATEWAY,    // the product's gateway tables
    PEER_CALL,       // a call is up with it now
    PEER_PHONE,      // a phone is registered from it (only asks)
    PEER_KINDS,
};

struct peer {
    struct network network;
    enum peer_kind kind;
    const char *name; // the gateway, the phone, the chain; foreign text
    size_t calls;     // PEER_CALL
};

// What is let through before our bans: an address from which a console came not long ago.
struct let_through {
    struct network network;
    const char *tool;    // that has it: "iptables", "ip6tables", "nft"
    const char *rule;    // of iptables, without "-A NOCDESK "; ""
    int64_t left_s;      // until it ends, when the facts were read; 0: it has ended
    bool ends;           // false: it stands for good
    const char *removal; // the command that ends it now
};

enum tool {
    TOOL_IPTABLES,
    TOOL_IP6TABLES,
    TOOL_IPTABLES_RESTORE,
    TOOL_IP6TABLES_RESTORE,
    TOOL_IPSET,
    TOOL_NFT,
    TOOL_FAIL2BAN,
    TOOL_AT,
    TOOL_SYSTEMD_RUN,
    TOOLS,
};

struct tool_fact {
    bool present; // the program is there
    bool works;   // and answered the question that it was asked (a list, a version) with status 0
    int version[3];
    const char *version_text; // its own words; ""
};

struct host_facts {
    struct arena *arena;
    const struct host_config *host;
    const struct profile *profile;
    int64_t read_wall_ms;

    struct fact console_fact; // of the address from which the host sees us
    struct address *console;  // that one, and every address of this machine but loopback
    size_t console_count, console_cap;
    struct fact local_fact;
    struct fact route_facts[2]; // whether the default routes of IPv4, IPv6 are among them
    struct network *local; // the host's own and broadcast addresses, next hops of default routes
    size_t local_count, local_cap;
    struct let_through *let_through; // RETURNs of NOCDESK, the sets console4 and console6 of nft
    size_t let_through_count, let_through_cap;
    struct fact peer_facts[PEER_KINDS];
    struct fact chain6_fact; // of the IPv6 part of PEER_CHAIN alone; counts when FACT_FAILED
    struct peer *peers;
    size_t peer_count, peer_cap;

    struct tool_fact tools[TOOLS];
    bool iptables_wait;    // takes -w
    bool iptables_check;   // takes -C
    bool iptables_comment; // the comment match is there (no rule is changed to find out)
    const char *jails;     // of fail2ban, space-separated; ""
    const char *save; // how the firewall is persisted: "service", "netfilter-persistent", "nft", ""
    struct str out;   // of the gathering script; read it with facts_part()

    // What the action's own look() found for its plan (an object), or NULL.
    json_t *seen;
};

// Of this machine alone: its own addresses, and from where it is worked at. For a command that runs
// here and must not cut off whoever runs it; the host is asked for nothing.
struct host_facts *facts_here(const struct host_config *host, const struct profile *profile);
// This machine's own addresses are a console's: to ban any of them may hit the operator's way in.
// What cannot be asked for makes the console's fact FAILED.
void facts_add_here(struct host_facts *facts);

// The part "@@NAME" of the gathering script's output and, in *status, the exit status of its
// command ("@@NAME-status"; -1: it did not run). Parts: iptables (iptables-save -c), ip6tables,
// ipset (ipset save nocdesk4 and nocdesk6), nft (nft list table inet nocdesk), fail2ban (status of
// each jail). False when there is no such part.
bool facts_part(const struct host_facts *facts, const char *name, struct slice *out, int *status);

struct host_facts *facts_new(const struct host_config *host, const struct profile *profile);
void facts_free(struct host_facts *facts);
const char *facts_text(const struct host_facts *facts, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void facts_add_console(struct host_facts *facts, const struct address *address);
void facts_add_local(struct host_facts *facts, const struct network *network);
void facts_add_peer(struct host_facts *facts, const struct network *network, enum peer_kind kind,
                    const char *name, size_t calls);

// Fills the tools, addresses and firewall from the script's output. Pure; for tests too.
void facts_parse(struct host_facts *facts, const char *out, size_t len);

// The host's clock as the facts have it, or ours where they do not, at our wall_ms.
int64_t facts_clock_s(const struct host_facts *facts, int64_t wall_ms);

// The peers of a table of the probe `gateways`, or `calls`, and their fact. A gateway's addresses
// are a list of addresses, networks and ranges (192.0.2.10-192.0.2.20), with or without ports; one
// that is none of these, as a host's name, makes the fact FAILED, for it may be any address. So
// does a call without any address.
void facts_take_gateways(struct host_facts *facts, const struct table *table);
void facts_take_calls(struct host_facts *facts, const struct table *table);

// The newest snapshot when it is young enough and well, after a fresh reading (at most 3 s) where
// it is not; snapshot_unref() it. NULL with the fact's sentence otherwise.
const struct snapshot *facts_snapshot(struct fleet *fleet, size_t host, const struct probe *probe,
                                      int64_t oldest_ms, int64_t deadline_ms,
                                      struct host_facts *facts, struct fact *fact);

// The rule of the host's own firewall, not of ours, that drops what comes from the address, as
// "rule 3 of INPUT: -s 203.0.113.9/32 -j DROP"; NULL: none that names a source does.
const char *facts_dropped_by(const struct host_facts *facts, const struct address *address);

// What of the facts stands as long as a connection does: which tools there are. Zero-initialised is
// empty; one a host and thread.
struct phones { // that were online
    json_t *rows;
    int64_t read_mono_ms;
};
struct facts_cache {
    struct phones phones;
    struct str tools;
    uint64_t connects; // of the link when it was read
    int64_t read_mono_ms;
};
void facts_cache_dispose(struct facts_cache *cache);

// Gathers everything on the calling thread: one read-only command ([facts] of the profile), and,
// where peers is set, the newest gateways and calls of the fleet, read anew when they are too old.
// False and err when the command could not be run: then nothing may be planned here.
bool facts_gather(struct fleet *fleet, size_t host, bool peers, int64_t deadline_ms,
                  struct facts_cache *cache, struct host_facts **out, struct err *err);

#endif
