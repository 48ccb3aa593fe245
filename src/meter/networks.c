// SPDX-License-Identifier: MIT

// Two passes over the sources: the first finds which networks could be heavy, by packets or by the
// number of their sources, in a table of counters that many share; the second counts those.
#include "meter/networks.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum {
    PREFIX_V4 = 96 + 24,
    PREFIX_V6 = 64,
    SHARED = 1 << 15, // counters of the first pass
    HELD_LEAST = 1 << 6,
    HELD_MOST = 1 << 13, // places of the second pass; filled to three quarters
    ONCE_PACKETS = 3,
};

struct networks {
    const struct talkers *talkers;
    int64_t now_us, second;
    uint64_t seed;
    bool sieve; // there are light sources, which may be very many
    struct talkers_visitor weigher;
    uint32_t *shared;
    uint64_t heavy[SHARED / 64]; // bits of the shared counters whose networks are held
    struct meter_network *held;
    size_t places, count;
};

static void network_of(const struct address *source, struct network *out)
{
    out->base = *source;
    if (address_is_v4(source)) {
        out->prefix = PREFIX_V4;
        memset(out->base.bytes + PREFIX_V4 / 8, 0, sizeof out->base.bytes - PREFIX_V4 / 8);
    } else {
        out->prefix = PREFIX_V6;
        memset(out->base.bytes + PREFIX_V6 / 8, 0, sizeof out->base.bytes - PREFIX_V6 / 8);
    }
}

// Of its network, without making it: this is done for every source.
static inline uint64_t network_hash(const struct networks *networks, const struct address *source)
{
    static const uint8_t v4_start[4] = {[2] = 0xff, [3] = 0xff};
    static const uint8_t v4_mask[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
    uint64_t words[2], mask;

    memcpy(words, source->bytes, sizeof words);
    memcpy(&mask, v4_mask, sizeof mask);
    bool v4 = words[0] == 0 && memcmp(&words[1], v4_start, sizeof v4_start) == 0;
    return hash_mix(networks->seed ^ (v4 ? words[1] & mask : words[0]));
}

static void weigh(struct networks *networks, const struct address *source, int64_t packets)
{
    uint32_t *shared = &networks->shared[network_hash(networks, source) % SHARED];
    uint64_t weight = (uint64_t)*shared + (uint64_t)packets;
    *shared = weight < UINT32_MAX ? (uint32_t)weight : UINT32_MAX;
}

static void weigh_detailed(void *user, struct talker *talker)
{
    weigh(user, &talker->key.address, talker->packets);
}

static void weigh_light(void *user, const struct sources *table, const struct source *const *some,
                        size_t count)
{
    struct address address;

    for (size_t i = 0; i < count; i++) {
        source_address(table, some[i], &address);
        weigh(user, &address, some[i]->packets);
    }
}

static bool is_heavy(const struct networks *networks, uint64_t hash)
{
    return (networks->heavy[hash % SHARED / 64] >> hash % 64 & 1) != 0;
}

// The network's place, a new one when it had none; NULL when it is too light or there is no room.
static struct meter_network *place_of(struct networks *networks, const struct address *source)
{
    struct network network;
    uint64_t hash = network_hash(networks, source);

    if (networks->sieve && !is_heavy(networks, hash))
        return NULL;
    network_of(source, &network);
    for (size_t at = (hash >> 32) % networks->places;; at = (at + 1) % networks->places) {
        struct meter_network *held = &networks->held[at];
        if (held->sources > 0) {
            if (address_compare(&held->network.base, &network.base) == 0)
                return held;
            continue;
        }
        if (networks->count >= networks->places / 4 * 3)
            return NULL;
        networks->count++;
        held->network = network;
        held->first_us = INT64_MAX;
        return held;
    }
}

static void gather(const struct networks *networks, struct meter_network *network, int64_t packets,
                   int64_t bytes, const int64_t seen_us[2])
{
    network->sources++;
    network->packets += packets;
    network->bytes += bytes;
    if (seen_us[0] < network->first_us)
        network->first_us = seen_us[0];
    if (seen_us[1] > network->last_us)
        network->last_us = seen_us[1];
    network->once += packets <= ONCE_PACKETS &&
                     networks->now_us - seen_us[1] < (int64_t)WINDOW_SECONDS * METER_SECOND_US;
}

static void gather_detailed(void *user, struct talker *talker)
{
    struct networks *networks = user;
    struct meter_network *network = place_of(networks, &talker->key.address);
    const struct window *window = &talker->window;

    if (network == NULL)
        return;
    gather(networks, network, talker->packets, talker->bytes,
           (const int64_t[]){talker->first_us, talker->last_us});
    network->failures += talker->failures;
    if (networks->second - window->second >= WINDOW_SECONDS)
        return;
    window_advance(&talker->window, networks->second);
    network->pps_10s += window_sum(window, WINDOW_PACKETS, 10);
    for (int method = 0; method < METER_METHODS; method++)
        network->per_minute[method] += window_sum(window, method, WINDOW_SECONDS);
}

static void gather_light(void *user, const struct sources *table, const struct source *const *some,
                         size_t count)
{
    struct networks *networks = user;
    struct light light;

    for (size_t i = 0; i < count; i++) {
        source_address(table, some[i], &light.source);
        struct meter_network *network = place_of(networks, &light.source);
        if (network == NULL)
            continue;
        talkers_tell(networks->talkers, table, some[i], &light);
        gather(networks, network, light.packets - light.error, light.bytes,
               (const int64_t[]){light.first_us, light.last_us});
    }
}

// The greatest weight that more than `most` shared counters reach, found bit by bit.
static uint32_t weight_of_many(const uint32_t *shared, size_t most)
{
    uint32_t weight = 0;

    for (uint32_t bit = UINT32_C(1) << 31; bit != 0; bit >>= 1) {
        uint32_t reach = 0;
        for (size_t i = 0; i < SHARED; i++)
            reach += shared[i] >= (weight | bit);
        if (reach > most)
            weight |= bit;
    }
    return weight;
}

// So few shared counters are heavy that all their networks have a place.
static void find_heavy(struct networks *networks, size_t sources)
{
    size_t networks_each = sources / SHARED + 1;
    uint32_t weight = weight_of_many(networks->shared, HELD_MOST / 2 / networks_each);

    for (size_t i = 0; i < SHARED; i++)
        networks->heavy[i / 64] |= (uint64_t)(networks->shared[i] > weight) << i % 64;
}

static int compare_heavier(const void *a, const void *b)
{
    const struct meter_network *x = a, *y = b;
    if (x->packets != y->packets)
        return x->packets > y->packets ? -1 : 1;
    return address_compare(&x->network.base, &y->network.base);
}

struct networks *networks_new(struct meter *meter)
{
    struct networks *networks = mem_alloc(sizeof *networks);

    networks->talkers = meter->talkers;
    networks->now_us = meter->now_us;
    networks->second = meter_second(meter, meter->now_us);
    networks->seed = meter->seed;
    networks->sieve = talkers_light_count(meter->talkers) > 0;
    if (networks->sieve)
        networks->shared = mem_array(SHARED, sizeof *networks->shared);
    networks->weigher = (struct talkers_visitor){
        .detailed = weigh_detailed, .light = weigh_light, .user = networks};
    return networks;
}

const struct talkers_visitor *networks_weigher(const struct networks *networks)
{
    return networks->sieve ? &networks->weigher : NULL;
}

static void gather_all(struct networks *networks)
{
    const struct talkers_visitor gatherer = {
        .detailed = gather_detailed, .light = gather_light, .user = networks};

    if (networks->sieve)
        find_heavy(networks, talkers_light_count(networks->talkers));
    networks->places = HELD_LEAST;
    while (networks->places < HELD_MOST && networks->places < 2 * talkers_held(networks->talkers))
        networks->places *= 2;
    networks->held = mem_array(networks->places, sizeof *networks->held);
    talkers_walk(networks->talkers, (const struct talkers_visitor *const[]){&gatherer}, 1);
}

struct meter_network *networks_list(struct networks *networks, size_t most, size_t *count)
{
    bool exact = talkers_exact(networks->talkers);

    gather_all(networks);
    struct meter_network *list = networks->held;
    *count = 0;
    for (size_t i = 0; i < networks->places; i++) {
        if (list[i].sources == 0)
            continue;
        list[i].sources_exact = exact;
        list[(*count)++] = list[i];
    }
    free(networks->shared);
    free(networks);
    qsort(list, *count, sizeof *list, compare_heavier);
    if (most != 0 && *count > most)
        *count = most;
    return mem_resize(list, *count, sizeof *list);
}
