// SPDX-License-Identifier: MIT

// The bans that stand on a host, from what its firewall tools print. Pure.
#ifndef PROBE_BAN_LIST_H
#define PROBE_BAN_LIST_H

#include "base/address.h"
#include "base/str.h"
#include "probe/slice.h"

// The console's own objects on a host; it changes no others.
#define BAN_CHAIN "NOCDESK"
#define BAN_SET4  "nocdesk4"
#define BAN_SET6  "nocdesk6"
#define BAN_TABLE "nocdesk" // of nft, family inet

struct ban {
    struct network network;
    int64_t since_wall_ms; // by the host's clock; -1: unknown
    int64_t ends_wall_ms;  // the same; 0: for good, -1: unknown
    char *by, *reason;     // heap; "" where the backend keeps none. Foreign text
    int64_t packets;       // -1: not counted
    const char *backend;   // "ipset"
    // Heap. iptables: the rule without "-A CHAIN ", which deletes it and nothing else; ipset and
    // nftables: the comment as it stands there; fail2ban: the jail.
    char *rule;
};

struct ban_list {
    struct ban *items;
    size_t count, cap;
    size_t strange; // lines of our own objects that are no bans
};
void ban_list_dispose(struct ban_list *list);
// By network.
void ban_list_sort(struct ban_list *list);
// The first of the bans of exactly this network in a sorted list, or NULL.
const struct ban *ban_list_find(const struct ban_list *list, const struct network *network);
// The next of the same network, or NULL.
const struct ban *ban_list_next(const struct ban_list *list, const struct ban *ban);

// Each appends. now_s is the host's clock.
// iptables-save -c: what NOCDESK drops.
void ban_list_iptables(struct ban_list *list, struct slice text, int64_t now_s);
// ipset save nocdesk4, or nocdesk6.
void ban_list_ipset(struct ban_list *list, struct slice text, int64_t now_s);
// nft list table inet nocdesk
void ban_list_nft(struct ban_list *list, struct slice text, int64_t now_s);
// What the same outputs say that NOCDESK lets through, as bans that drop nothing: the addresses of
// consoles, and when that ends.
void ban_list_iptables_consoles(struct ban_list *list, struct slice text);
void ban_list_nft_consoles(struct ban_list *list, struct slice text, int64_t now_s);
// fail2ban-client get JAIL banip --with-time; zone_s is the host's distance from UTC, eastward
// positive. Without the times (before 0.10): ends unknown.
void ban_list_fail2ban(struct ban_list *list, struct slice text, struct slice jail, int64_t zone_s);

// "+0530" as seconds; 0 for anything else.
int64_t ban_zone_s(struct slice text);

// The comment of a ban: "nocdesk since=1763679600 until=1763683200 by=ana why=scanner" (until=0:
// for good), of [A-Za-z0-9 =_.:/@+,-] only, so that nothing in it means anything to a shell,
// iptables-restore, ipset or nft. At most max bytes: nft takes 127, iptables and ipset 255. NULL is
// "".
#define BAN_COMMENT_MAX     200
#define BAN_COMMENT_NFT_MAX 127
void ban_comment_print(struct str *out, int64_t since_s, int64_t until_s, const char *by,
                       const char *reason, size_t max);
// Fills since, ends, by and reason; false, and nothing is changed, when the comment is not ours.
bool ban_comment_parse(struct slice comment, struct ban *out);

// Without comments an ending ban jumps to a chain named for its end and length:
// "NOCDESK-1763683200-3600" (at most 28 bytes). The rule that lets a console through goes to an
// empty chain of length 0 instead of RETURN.
#define BAN_CHAIN_NAME_MAX 29
bool ban_chain_print(int64_t since_s, int64_t until_s, char out[BAN_CHAIN_NAME_MAX]);
bool ban_chain_parse(struct slice name, int64_t *since_s, int64_t *until_s);

#endif
