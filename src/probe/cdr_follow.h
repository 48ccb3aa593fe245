// SPDX-License-Identifier: MIT

// Follows a host's daily CDR tables by record number: the past once, newest first and in slices,
// then only what is new.
#ifndef PROBE_CDR_FOLLOW_H
#define PROBE_CDR_FOLLOW_H

#include <stdatomic.h>

#include "link/sql.h"
#include "probe/cdr_buckets.h"

// What a CDR says, whatever the product calls the columns.
enum cdr_column {
    CDR_NUMBER,  // primary key; grows with time over all tables
    CDR_STOP,    // end of the call, epoch ms
    CDR_TALK,    // seconds; 0 or NULL: not answered
    CDR_REASON,  // of the end
    CDR_ROUTING, // names of the gateways
    CDR_MAPPING,
    CDR_ROUTING_PDD, // ms
    CDR_MAPPING_PDD,
    CDR_COLUMNS,
};

// How the product lays its CDRs out; all texts are SQL identifiers.
struct cdr_layout {
    const char *table_prefix; // followed by YYYYMMDD
    const char *columns[CDR_COLUMNS];
    int slice_rows;  // at most this many records in one query
    int64_t late_ms; // how long a record may be missing behind newer ones and is still found
    struct cdr_pace {
        int64_t clock_ms; // how often the host's clock is asked, and whether tables were replaced
        int64_t table_ms; // … whether a missing table has come
        int64_t late_ms;  // … for late records
    } pace;
};
#define CDR_PACE                                                                                   \
    {                                                                                              \
        .clock_ms = 60000, .table_ms = 10000, .late_ms = 10000                                     \
    }

struct cdr_turn {
    struct sql *sql;
    const char *host;    // for messages
    int64_t deadline_ms; // monotonic
    // How long this turn may go on loading the day when the last 15 minutes are complete.
    int64_t budget_ms;
    const atomic_bool *stop;
    // pct -1: unknown; may be NULL.
    void (*progress)(void *user, int pct, uint64_t records);
    void *user;
};

struct cdr_follow;

// The layout is kept by reference; effective_reasons as for cdr_buckets_new().
struct cdr_follow *cdr_follow_new(const struct cdr_layout *layout, const int64_t *effective_reasons,
                                  size_t reason_count);
void cdr_follow_free(struct cdr_follow *follow);

// Reads what is new and, while it is missing, some of the past. After a failure the next turn goes
// on where this one ended; no record is counted twice.
bool cdr_follow_read(struct cdr_follow *follow, const struct cdr_turn *turn, struct err *err);

struct cdr_follow_state {
    const struct cdr_buckets *buckets; // borrowed
    int64_t host_now_ms;
    int64_t host_offset_ms;     // host's clock minus this machine's, to about a second
    bool complete[CDR_WINDOWS]; // every record of the window is in the buckets
    int loaded_pct;             // of the day
    bool has[CDR_COLUMNS];      // the column exists in all tables read
    bool any_table;
    bool today_exists;
    char today[80];   // name of the table of the host's date
    char tables[256]; // the tables that exist, with commas
    uint64_t records; // read since the beginning
    uint64_t late;    // of these, found behind newer ones
};
void cdr_follow_get_state(const struct cdr_follow *follow, struct cdr_follow_state *out);

#endif
