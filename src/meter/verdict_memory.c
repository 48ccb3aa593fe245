// SPDX-License-Identifier: MIT

// A set-associative table of what was last said of whom.
#include "meter/verdict_memory.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

enum {
    SETS = 256,
    WAYS = 8,
    ANSWERED_US = 5 * 1000 * 1000, // the answers to the last packet have come by then
};

struct said {
    struct network network;
    int64_t time_us; // 0: free
    struct verdict verdict;
};

struct verdict_memory {
    struct said sets[SETS][WAYS];
};

struct verdict_memory *verdict_memory_new(void)
{
    return mem_alloc(sizeof(struct verdict_memory));
}

void verdict_memory_free(struct verdict_memory *memory)
{
    free(memory);
}

static bool is_own(const struct said *said, const struct network *network)
{
    return said->time_us != 0 && said->network.prefix == network->prefix &&
           address_compare(&said->network.base, &network->base) == 0;
}

// The place of this network: its own, else the oldest of its set.
static struct said *place_of(struct verdict_memory *memory, const struct network *network)
{
    uint64_t hash = hash_bytes(HASH_SEED, network->base.bytes, sizeof network->base.bytes);
    struct said *set = memory->sets[hash_mix(hash ^ network->prefix) % SETS], *oldest = set;

    for (int way = 0; way < WAYS; way++) {
        if (is_own(&set[way], network))
            return &set[way];
        if (set[way].time_us < oldest->time_us)
            oldest = &set[way];
    }
    return oldest;
}

// Nothing came since: the windows empty, and what they say now is less than what was.
static bool only_fades(const struct said *said, const struct verdict *verdict, int64_t now_us)
{
    return verdict->last_us <= said->verdict.last_us && now_us - verdict->last_us > ANSWERED_US;
}

void verdict_memory_apply(struct verdict_memory *memory, const struct verdict_settings *settings,
                          int64_t now_us, const struct network *network, struct verdict *verdict)
{
    struct said *said = place_of(memory, network);
    bool own = is_own(said, network), attack = verdict_is_attack(verdict->kind);

    if (!attack && own && verdict->kind != VERDICT_NONE) {
        said->time_us = 0;
        return;
    }
    if (attack && !(own && only_fades(said, verdict, now_us))) {
        *said = (struct said){.network = *network, .time_us = now_us, .verdict = *verdict};
    } else if (own) {
        if (now_us - said->verdict.last_us > settings->quiet_ms * 1000) {
            said->time_us = 0;
            return;
        }
        double pps = attack ? verdict->pps : -1; // of now
        *verdict = said->verdict;
        verdict->pps = pps;
    }
    verdict_settle(verdict, settings, now_us);
}
