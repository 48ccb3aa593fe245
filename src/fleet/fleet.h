// SPDX-License-Identifier: MIT

// All hosts at work: keeps links up, runs probes on their periods, publishes immutable snapshots.
#ifndef FLEET_FLEET_H
#define FLEET_FLEET_H

#include "conf/config.h"
#include "link/link.h"
#include "probe/probe.h"

struct fleet;
struct evidence;

// How one host is, in one word; the sentence is in host_status.error.
enum host_state_word {
    HOST_DISABLED,
    HOST_CONNECTING,
    HOST_ASKING, // waits for the operator: see question
    HOST_LIVE,
    HOST_STALE,    // connected, but no reading has succeeded lately
    HOST_RETRYING, // lost or never reached; next attempt in retry_in_ms
    HOST_DOWN,     // retrying for long: more than a minute
};
const char *host_state_text(enum host_state_word word); // "live", "retrying"

struct host_status {
    enum host_state_word word;
    int64_t retry_in_ms;
    int64_t newest_age_ms; // of the newest successful reading; -1: none
    struct link_status link;
    char error[ERR_TEXT_MAX]; // "" when live
};

// What one probe of one host last gave. Immutable, shared by reference.
enum feed_word {
    FEED_WAITING, // not read yet
    FEED_LOADING, // a long first reading: progress
    FEED_LIVE,
    FEED_STALE,  // the last table stands, the reading after it failed or is overdue
    FEED_FAILED, // never succeeded: error
    FEED_OFF,    // the host's configuration has no source of it (or nobody looks)
};
const char *feed_text(enum feed_word word);

struct snapshot {
    atomic_uint refs;
    const struct table **tables; // one per variant, or NULL when it was never read
    size_t table_count;
    int64_t read_mono_ms; // when the tables were read
    int64_t read_wall_ms;
    int64_t took_us; // the reading that gave the tables
    char source[96];
    bool fallback; // not the first source
    char note[256];
    char blind[256];          // why what is not in the tables may be there all the same; ""
    char error[ERR_TEXT_MAX]; // of the newest attempt; "" when it succeeded
    bool settling;
    bool loading;
    int progress_pct; // -1 unknown
    char progress[96];
    int64_t period_ms; // that was due at that time: overdue after three of them
    uint64_t attempts; // readings finished, well or not
    uint64_t serial;   // grows with every publication of this probe and host
};

struct snapshot *snapshot_new(void); // with one reference, for whoever fills and hands it on
// A new one with the tables and times of an older one (which may be NULL).
struct snapshot *snapshot_copy(const struct snapshot *old);
enum feed_word snapshot_word(const struct snapshot *snapshot,
                             int64_t now_mono_ms); // NULL: FEED_WAITING
void snapshot_unref(const struct snapshot *snapshot);
const struct table *snapshot_table(const struct snapshot *snapshot,
                                   size_t variant); // borrowed; may be NULL

// config and profiles (one per host, same order; may repeat) must outlive the fleet. Nothing runs
// yet.
struct fleet *fleet_new(const struct config *config, const struct profile *const *profiles);
void fleet_start(struct fleet *fleet);
// Stops everything within the deadline (400 ms is right); false when a thread had to be left
// behind: then leave by _exit() and do not free.
bool fleet_stop(struct fleet *fleet, int64_t within_ms);
void fleet_free(struct fleet *fleet); // after a fleet_stop() that said true

// Before fleet_start(): a fleet that reaches no host and reads nothing. It shows what is put into
// it, and its links answer only what fleet_put_answer() gave them (link_play() in link/link.h).
void fleet_play(struct fleet *fleet);
bool fleet_is_played(const struct fleet *fleet);
// Times in a status and a snapshot are of clock_shown_mono_ms(). Any thread; played fleets only.
// retry_in_ms and newest_age_ms are taken as of now and go on from there.
void fleet_put_status(struct fleet *fleet, size_t host, const struct host_status *status);
// Takes the snapshot over; NULL: none was read yet.
void fleet_put_snapshot(struct fleet *fleet, size_t host, const struct probe *probe,
                        struct snapshot *snapshot);
void fleet_put_answer(struct fleet *fleet, size_t host, const char *text, size_t len);

size_t fleet_host_count(const struct fleet *fleet);
const struct host_config *fleet_host(const struct fleet *fleet, size_t host);
const struct profile *fleet_profile(const struct fleet *fleet, size_t host);
// Whether the host's configuration leaves nothing to read it from, or nobody configured the host
// and nothing listens there: no trouble, FEED_OFF. why as in probe_is_off(); may be NULL.
bool fleet_is_off(const struct fleet *fleet, size_t host, const struct probe *probe,
                  struct err *why);
void fleet_host_status(struct fleet *fleet, size_t host, struct host_status *out);

// The newest snapshot with a reference (snapshot_unref it), or NULL.
const struct snapshot *fleet_snapshot(struct fleet *fleet, size_t host, const struct probe *probe);

// Shows a table of a local probe (sealed, taken over) for a host from now on. Any thread.
void fleet_publish(struct fleet *fleet, size_t host, const struct probe *probe,
                   const struct table *table, const char *source);

// Who is looked at: probes at their full period on all hosts; the others at their idle period.
// NULL-terminated.
void fleet_look(struct fleet *fleet, const struct probe *const *looked);
// false: probes that nobody looks at (and no looked one needs) are not read at all. Before
// fleet_start().
void fleet_set_idle_reading(struct fleet *fleet, bool on);
// Reads now: one probe, or all (NULL); on one host, or all (-1). A host between attempts is tried
// at once.
void fleet_refresh(struct fleet *fleet, long host, const struct probe *probe);
// Closes the connection to a host and opens a new one: by it the host lets one prove that it can
// still be reached.
void fleet_renew(struct fleet *fleet, size_t host);
void fleet_answer(struct fleet *fleet, size_t host, uint64_t question, const char *text);

// The host's link, for whoever acts on it from a thread of its own (never the UI thread); lives as
// long as the fleet.
struct link *fleet_link(struct fleet *fleet, size_t host);
// The packets of the evidence's source on this host go into it from now on, until it ends (at once
// where the host's capture writes another one). Takes over the caller's reference.
void fleet_watch(struct fleet *fleet, size_t host, struct evidence *evidence);

// Readable when something was published since the last fleet_drain().
int fleet_wake_fd(const struct fleet *fleet);
void fleet_drain(struct fleet *fleet);

// Commands run, SQL statements and HTTP requests sent to a host since the start (for bench and
// doctor).
struct fleet_load {
    uint64_t commands, statements, requests, connects;
};
void fleet_host_load(struct fleet *fleet, size_t host, struct fleet_load *out);

#endif
