// SPDX-License-Identifier: MIT

// All sources within a hard bound of memory: every one with plain counts, the first and the
// heaviest in detail.
#ifndef METER_TALKERS_H
#define METER_TALKERS_H

#include "meter/meter.h"
#include "meter/talker.h"

struct talkers;

struct talkers_options {
    size_t memory_max; // for every byte that it will ever hold
    size_t detail_max; // sources followed in detail; they make room when other sources need it
    uint64_t seeds[2]; // not guessable by a sender who would choose addresses that collide
};

struct talkers *talkers_new(const struct talkers_options *options);
void talkers_free(struct talkers *talkers);
size_t talkers_bytes(const struct talkers *talkers); // held, or to be held without another source

// One packet.
struct arrival {
    struct source_key key;
    int64_t time_us;
    int64_t second; // of the windows
    uint32_t len;
    bool outgoing;
};

void talkers_key(const struct talkers *talkers, const struct address *source,
                 struct source_key *out);
// Has the memory of this source brought near: first step, then, a few sources later, second step.
void talkers_prefetch(const struct talkers *talkers, const struct source_key *key);
void talkers_prefetch_detail(const struct talkers *talkers, const struct arrival *arrival);

// Counts the packet; the detail of its source, NULL when it has none. Valid until the next call.
struct talker *talkers_count(struct talkers *talkers, const struct arrival *arrival);
struct talker *talkers_find(const struct talkers *talkers, const struct source_key *key);

// Light sources that had to make way leave an estimate of the number of sources.
bool talkers_exact(const struct talkers *talkers);
size_t talkers_seen(const struct talkers *talkers);
double talkers_seen_error_pct(const struct talkers *talkers);
// Sources first seen in the last 60 s as of this second, and how many of them sent one packet only.
void talkers_fresh(struct talkers *talkers, int64_t second, int64_t *fresh, int64_t *once);

// Sources never seen before of each second, newest last. After talkers_fresh().
void talkers_fresh_seconds(const struct talkers *talkers, uint32_t out[WINDOW_SECONDS]);

// One source as it can be told without detail.
struct light {
    struct address source;
    bool outgoing;
    int64_t packets, bytes, error;
    int64_t first_us, last_us;
};

// Who sees every source as it passes by: those without detail some at a time, all of one table.
struct talkers_visitor {
    void (*detailed)(void *user, struct talker *talker);
    void (*light)(void *user, const struct sources *table, const struct source *const *some,
                  size_t count);
    void *user;
};
// One way past all sources for any number of visitors.
void talkers_walk(const struct talkers *talkers, const struct talkers_visitor *const *visitors,
                  size_t count);
void talkers_tell(const struct talkers *talkers, const struct sources *table,
                  const struct source *source, struct light *out);
bool talkers_light(const struct talkers *talkers, const struct source_key *key, struct light *out);
size_t talkers_held(const struct talkers *talkers);        // all
size_t talkers_light_count(const struct talkers *talkers); // those without detail

// Packets of the minute before this second.
int64_t talker_lately(const struct talker *talker, int64_t second);

#endif
