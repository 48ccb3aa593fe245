// SPDX-License-Identifier: MIT

// A hash table of attackers by network.
#include "cli/meter_attackers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

struct attackers {
    const struct verdict_settings *settings;
    const struct verdict_peers *peers;
    pthread_mutex_t lock;      // of what follows; held for moments only
    struct remembered *places; // VERDICT_NONE: free
    size_t size, count;        // size: a power of two
};

struct attackers *attackers_new(const struct verdict_settings *settings,
                                const struct verdict_peers *peers)
{
    struct attackers *attackers = mem_alloc(sizeof *attackers);
    attackers->settings = settings;
    attackers->peers = peers;
    attackers->size = 64;
    attackers->places = mem_array(attackers->size, sizeof *attackers->places);
    pthread_mutex_init(&attackers->lock, NULL);
    return attackers;
}

void attackers_free(struct attackers *attackers)
{
    if (attackers == NULL)
        return;
    pthread_mutex_destroy(&attackers->lock);
    free(attackers->places);
    free(attackers);
}

static struct remembered *find(struct remembered *places, size_t size, const struct network *about)
{
    uint64_t hash = hash_bytes(HASH_SEED, about->base.bytes, sizeof about->base.bytes);
    for (size_t i = hash_mix(hash ^ about->prefix) & (size - 1);; i = (i + 1) & (size - 1)) {
        struct remembered *place = &places[i];
        if (place->verdict.kind == VERDICT_NONE ||
            (place->about.prefix == about->prefix &&
             address_compare(&place->about.base, &about->base) == 0))
            return place;
    }
}

static void grow(struct attackers *attackers)
{
    size_t size = attackers->size * 2;
    struct remembered *places = mem_array(size, sizeof *places);
    for (size_t i = 0; i < attackers->size; i++)
        if (attackers->places[i].verdict.kind != VERDICT_NONE)
            *find(places, size, &attackers->places[i].about) = attackers->places[i];
    free(attackers->places);
    attackers->places = places;
    attackers->size = size;
}

static void keep(struct attackers *attackers, const struct network *about,
                 const struct verdict *verdict, int64_t now_us)
{
    if (!verdict_is_attack(verdict->kind))
        return;
    if (2 * attackers->count >= attackers->size)
        grow(attackers);
    struct remembered *place = find(attackers->places, attackers->size, about);
    if (place->verdict.kind == VERDICT_NONE)
        attackers->count++;
    else if (place->verdict.level > verdict->level ||
             (place->verdict.level == verdict->level && place->verdict.last_us >= verdict->last_us))
        return;
    *place = (struct remembered){.about = *about, .verdict = *verdict, .at_us = now_us};
}

static struct network network_of_one(const struct address *address)
{
    return (struct network){.base = *address, .prefix = 128};
}

void attackers_judge(struct attackers *attackers, const struct meter_snapshot *snapshot)
{
    static const struct network everything = {.prefix = 0};
    struct verdict verdict;

    pthread_mutex_lock(&attackers->lock);
    for (size_t i = 0; i < snapshot->talker_count; i++) {
        struct network about = network_of_one(&snapshot->talkers[i].source);
        verdict_talker(attackers->settings, attackers->peers, snapshot, &snapshot->talkers[i],
                       &verdict);
        keep(attackers, &about, &verdict, snapshot->now_us);
    }
    for (size_t i = 0; i < snapshot->network_count; i++) {
        const struct meter_network *network = &snapshot->networks[i];
        verdict_network(attackers->settings, attackers->peers, snapshot, network, &verdict);
        keep(attackers, &network->network, &verdict, snapshot->now_us);
    }
    verdict_whole(attackers->settings, snapshot, &verdict);
    keep(attackers, &everything, &verdict, snapshot->now_us);
    pthread_mutex_unlock(&attackers->lock);
}

static bool recall(struct attackers *attackers, const struct network *about, struct verdict *out)
{
    pthread_mutex_lock(&attackers->lock);
    *out = find(attackers->places, attackers->size, about)->verdict;
    pthread_mutex_unlock(&attackers->lock);
    return out->kind != VERDICT_NONE;
}

void attackers_source(struct attackers *attackers, const struct meter_snapshot *snapshot,
                      const struct meter_talker *talker, struct verdict *out)
{
    struct network about = network_of_one(&talker->source);
    if (!recall(attackers, &about, out))
        verdict_talker(attackers->settings, attackers->peers, snapshot, talker, out);
}

void attackers_network(struct attackers *attackers, const struct meter_snapshot *snapshot,
                       const struct meter_network *network, struct verdict *out)
{
    if (!recall(attackers, &network->network, out))
        verdict_network(attackers->settings, attackers->peers, snapshot, network, out);
}

static int compare_remembered(const void *a, const void *b)
{
    const struct remembered *x = a, *y = b;
    if (x->verdict.level != y->verdict.level)
        return x->verdict.level > y->verdict.level ? -1 : 1;
    if (x->at_us != y->at_us)
        return x->at_us > y->at_us ? -1 : 1;
    return address_compare(&x->about.base, &y->about.base);
}

struct remembered *attackers_list(struct attackers *attackers, int64_t now_us, size_t *count)
{
    pthread_mutex_lock(&attackers->lock);
    struct remembered *list = mem_array(attackers->count + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < attackers->size; i++)
        if (attackers->places[i].verdict.kind != VERDICT_NONE)
            list[(*count)++] = attackers->places[i];
    pthread_mutex_unlock(&attackers->lock);
    for (size_t i = 0; now_us != 0 && i < *count; i++)
        verdict_settle(&list[i].verdict, attackers->settings, now_us);
    qsort(list, *count, sizeof *list, compare_remembered);
    return list;
}
