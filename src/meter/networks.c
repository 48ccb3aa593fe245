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

struct gathering {
    int64_t now_us, second;
    uint64_t seed;
    bool sieve; // there are light sources, which may be very many
    uint32_t *shared;
    uint32_t least; // of a shared counter whose networks are held
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
static uint64_t network_hash(const struct gathering *gathering, const struct address *source)
{
    static const uint8_t v4_start[4] = {[2] = 0xff, [3] = 0xff};
    static const uint8_t v4_mask[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
    uint64_t words[2], mask;

    memcpy(words, source->bytes, sizeof words);
    memcpy(&mask, v4_mask, sizeof mask);
    bool v4 = words[0] == 0 && memcmp(&words[1], v4_start, sizeof v4_start) == 0;
    return hash_mix(gathering->seed ^ (v4 ? words[1] & mask : words[0]));
}

static void weigh(struct gathering *gathering, const struct address *source, int64_t packets)
{
    uint32_t *shared = &gathering->shared[network_hash(gathering, source) % SHARED];
    uint64_t weight = (uint64_t)*shared + (uint64_t)packets;
    *shared = weight < UINT32_MAX ? (uint32_t)weight : UINT32_MAX;
}

static void weigh_detailed(void *user, struct talker *talker)
{
    weigh(user, &talker->key.address, talker->packets);
}

static void weigh_light(void *user, const struct light *light)
{
    weigh(user, &light->source, light->packets);
}

// The network's place, a new one when it had none; NULL when it is too light or there is no room.
static struct meter_network *place_of(struct gathering *gathering, const struct address *source)
{
    struct network network;

    uint64_t hash = network_hash(gathering, source);
    if (gathering->sieve && gathering->shared[hash % SHARED] < gathering->least)
        return NULL;
    network_of(source, &network);
    for (size_t at = (hash >> 32) % gathering->places;; at = (at + 1) % gathering->places) {
        struct meter_network *held = &gathering->held[at];
        if (held->sources > 0) {
            if (address_compare(&held->network.base, &network.base) == 0)
                return held;
            continue;
        }
        if (gathering->count >= gathering->places / 4 * 3)
            return NULL;
        gathering->count++;
        held->network = network;
        held->first_us = INT64_MAX;
        return held;
    }
}

static void gather(const struct gathering *gathering, struct meter_network *network,
                   int64_t packets, int64_t bytes, const int64_t seen_us[2])
{
    network->sources++;
    network->packets += packets;
    network->bytes += bytes;
    if (seen_us[0] < network->first_us)
        network->first_us = seen_us[0];
    if (seen_us[1] > network->last_us)
        network->last_us = seen_us[1];
    network->once += packets <= ONCE_PACKETS &&
                     gathering->now_us - seen_us[1] < (int64_t)WINDOW_SECONDS * METER_SECOND_US;
}

static void gather_detailed(void *user, struct talker *talker)
{
    struct gathering *gathering = user;
    struct meter_network *network = place_of(gathering, &talker->key.address);
    const struct window *window = &talker->window;

    if (network == NULL)
        return;
    gather(gathering, network, talker->packets, talker->bytes,
           (const int64_t[]){talker->first_us, talker->last_us});
    network->failures += talker->failures;
    if (gathering->second - window->second >= WINDOW_SECONDS)
        return;
    window_advance(&talker->window, gathering->second);
    network->pps_10s += window_sum(window, WINDOW_PACKETS, 10);
    for (int method = 0; method < METER_METHODS; method++)
        network->per_minute[method] += window_sum(window, method, WINDOW_SECONDS);
}

static void gather_light(void *user, const struct light *light)
{
    struct gathering *gathering = user;
    struct meter_network *network = place_of(gathering, &light->source);

    if (network != NULL)
        gather(gathering, network, light->packets - light->error, light->bytes,
               (const int64_t[]){light->first_us, light->last_us});
}

static int compare_counts(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

// The weight that so few shared counters reach that all their networks have a place.
static uint32_t least_weight(const uint32_t *shared, size_t sources)
{
    uint32_t *sorted = mem_array(SHARED, sizeof *sorted);
    size_t networks_each = sources / SHARED + 1, most = HELD_MOST / 2 / networks_each;

    memcpy(sorted, shared, SHARED * sizeof *sorted);
    qsort(sorted, SHARED, sizeof *sorted, compare_counts);
    uint32_t least = sorted[most < SHARED ? most : SHARED - 1] + 1;
    free(sorted);
    return least;
}

static int compare_heavier(const void *a, const void *b)
{
    const struct meter_network *x = a, *y = b;
    if (x->packets != y->packets)
        return x->packets > y->packets ? -1 : 1;
    return address_compare(&x->network.base, &y->network.base);
}

struct meter_network *networks_list(struct meter *meter, size_t most, size_t *count)
{
    struct gathering gathering = {
        .now_us = meter->now_us,
        .second = meter_second(meter, meter->now_us),
        .seed = meter->seed,
        .sieve = talkers_light_count(meter->talkers) > 0,
        .places = HELD_LEAST,
    };
    struct talkers_walk walk = {
        .detailed = weigh_detailed, .light = weigh_light, .user = &gathering};

    while (gathering.places < HELD_MOST && gathering.places < 2 * talkers_held(meter->talkers))
        gathering.places *= 2;
    gathering.held = mem_array(gathering.places, sizeof *gathering.held);
    if (gathering.sieve) {
        gathering.shared = mem_array(SHARED, sizeof *gathering.shared);
        talkers_walk(meter->talkers, &walk);
        gathering.least = least_weight(gathering.shared, talkers_light_count(meter->talkers));
    }
    walk.detailed = gather_detailed;
    walk.light = gather_light;
    talkers_walk(meter->talkers, &walk);
    free(gathering.shared);

    struct meter_network *list = gathering.held;
    *count = 0;
    for (size_t i = 0; i < gathering.places; i++) {
        if (list[i].sources == 0)
            continue;
        list[i].sources_exact = talkers_exact(meter->talkers);
        list[(*count)++] = list[i];
    }
    qsort(list, *count, sizeof *list, compare_heavier);
    if (most != 0 && *count > most)
        *count = most;
    return mem_resize(list, *count, sizeof *list);
}
