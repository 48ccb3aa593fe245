// SPDX-License-Identifier: MIT

// What the ways to ban share: the host's clock, families, the chain NOCDESK.
#ifndef ACTION_BACKEND_PRIVATE_H
#define ACTION_BACKEND_PRIVATE_H

#include "action/backend.h"

// One family of a host.
struct family {
    bool v6;
    const char *part;    // of the facts: "iptables"
    const char *restore; // "iptables-restore"
    const char *save;    // "iptables-save"
    const char *word;    // "IPv4"
    enum tool tool, restore_tool;
};
extern const struct family families[2]; // [0] IPv4, [1] IPv6
bool network_is_v6(const struct network *network);
// How many of the networks are of the family.
size_t family_count(const struct family *family, const struct network *networks, size_t count);

// When the order's bans end by the host's clock; 0: for good.
int64_t backend_until_s(const struct ban_order *order, int64_t now_s);
// A part of the facts whose command ended with status 0.
bool backend_part(const struct host_facts *facts, const char *name, struct slice *out);
bool backend_version_at_least(const struct tool_fact *tool, int major, int minor, int patch);

// "3 addresses" or "203.0.113.9", for sentences; in the host's arena.
const char *backend_what(struct plan_host *out, const struct family *family,
                         const struct network *networks, size_t count);
// The words that the check of a ban looks for: every network of the family, then the others (NULL
// left out). A heap array of *word_count; its texts lie in the host's arena.
const char **backend_words(struct plan_host *out, const struct family *family,
                           const struct network *networks, size_t count, const char *const *others,
                           size_t other_count, size_t *word_count);

// The words that the check of a ban's undo looks for: of a renewed ban its network and the times of
// the earlier one, of a new ban that its network is gone. family NULL: both. A heap array.
const char **backend_undone_words(struct plan_host *out, const struct family *family,
                                  const struct ban_list *earlier, const struct network *networks,
                                  size_t count, size_t *word_count);

// iptables-restore without flushing, waiting for the lock where it can.
struct plan_call backend_restore(const struct host_facts *facts, const struct family *family,
                                 struct plan_host *out, const char *text);

// How long a console's address is let through after it was last there, and when it is renewed.
#define CONSOLE_LET_S   86400
#define CONSOLE_RENEW_S (CONSOLE_LET_S / 2)
enum let_word {
    LET_MISSING,
    LET_OLD, // less than CONSOLE_RENEW_S is left
    LET_THROUGH,
};
// How the tool ("iptables") has the address.
enum let_word backend_let_word(const struct host_facts *facts, const char *tool,
                               const struct address *address);
bool backend_let_is_over(const struct let_through *each);
// Whether it is one of this console's that is LET_OLD.
bool backend_let_is_old(const struct host_facts *facts, const struct let_through *each);

// The lines of iptables-restore that make the chain stand at the top of INPUT, begin with a RETURN
// for each of the console's addresses (those of consoles that are over go), and hold the rule
// (NULL: none; as iptables-save prints it); nothing when all of it is so. -N and -D fail when the
// host is not as the facts have it: then nothing of the transaction happens. True: they hook the
// chain into INPUT.
bool chain_prelude(struct str *out, const struct host_facts *facts, const struct family *family,
                   const char *rule);
// The step behind such a transaction: iptables-nft lets two consoles hook the chain in at the same
// moment, each of which knows nothing of the other.
void chain_plan_once(const struct host_facts *facts, const struct family *family,
                     struct plan_host *out);
// The step that takes away what is over of those RETURNs and renews this console's; none when there
// is nothing to do.
void chain_plan_returns(const struct host_facts *facts, const struct family *family,
                        struct plan_host *out);
// Whether the chain stands at the top of INPUT and holds the rule (NULL: any).
bool chain_in_force(const struct host_facts *facts, const struct family *family, const char *rule);
// Whether the facts have a chain of this name in the filter table.
bool chain_exists(const struct host_facts *facts, const struct family *family, const char *name);

#endif
