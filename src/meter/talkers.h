// SPDX-License-Identifier: MIT

// All sources seen, each with its counts and window, within a hard bound of memory.
#ifndef METER_TALKERS_H
#define METER_TALKERS_H

#include "meter/meter.h"
#include "meter/window.h"

struct talker {
    struct address source;
    bool outgoing; // the capture's own machine
    char user_agent[64];
    int64_t packets, bytes;
    int64_t totals[METER_METHODS];
    int64_t responses, failures;
    int64_t first_us, last_us;
    struct window *window; // apart, so that what is read for every source stays small
};

struct talkers;

// Every byte that it will ever hold counts against memory_max. seed: not guessable by a sender who
// would choose addresses that collide.
struct talkers *talkers_new(size_t memory_max, uint64_t seed);
void talkers_free(struct talkers *talkers);

struct talker *talkers_find(struct talkers *talkers, const struct address *source);
// The talker of this source, a new one when it was not known. When there is no room left, a light
// one makes way. Valid until the next call.
struct talker *talkers_get(struct talkers *talkers, const struct address *source, int64_t now_us);

size_t
talkers_seen(const struct talkers *talkers); // one that came back after making way counts again
bool talkers_complete(const struct talkers *talkers); // nobody had to make way
size_t talkers_capacity(const struct talkers *talkers);

// The `count` (0: all) heaviest ever and the `count` heaviest of the last minute, at this second,
// together by packets, then by address: a heap array of *count.
struct talker **talkers_top(const struct talkers *talkers, int64_t second, size_t *count);

#endif
