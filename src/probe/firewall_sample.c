// SPDX-License-Identifier: MIT

// Counters of all rules at one moment, so that the next moment gives rates. Pure.
#include <stdlib.h>

#include "base/mem.h"
#include "probe/firewall_sample.h"

struct counters {
    uint64_t identity;
    int64_t packets; // -1: a free place
    int64_t bytes;
};

// A hash table of a power of two places, at most half full.
struct firewall_sample {
    double time_s;
    size_t mask;
    struct counters slots[];
};

struct firewall_sample *firewall_sample_new(const struct iptables_rules *rules, double now_s)
{
    size_t size = 64;
    while (size < rules->count * 2)
        size *= 2;
    struct firewall_sample *sample = mem_alloc(sizeof *sample + size * sizeof sample->slots[0]);
    sample->time_s = now_s;
    sample->mask = size - 1;
    for (size_t i = 0; i < size; i++)
        sample->slots[i].packets = -1;
    for (size_t i = 0; i < rules->count; i++) {
        const struct iptables_rule *rule = &rules->rules[i];
        if (rule->packets < 0)
            continue;
        size_t slot = rule->identity & sample->mask;
        while (sample->slots[slot].packets >= 0)
            slot = (slot + 1) & sample->mask;
        sample->slots[slot] = (struct counters){rule->identity, rule->packets, rule->bytes};
    }
    return sample;
}

void firewall_sample_free(struct firewall_sample *sample)
{
    free(sample);
}

double firewall_sample_time_s(const struct firewall_sample *sample)
{
    return sample->time_s;
}

bool firewall_sample_rate(const struct firewall_sample *sample, const struct iptables_rule *rule,
                          double now_s, double *pps)
{
    if (rule->packets < 0 || now_s <= sample->time_s)
        return false;
    size_t slot = rule->identity & sample->mask;
    while (sample->slots[slot].packets >= 0 && sample->slots[slot].identity != rule->identity)
        slot = (slot + 1) & sample->mask;
    const struct counters *before = &sample->slots[slot];
    if (before->packets < 0 || rule->packets < before->packets || rule->bytes < before->bytes)
        return false;
    *pps = (double)(rule->packets - before->packets) / (now_s - sample->time_s);
    return true;
}
