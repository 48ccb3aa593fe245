// SPDX-License-Identifier: MIT

// A set-associative table of what was last said of whom.
#include "meter/verdict_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { SETS = 256, WAYS = 8, JUST_NOW_US = 15 * 1000 * 1000 };

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

// The place of this network: its own, else the oldest of its set.
static struct said *place_of(struct verdict_memory *memory, const struct network *network)
{
    uint64_t hash = hash_bytes(HASH_SEED, network->base.bytes, sizeof network->base.bytes);
    struct said *set = memory->sets[hash_mix(hash ^ network->prefix) % SETS], *oldest = set;

    for (int way = 0; way < WAYS; way++) {
        if (set[way].time_us != 0 && set[way].network.prefix == network->prefix &&
            address_compare(&set[way].network.base, &network->base) == 0)
            return &set[way];
        if (set[way].time_us < oldest->time_us)
            oldest = &set[way];
    }
    return oldest;
}

static void say_when(struct verdict *verdict, int64_t ago_us)
{
    size_t len = strlen(verdict->evidence);
    int64_t ago_s = ago_us / 1000000;

    if (ago_us < JUST_NOW_US)
        return;
    if (ago_s < 120)
        snprintf(verdict->evidence + len, sizeof verdict->evidence - len, ", %lld s ago",
                 (long long)ago_s);
    else
        snprintf(verdict->evidence + len, sizeof verdict->evidence - len, ", %lld min ago",
                 (long long)ago_s / 60);
}

void verdict_memory_apply(struct verdict_memory *memory, const struct verdict_settings *settings,
                          int64_t now_us, const struct network *network, struct verdict *verdict)
{
    struct said *said = place_of(memory, network);
    bool own = said->time_us != 0 && said->network.prefix == network->prefix &&
               address_compare(&said->network.base, &network->base) == 0;

    if (verdict_is_attack(verdict->kind)) {
        *said = (struct said){.network = *network, .time_us = now_us, .verdict = *verdict};
    } else if (own && verdict->kind != VERDICT_NONE) {
        said->time_us = 0;
    } else if (own) {
        // The clock of the host may have been set back.
        int64_t ago_us = now_us > said->time_us ? now_us - said->time_us : 0;
        if (ago_us > settings->quiet_ms * 1000) {
            said->time_us = 0;
            return;
        }
        *verdict = said->verdict;
        say_when(verdict, ago_us);
    }
}
