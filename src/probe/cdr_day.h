// SPDX-License-Identifier: MIT

// One daily CDR table and what is read of it; the part of cdr_follow that speaks SQL.
#ifndef PROBE_CDR_DAY_H
#define PROBE_CDR_DAY_H

#include "probe/cdr_follow.h"
#include "probe/cdr_tail.h"

// A range of numbers (from, to] of a table's past; kept over turns, so that one that was broken off
// goes on where it was.
struct cdr_slice {
    bool open;
    int64_t begin;     // where it began
    int64_t from, to;  // what is left
    int64_t newest_ms; // newest end in it
};

struct cdr_day {
    char name[80];
    char from[180]; // the name, and by which key records are read in their order
    bool exists;    // then there is a select
    char *select;   // NULL: columns not known
    bool has[CDR_COLUMNS];
    bool opened;           // first and low are set
    bool ready;            // the newest slice is read and the tail set: new records can follow
    bool whole;            // nothing older is there, or wanted
    bool behind;           // not all that is new could be read in time
    int64_t checked_ms;    // monotonic: when it was found missing; 0: it was not
    int64_t late_check_ms; // when its late records were looked for
    int64_t first;         // lowest number when it was opened
    int64_t low;           // everything above is read
    int64_t depth_ms;      // newest end in the last whole slice
    struct cdr_slice slice;
    struct cdr_tail tail;
};

// What the tables of one host share.
struct cdr_sink {
    const struct cdr_layout *layout;
    struct cdr_buckets *buckets;
    int64_t host_now_ms;
    int64_t last_slice_ms;  // monotonic: no further slice is begun after this
    uint64_t records, late; // read so far; of these, found behind newer ones
};

void cdr_day_dispose(struct cdr_day *day);

// Finds out whether the table exists and with which columns; asked again now and then while it does
// not. The other functions are for a table that exists.
bool cdr_day_discover(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                      struct err *err);
// Whether a failure came from the table having been dropped: then nothing is left to read of it,
// and what was read stays counted.
bool cdr_day_is_gone(struct cdr_day *day, const struct cdr_turn *turn);
// Reads the newest slice the first time, later what is new and what came late.
bool cdr_day_refresh(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                     struct err *err);
// Reads one older slice, or what is left of one that was broken off.
bool cdr_day_read_slice(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                        struct err *err);
// Whether the table still is the one that was read: an emptied, restored or refilled one begins
// lower or ends lower than what was seen.
bool cdr_day_verify(struct cdr_sink *sink, struct cdr_day *day, const struct cdr_turn *turn,
                    bool *same, struct err *err);
// Whether its past is read as far back as calls that ended at begin_ms.
bool cdr_day_reaches(const struct cdr_day *day, int64_t begin_ms);
// Whether all its records of calls that ended since begin_ms are read.
bool cdr_day_complete_since(const struct cdr_day *day, int64_t begin_ms);

// One row of at most three numbers.
struct cdr_numbers {
    int64_t values[3];
    bool known[3];
};

bool cdr_take_numbers(void *user, const struct sql_value *values, size_t count); // a sql_row_fn
bool cdr_run(const struct cdr_turn *turn, const char *text, const int64_t *params, size_t count,
             sql_row_fn *row, void *user, struct err *err);

#endif
