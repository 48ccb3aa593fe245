// SPDX-License-Identifier: MIT

// The worst that was found of each source and network while a meter ran: who attacked an hour ago
// is named in the summary, too.
#ifndef CLI_METER_ATTACKERS_H
#define CLI_METER_ATTACKERS_H

#include "meter/meter.h"
#include "meter/verdict.h"

struct attackers;

struct remembered {
    struct network about; // a source is a network of one; ::/0: the whole capture
    struct verdict verdict;
    int64_t at_us; // when it was worst
};

// Settings and peers are borrowed.
struct attackers *attackers_new(const struct verdict_settings *settings,
                                const struct verdict_peers *peers);
void attackers_free(struct attackers *attackers);

// Judges everything in the snapshot and keeps what is worse than what is known. Any thread.
void attackers_judge(struct attackers *attackers, const struct meter_snapshot *snapshot);

// What is known of a source or network: the worst of the run, else what it looks like now ("",
// trusted, this host).
void attackers_source(struct attackers *attackers, const struct meter_snapshot *snapshot,
                      const struct meter_talker *talker, struct verdict *out);
void attackers_network(struct attackers *attackers, const struct meter_snapshot *snapshot,
                       const struct meter_network *network, struct verdict *out);

// Those that name an attacker, the worst first, then the newest: a heap array of *count. now_us:
// what is over by then is told from what runs (verdict_settle()); 0: as it was when it was worst.
struct remembered *attackers_list(struct attackers *attackers, int64_t now_us, size_t *count);

#endif
