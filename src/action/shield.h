// SPDX-License-Identifier: MIT

// The field's layered firewall of a softswitch host in chains of our own: which rules it should
// have, how they differ from what runs, and how the host itself takes a change back. Pure: what the
// host says is in the facts.
#ifndef ACTION_SHIELD_H
#define ACTION_SHIELD_H

#include "action/facts.h"
#include "action/plan.h"
#include "probe/capture_command.h"

// Chains of this name, and of names that begin with it and a dash, are ours; so is the one rule of
// INPUT that jumps to it. Nothing else is ever changed.
#define SHIELD_CHAIN "NOCDESK-SHIELD"

enum shield_policy { SHIELD_RETURN, SHIELD_ACCEPT, SHIELD_DROP };

// [shield] of the profile. Texts are borrowed from it.
struct shield_settings {
    int64_t confirm_s;
    int64_t signature_bytes;
    int64_t options_pm, register_pm, packets_ps, packets_burst, tcp_connections; // 0: no limit
    enum shield_policy sip_policy, media_policy, management_policy;
    const char *media_ports, *management_ports;
    const char *scanner_agents;
    int64_t conntrack_max, conntrack_per_bucket;
};
// False and err (file, line, what would be right) for a value that is wrong.
bool shield_settings_read(const struct profile *profile, struct shield_settings *out,
                          struct err *err);

// Matches and targets that a host's iptables may lack.
enum shield_feature {
    SHIELD_STRING,
    SHIELD_HASHLIMIT,
    SHIELD_CONNLIMIT,
    SHIELD_RECENT,
    SHIELD_MULTIPORT,
    SHIELD_CONNTRACK,
    SHIELD_STATE,
    SHIELD_COMMENT,
    SHIELD_FEATURES,
};

// What else must be known of a host: read by shield_look_script() before planning.
struct shield_host {
    bool has[2][SHIELD_FEATURES]; // [0] IPv4, [1] IPv6
    struct capture_ports sip;
    int ssh_port;                                  // as the host sees it
    int64_t conntrack, conntrack_max, buckets;     // -1: unknown
    char conntrack_max_path[64], buckets_path[64]; // where they are set; "" unknown
    char state[24]; // of the last change: waiting, confirmed, rolled-back; "" none is known
    char id[24];    // of that change
    int64_t left_s; // until the host takes it back; -1: it does not
};
// For sh on the host: `iptables-restore --test` of a rule for each feature (nothing is changed),
// the file that names the SIP ports, the sizes of conntrack.
void shield_look_script(struct str *out, const struct host_facts *facts);
// From the facts and the script's output. False and err when the host has no iptables that works.
bool shield_host_parse(const struct host_facts *facts, const char *out, size_t len,
                       struct shield_host *host, struct err *err);

// One family's own objects: "-A CHAIN …" lines in order. Heap.
struct shield_rules {
    char **lines;
    size_t count, cap;
};
void shield_rules_dispose(struct shield_rules *rules);

// What the host should have. notes: what is left out and why, with semicolons between.
struct shield_set {
    struct shield_rules family[2];
    struct str notes;
};
void shield_set_dispose(struct shield_set *set);
bool shield_build(const struct host_facts *facts, const struct shield_settings *settings,
                  const struct shield_host *host, struct shield_set *out, struct err *err);

// Whether the shield may be changed from here; the sentence names what is not known or would be
// cut off.
bool shield_may_change(const struct host_facts *facts, struct err *err);

// A rule of iptables-save and one that was written, in one form: equal rules compare equal,
// whatever the version writes of defaults, quotes and rates.
void shield_canonical(struct str *out, const char *rule, size_t len);

enum shield_mark { SHIELD_SAME, SHIELD_ADDED, SHIELD_REMOVED, SHIELD_FOREIGN };
struct shield_line {
    enum shield_mark mark;
    char *rule; // "-A CHAIN …"
};
struct shield_diff {
    struct shield_line *lines;
    size_t count, cap;
    size_t changes; // lines added or removed
    bool jump_moves;
};
// INPUT as it runs with the jump's place in it, then our chains. wanted NULL: none of ours at all.
void shield_diff_make(const struct host_facts *facts, bool v6, const struct shield_rules *wanted,
                      struct shield_diff *out);
void shield_diff_dispose(struct shield_diff *diff);
// "IPv4: 2 changes", then each line behind "+ " (added), "- " (taken away), ". " (foreign) or "  ".
// Not neutralised.
void shield_diff_print(const char *title, const struct shield_diff *diff, struct str *out);

// The text of iptables-restore --noflush that makes one family so. Heap.
char *shield_restore_text(const struct host_facts *facts, bool v6,
                          const struct shield_rules *wanted);
// Adds the steps: the roll-back job first, then each family that differs, then the mark from which
// on a new connection may confirm. wanted[i] NULL: take ours away. False: nothing differs.
bool shield_plan_change(const struct host_facts *facts, const struct shield_settings *settings,
                        const struct shield_rules *const wanted[2], int64_t now_wall_ms,
                        struct plan_host *out);

// The script that the host keeps while a change is not confirmed, and later for the undo:
// `sh SHIELD_JOB WORD`, words arm, wait, applied, confirm, rollback, stands, state.
#define SHIELD_FOLDER "/var/run/nocdesk-shield"
#define SHIELD_JOB    "/var/run/nocdesk-shield/job"
extern const char shield_job_script[];
// id NULL: whichever change is the last; else the word fails when another one came after it.
struct plan_call shield_job_call(struct plan_host *out, const char *word, const char *id);
struct plan_check shield_job_state(struct plan_host *out, const char *state, const char *id);

// On a worker's thread, read-only: asks the host by the look script, into facts->seen; reads that
// back; has the host's own iptables-restore --test judge the rules.
struct fleet;
bool shield_ask(struct fleet *fleet, size_t host, struct host_facts *facts, int64_t deadline_ms,
                struct err *err);
bool shield_read(const struct host_facts *facts, struct shield_host *host, struct err *err);
bool shield_test(struct fleet *fleet, size_t host, const struct host_facts *facts,
                 const struct shield_set *set, int64_t deadline_ms, struct err *err);

#endif
